package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Preflight;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.health.Judge;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.internal.Chat;
import io.agentlaunchpad.internal.pipeline.Engine;
import io.agentlaunchpad.internal.pipeline.Inspection;
import io.agentlaunchpad.internal.pipeline.Parts;
import io.agentlaunchpad.internal.pipeline.Work;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.AgentEntry;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.AgentStanding;
import io.agentlaunchpad.spi.AuditEntry;
import io.agentlaunchpad.spi.OperationRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns agent configurations into running agents, and takes back what fails.
 *
 * <pre>{@code
 * try (Launchpad launchpad = Launchpad.local()) {
 *     Agent ada = launchpad.launch(
 *             LaunchRequest.of(AgentSpec.named("ada").bio("Explains mathematics").plugin("@elizaos/plugin-openai").build()),
 *             Secrets.of("OPENAI_API_KEY", key));
 *     System.out.println(ada.chat("What is a loop?").text());
 * }
 * }</pre>
 *
 * <p>One per application; safe for use by several threads. {@link #close()} drains its workers and leaves agents running.
 */
public final class Launchpad implements AutoCloseable {

    private static final int PAGE = 1_000;

    private static final Duration FOREVER = Duration.ofDays(100_000);

    /** A busy cluster takes its time, and nobody who asks can allow more. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final Parts parts;
    private final Engine engine;
    private final Map<Home, Chat> chats = new ConcurrentHashMap<>();

    Launchpad(Parts parts, int workers, boolean watchDrift) {
        this.parts = parts;
        this.engine = new Engine(parts, workers);
        if (watchDrift) {
            engine.watchDrift();
        }
    }

    /** A Launchpad put together part by part. */
    public static LaunchpadBuilder builder() {
        return new LaunchpadBuilder();
    }

    /** Agents as processes of this machine, everything kept below {@code ~/.launchpad}; two workers. */
    public static Launchpad local() {
        return builder()
                .home(Path.of(System.getProperty("user.home"), ".launchpad"))
                .build();
    }

    /**
     * Launches an agent, or updates the one of that name, and waits for the end of it.
     *
     * @return the healthy agent
     * @throws InvalidAgentException with every problem; nothing was queued
     * @throws ConflictException inside a transaction that the store joins: the wait would keep it from its commit
     * @throws io.agentlaunchpad.operation.OperationFailedException when it did not succeed; its report says what was taken
     *     back
     * @throws io.agentlaunchpad.error.CancelledException when the waiting thread is interrupted, or this is closed; the
     *     operation goes on
     */
    public Agent launch(LaunchRequest request, Secrets secrets) {
        if (parts.store().joined()) {
            throw new ConflictException(
                    "INSIDE_TRANSACTION",
                    "Launching " + request.spec().name()
                            + " inside your transaction would wait for ever: nobody sees the "
                            + "operation before this thread commits.",
                    "call submit(…) here and wait for the operation after your commit.",
                    null);
        }
        Operation operation = submit(request, secrets);
        operation.await(FOREVER).orThrow();
        return agent(operation.agentId());
    }

    /** {@link #launch(LaunchRequest, Secrets)} without new secrets. */
    public Agent launch(LaunchRequest request) {
        return launch(request, Secrets.none());
    }

    /**
     * Accepts a launch: validated, stored, not waited for.
     *
     * @throws InvalidAgentException with every problem; nothing was queued
     * @throws ConflictException where the agent exists and the request wants it absent
     */
    public Operation submit(LaunchRequest request, Secrets secrets) {
        return new Operation(this, engine.submissions().launch(request, secrets));
    }

    /**
     * What is wrong and what is doubtful about a request, as far as can be told offline.
     *
     * @return problems and warnings; a request with problems is refused by {@link #submit}
     */
    public Preflight validate(LaunchRequest request, Secrets secrets) {
        return engine.submissions().validate(request, secrets);
    }

    /** What launching would change, compared with what runs now. Builds nothing, touches nothing. */
    public Plan plan(LaunchRequest request) {
        return plan(request, Secrets.none());
    }

    /**
     * {@link #plan(LaunchRequest)} with new secrets: their values are compared with those that hold now, and only their
     * names are told. Nothing is stored.
     */
    public Plan plan(LaunchRequest request, Secrets secrets) {
        return engine.submissions().plan(request, secrets);
    }

    /**
     * Takes over the agents that live on a platform by its own records and that this store does not know, such as those
     * that another process launched with another store. From then on they are agents like any other.
     *
     * <p>Laws: doing it again changes nothing; what the store knows is never overwritten. Where another Launchpad brought
     * out a later release of an agent that the store knows, and nothing is under way here, that release is added and
     * serves. Two stores that change the same agent at the same time do not know of each other's operations: use one store
     * for that.
     *
     * @param platformName as it was wired
     * @return the agents whose records are new or newer; empty when the store knew everything
     * @throws NotFoundException where no platform has that name
     */
    public List<Agent> adopt(String platformName) {
        return engine.adoption().adopt(platformName).stream()
                .map(id -> new Agent(this, id))
                .toList();
    }

    /**
     * The agent of that id.
     *
     * @throws NotFoundException where there is none
     */
    public Agent agent(AgentId id) {
        return new Agent(this, row(id).id());
    }

    /** Every agent one owner has. */
    public Fleet fleet(Owner owner) {
        return new Fleet(this, owner);
    }

    /** Every agent there is, whosever. */
    public Fleet fleet() {
        return new Fleet(this, null);
    }

    /** Asks outside whether launches have a chance here: every platform's tools, rights and room. Returns its warnings. */
    public List<String> preflight() {
        return engine.submissions().preflight();
    }

    /** An operation accepted earlier, by this or another process. */
    public Operation operation(OperationId id) {
        return new Operation(
                this,
                row(id).orElseThrow(() -> new NotFoundException(
                        "OPERATION_NOT_FOUND", "No operation has the id " + id + ".", "check the id.", null)));
    }

    /** Operations that are not settled, whosever, oldest first; at most so many. */
    public List<Operation> openOperations(int limit) {
        return parts.store().read(tables -> tables.operations().unsettled(limit)).stream()
                .map(row -> new Operation(this, row))
                .toList();
    }

    /** Hears what happens in this process from now on. Close the result to stop. */
    public Listening listen(LaunchpadListener listener) {
        engine.ledger().add(listener);
        return () -> engine.ledger().remove(listener);
    }

    /**
     * Claims nothing more, lets running operations end for up to 30 seconds, gives back the rest, and leaves agents
     * running.
     */
    @Override
    public void close() {
        engine.close();
    }

    Engine engine() {
        return engine;
    }

    Parts parts() {
        return parts;
    }

    Operation submit(
            AgentRow agent, OperationKind kind, int replicas, int revision, @Nullable OperationId unchangedSince) {
        return new Operation(this, engine.submissions().change(agent, kind, replicas, revision, unchangedSince));
    }

    Inspection inspection() {
        return new Inspection(parts);
    }

    boolean cancel(OperationId id) {
        return engine.cancel(id);
    }

    CompletableFuture<Report> settled(OperationId id) {
        return engine.waiters().settled(id);
    }

    AgentRow row(AgentId id) {
        return parts.store().read(tables -> tables.agents().find(id)).orElseThrow(() -> missing(id));
    }

    private static NotFoundException missing(AgentId id) {
        return new NotFoundException("No agent has the id " + id + ".", "list the agents to see which there are.");
    }

    List<AgentRow> rows(@Nullable Owner owner, @Nullable AgentId after, int limit) {
        return parts.store().read(tables -> tables.agents().list(owner, after, limit));
    }

    /** That of an id; none where the text is no id. */
    Optional<AgentRow> find(String id) {
        return AgentId.legal(id)
                ? parts.store().read(tables -> tables.agents().find(new AgentId(id)))
                : Optional.empty();
    }

    List<AgentRow> named(@Nullable Owner owner, String name) {
        return parts.store().read(tables -> tables.agents().named(owner, name));
    }

    Optional<OperationRow> row(OperationId id) {
        return parts.store().read(tables -> tables.operations().find(id));
    }

    static Optional<Report> report(OperationRow row) {
        return io.agentlaunchpad.internal.pipeline.Waiters.report(row);
    }

    List<Release> releases(AgentId id) {
        return parts.store().read(tables -> tables.releases().list(id));
    }

    List<Operation> operations(AgentId id, int limit) {
        return parts.store().read(tables -> tables.operations().ofAgent(id, limit)).stream()
                .map(row -> new Operation(this, row))
                .toList();
    }

    List<Operation> operations(@Nullable Owner owner, @Nullable OperationId after, int limit) {
        return parts.store().read(tables -> tables.operations().list(owner, after, limit)).stream()
                .map(row -> new Operation(this, row))
                .toList();
    }

    List<AuditEntry> audit(@Nullable Owner owner, @Nullable Long after, int limit) {
        return parts.store().read(tables -> tables.audit().list(owner, after, limit));
    }

    List<AgentEvent> events(AgentId id, long from) {
        return parts.store().read(tables -> tables.events().list(id, from, PAGE));
    }

    AgentAccess access(AgentRow agent) {
        return parts.platform(agent.platform()).access();
    }

    Chat chat(AgentRow agent) {
        return chats.computeIfAbsent(
                new Home(agent.platform(), agent.id()), home -> new Chat(access(agent), home.agent()));
    }

    Work work(String what, AgentId id, Duration limit) {
        return engine.work(what + " " + id, limit);
    }

    AgentState state(AgentId id) {
        return state(parts.store().standing(id).orElseThrow(() -> missing(id)));
    }

    /** How an agent is whose records have just been read: only its platform is asked. */
    public AgentState state(AgentStanding known) {
        AgentEntry agent = known.agent();
        AgentStanding.Open open = known.open();
        Release serving = known.serving();
        Observation facts = serving == null ? null : observe(agent, serving);
        return new AgentState(
                status(agent, open),
                facts == null ? Verdict.of(Verdict.Health.UNKNOWN, "no release serves") : Judge.verdict(facts),
                agent.serving(),
                parts.platform(agent.platform()).access().url(agent.id()).orElse(null),
                facts,
                open == null ? null : open.id(),
                known.lastFailure(),
                agent.createdAt(),
                agent.updatedAt());
    }

    private static AgentStatus status(AgentEntry agent, AgentStanding.@Nullable Open open) {
        AgentStatus.Serving serving = agent.serving() == null
                ? null
                : agent.servingReplicas() == 0 ? AgentStatus.Serving.STOPPED : AgentStatus.Serving.RUNNING;
        return AgentStatus.of(
                open == null ? null : open.kind(),
                open == null ? null : open.stage(),
                serving,
                agent.lastOutcome(),
                false);
    }

    private Observation observe(AgentEntry agent, Release release) {
        try (Work work = work("looking at", agent.id(), LOOK)) {
            return parts.platform(agent.platform()).observe(release, work);
        }
    }

    /** Where an agent lives: after a delete, one of the same name may live elsewhere. */
    private record Home(String platform, AgentId agent) {}

    /** A listener's registration. */
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
