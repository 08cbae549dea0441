package io.agentlaunchpad.internal.pipeline;

import java.time.Duration;

/**
 * How long claims, pauses and retries last.
 *
 * @param lease how long a claim holds without a heartbeat
 * @param pulse between two looks at the claim: heartbeat and cancellation
 * @param sweep between two looks for work without a ring
 * @param attempts how often an operation may begin before it is given up
 * @param backoff before the second attempt; doubles with each further one
 * @param deliveries how often a notice is tried
 */
public record Timings(Duration lease, Duration pulse, Duration sweep, int attempts, Duration backoff, int deliveries) {

    /** 30 s, 500 ms, 2 s; 3 attempts from 2 s on; 8 deliveries. */
    public static Timings standard() {
        return new Timings(
                Duration.ofSeconds(30), Duration.ofMillis(500), Duration.ofSeconds(2), 3, Duration.ofSeconds(2), 8);
    }
}
