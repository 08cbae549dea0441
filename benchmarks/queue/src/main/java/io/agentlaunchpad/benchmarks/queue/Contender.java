package io.agentlaunchpad.benchmarks.queue;

/** One way to hand work from one thread to another, by a server in between. */
interface Contender extends AutoCloseable {

    String name();

    /**
     * Hands over one piece of work and waits until it has begun at the other end.
     *
     * @return how long that took, and how long counted from when it was stored
     */
    Wait once() throws Exception;

    /** Hands over so many as fast as possible, by two threads to two workers. Returns when the last one is done. */
    void many(int count) throws Exception;

    @Override
    void close() throws Exception;

    /**
     * Nanoseconds.
     *
     * @param whole from the call to the start
     * @param stored from the commit to the start
     */
    record Wait(long whole, long stored) {}
}
