package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.internal.Chat;
import io.agentlaunchpad.internal.Exposition;
import io.agentlaunchpad.internal.pipeline.Inspection;
import io.agentlaunchpad.internal.pipeline.Work;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.AgentRow;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One agent: talk to it, look at it, change it. Knows its id only; everything else is asked for when it is needed, so it
 * never goes stale. Safe for use by several threads.
 */
public final class Agent {

    private static final Duration REPLY = Duration.ofSeconds(90);

    private final Launchpad launchpad;
    private final AgentId id;
    private final @Nullable OperationId unchangedSince;

    Agent(Launchpad launchpad, AgentId id) {
        this(launchpad, id, null);
    }

    private Agent(Launchpad launchpad, AgentId id, @Nullable OperationId unchangedSince) {
        this.launchpad = launchpad;
        this.id = id;
        this.unchangedSince = unchangedSince;
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

    /**
     * Where it stands and how it is, asked for now.
     *
     * @throws io.agentlaunchpad.error.DeadlineException if its platform has not told after 30 seconds
     */
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

    /**
     * The same, and hears the words while they are spoken. An agent whose model does not stream says all of them as one piece.
     *
     * <pre>{@code
     * Reply reply = agent.chat("anna", "What is a loop?", ofSeconds(90), System.out::print);
     * }</pre>
     *
     * @param pieces hears each piece once and in order, on this thread, characters whole; what it throws ends the waiting, not
     *     the agent's thinking. Together they are the reply without blanks before it, unless the agent thought better of it: the
     *     reply that is returned is what counts
     */
    public Reply chat(String caller, String text, Duration atMost, Consumer<String> pieces) {
        try (Work work = launchpad.work("waiting for the reply of", id, atMost)) {
            Chat.Said said = launchpad.chat(row()).say(caller, text, pieces, work);
            return new Reply(said.text());
        }
    }

    /**
     * The same agent for changes that are refused with {@code AGENT_CHANGED} where another operation than this one is the
     * latest that was accepted for it. Of several changes that were asked for by the same state, one is accepted, whichever
     * process they reach.
     *
     * <pre>{@code
     * agent.ifUnchangedSince(seen).delete();
     * }</pre>
     */
    public Agent ifUnchangedSince(OperationId latest) {
        return new Agent(launchpad, id, latest);
    }

    /** Runs another number of copies; 0 stops it. */
    public Operation scale(int replicas) {
        return submit(OperationKind.SCALE, replicas, 0);
    }

    /** Starts other processes of the same release. */
    public Operation restart() {
        return submit(OperationKind.RESTART, 0, 0);
    }

    /** Keeps everything, runs nothing. */
    public Operation stop() {
        return submit(OperationKind.STOP, 0, 0);
    }

    /** Runs again after a stop. */
    public Operation start() {
        return submit(OperationKind.START, 0, 0);
    }

    /** Goes back to the release before the serving one. */
    public Operation rollback() {
        return submit(OperationKind.ROLLBACK, 0, 0);
    }

    /** Goes back to a release that is still kept; see {@link #releases()}. */
    public Operation rollback(int revision) {
        return submit(OperationKind.ROLLBACK, 0, revision);
    }

    /** Removes it, its data and its secrets. */
    public Operation delete() {
        return submit(OperationKind.DELETE, 0, 0);
    }

    /**
     * What one of its instances has done since it started, by its own account.
     *
     * @param atMost how long asking may take
     * @return none where it does not run, does not answer, or does not tell
     */
    public Optional<Traffic> traffic(Duration atMost) {
        try (Work work = launchpad.work("asking for the figures of", id, atMost)) {
            AgentAccess.Response response = access().send(id, AgentAccess.Request.get("/metrics"), work);
            return response.status() == 200 ? Traffic.of(new Exposition(response.body())) : Optional.empty();
        } catch (NotFoundException | UnreachableException | DeadlineException e) {
            return Optional.empty();
        }
    }

    /**
     * Looks into what serves with every scanner that reads it, by what is known today. Changes nothing: an agent goes on
     * whatever is found.
     *
     * @param atMost how long it may take
     * @throws io.agentlaunchpad.error.ConflictException with code {@code NOTHING_SERVES} where no release serves
     */
    public Scan scan(Duration atMost) {
        try (Work work = launchpad.work("scanning", id, atMost)) {
            Inspection.Findings found = launchpad.inspection().scan(row(), work);
            return new Scan(found.artifact(), found.reports(), found.judgement());
        }
    }

    /**
     * The bill of materials of what serves.
     *
     * @param atMost how long reading it may take
     * @return CycloneDX in JSON (ECMA-424); none where the artifact has none, as project directories do
     * @throws io.agentlaunchpad.error.ConflictException with code {@code NOTHING_SERVES} where no release serves
     */
    public Optional<String> sbom(Duration atMost) {
        try (Work work = launchpad.work("reading the bill of materials of", id, atMost)) {
            return launchpad.inspection().sbom(row(), work);
        }
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

    private Operation submit(OperationKind kind, int replicas, int revision) {
        return launchpad.submit(row(), kind, replicas, revision, unchangedSince);
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
     * What one instance has done since it started.
     *
     * @param since when it started
     * @param requests HTTP requests that it answered
     * @param messagesReceived messages said to it
     * @param messagesSent messages that it said
     * @param messageErrors messages that it could not answer
     */
    public record Traffic(Instant since, long requests, long messagesReceived, long messagesSent, long messageErrors) {

        private static Optional<Traffic> of(Exposition figures) {
            OptionalDouble since = figures.sum("process_start_time_seconds");
            OptionalDouble received = figures.sum("launchpad_agent_messages_received_total");
            if (since.isEmpty() || received.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Traffic(
                    Instant.ofEpochMilli((long) (since.getAsDouble() * 1000)),
                    count(figures, "launchpad_agent_http_requests_total"),
                    (long) received.getAsDouble(),
                    count(figures, "launchpad_agent_messages_sent_total"),
                    count(figures, "launchpad_agent_message_errors_total")));
        }

        /** A counter that was never raised may be absent. */
        private static long count(Exposition figures, String name) {
            return (long) figures.sum(name).orElse(0);
        }
    }

    /**
     * What scanners say of what serves.
     *
     * @param artifact what serves
     * @param reports one for each scanner that reads it
     * @param judgement what the standing policy says to them
     */
    public record Scan(Artifact artifact, List<ScanReport> reports, ScanPolicy.Judgement judgement) {

        public Scan {
            reports = List.copyOf(reports);
        }
    }

    /**
     * What an agent said.
     *
     * @param text its words
     */
    public record Reply(String text) {}
}
