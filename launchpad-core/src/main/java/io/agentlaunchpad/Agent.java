package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.internal.Chat;
import io.agentlaunchpad.internal.pipeline.Work;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.AgentRow;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One agent: talk to it, look at it, change it. Knows its id only; everything else is asked for when it is needed, so it
 * never goes stale. Safe for use by several threads.
 */
public final class Agent {

    private static final Duration REPLY = Duration.ofSeconds(90);

    private final Launchpad launchpad;
    private final AgentId id;

    Agent(Launchpad launchpad, AgentId id) {
        this.launchpad = launchpad;
        this.id = id;
    }

    public AgentId id() {
        return id;
    }

    /** As the caller wrote it. */
    public String name() {
        return row().name();
    }

    public Owner owner() {
        return row().owner();
    }

    /** The name of the platform it runs on. */
    public String platform() {
        return row().platform();
    }

    /** Of the serving release; of the first request where none serves yet. */
    public AgentSpec spec() {
        return row().spec();
    }

    /** Where it stands and how it is, asked for now. */
    public AgentState state() {
        return launchpad.state(id);
    }

    /** Where people reach it, if they can. */
    public Optional<URI> url() {
        return access().url(id);
    }

    /**
     * Says something and waits at most 90 seconds for the reply. All calls of one process share one conversation.
     *
     * @throws io.agentlaunchpad.error.DeployException with code {@code NO_REPLY} when the agent cannot answer
     */
    public Reply chat(String text) {
        return chat("launchpad", text, REPLY);
    }

    /**
     * Says something as one caller and waits for the reply. Never sent twice.
     *
     * @param caller who speaks; each has a conversation of its own
     * @param text the words
     * @param atMost how long to wait
     */
    public Reply chat(String caller, String text, Duration atMost) {
        try (Work work = launchpad.work("waiting for the reply of", id, atMost)) {
            Chat.Said said = launchpad.chat(row()).say(caller, text, work);
            return new Reply(said.text());
        }
    }

    /** Runs another number of copies; 0 stops it. */
    public Operation scale(int replicas) {
        return launchpad.submit(row(), OperationKind.SCALE, replicas, 0);
    }

    /** Starts other processes of the same release. */
    public Operation restart() {
        return launchpad.submit(row(), OperationKind.RESTART, 0, 0);
    }

    /** Keeps everything, runs nothing. */
    public Operation stop() {
        return launchpad.submit(row(), OperationKind.STOP, 0, 0);
    }

    /** Runs again after a stop. */
    public Operation start() {
        return launchpad.submit(row(), OperationKind.START, 0, 0);
    }

    /** Goes back to the release before the serving one. */
    public Operation rollback() {
        return launchpad.submit(row(), OperationKind.ROLLBACK, 0, 0);
    }

    /** Goes back to a release that is still kept; see {@link #releases()}. */
    public Operation rollback(int revision) {
        return launchpad.submit(row(), OperationKind.ROLLBACK, 0, revision);
    }

    /** Removes it, its data and its secrets. */
    public Operation delete() {
        return launchpad.submit(row(), OperationKind.DELETE, 0, 0);
    }

    /** Releases that are kept, newest first. */
    public List<Release> releases() {
        return launchpad.releases(id);
    }

    /** What was asked of it, newest first; at most so many. */
    public List<Operation> operations(int limit) {
        return launchpad.operations(id, limit);
    }

    /** Events numbered {@code from} and more, at most 1,000, in order. */
    public List<AgentEvent> events(long from) {
        return launchpad.events(id, from);
    }

    /**
     * Passes on log lines, oldest first, until there are no more; with {@link LogQuery#following()} until the time is over
     * or the agent is gone.
     */
    public void logs(LogQuery query, Duration atMost, Consumer<String> lines) {
        try (Work work = launchpad.work("reading the log of", id, atMost)) {
            access().logs(id, query, lines, work);
        }
    }

    private AgentAccess access() {
        return launchpad.access(row());
    }

    private AgentRow row() {
        return launchpad.row(id);
    }

    @Override
    public String toString() {
        return id.value();
    }

    /**
     * What an agent said.
     *
     * @param text its words
     */
    public record Reply(String text) {}
}
