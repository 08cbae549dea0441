package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.agent.Preflight;
import io.agentlaunchpad.agent.Resources;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.AuditRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Ask;
import io.agentlaunchpad.spi.OperationRow.Hold;
import io.agentlaunchpad.spi.OperationRow.State;
import io.agentlaunchpad.spi.OperationRow.Trail;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Accepts requests: validated first, then stored as queued operations, then the bell is rung. */
public final class Submissions {

    private final Parts parts;
    private final Ledger ledger;
    private final ScheduledExecutorService timer;
    private final Admission admission;
    private final HeldSecrets held;

    Submissions(Parts parts, Ledger ledger, ScheduledExecutorService timer) {
        this.parts = parts;
        this.ledger = ledger;
        this.timer = timer;
        this.admission = new Admission(parts.quotas());
        this.held = new HeldSecrets(parts.store());
    }

    /** Accepts a launch, or returns the operation that the same idempotency key accepted before. */
    public OperationRow launch(LaunchRequest asked, Secrets secrets) {
        LaunchRequest request = waiving(asked);
        AgentId agentId = request.agentId();
        Before before = parts.store()
                .<Before>read(tables ->
                        new Before(earlier(tables, request), tables.agents().find(agentId)));
        if (before.earlier().isPresent()) {
            return before.earlier().get();
        }
        Optional<AgentRow> existing = before.agent();
        Preconditions.absent(existing, request);
        String platformName = platformName(request, existing.orElse(null));
        Platform platform = parts.platform(platformName);
        Set<String> condemned = new HashSet<>();
        Optional<OperationRow> accepted = Optional.empty();
        while (accepted.isEmpty()) {
            HeldSecrets.Values values = held.after(secrets, existing.orElse(null), platform);
            Preflight preflight = preflight(request, values.all());
            if (!preflight.problems().isEmpty()) {
                throw new InvalidAgentException(preflight.problems());
            }
            String kept = values.version();
            String fresh =
                    values.mustBeStored() || condemned.contains(kept) ? put(request, values.all(), platform) : null;
            String version = fresh == null ? kept : fresh;
            Ask ask = new Ask(platformName, request.spec(), version, policy(request), 0, 0, request.refreshLock());
            accepted = accept(request, ask, values.base(), platform, condemned);
            if (fresh != null
                    && !fresh.equals(
                            accepted.map(row -> row.ask().secretVersion()).orElse(null))) {
                // Nobody else can name it.
                Superseding.forgetSecrets(platform, agentId, Set.of(fresh));
            }
            existing = accepted.isPresent() ? existing : find(agentId);
        }
        parts.store().afterCommit(parts.doorbell()::ring);
        return accepted.get();
    }

    /** Stores values, after a look whether the launch would be accepted; that is asked again where it is certain. */
    private String put(LaunchRequest request, Secrets values, Platform platform) {
        parts.store().read(tables -> {
            admission.check(
                    tables, request.owner(), request.agentId(), request.spec().resources());
            Preconditions.unchanged(tables, request.agentId(), request.unchangedSince());
            return null;
        });
        return platform.secrets().put(request.agentId(), values);
    }

    /**
     * Stores a launch as an operation.
     *
     * @param base the version of secrets from which those of the request were made, or null
     * @param condemned takes in the versions that no launch may name
     * @return none where its secrets must be made anew: their version is condemned, or others have come meanwhile; nothing
     *     was stored
     */
    private Optional<OperationRow> accept(
            LaunchRequest request, Ask ask, @Nullable String base, Platform platform, Set<String> condemned) {
        AgentId agentId = request.agentId();
        Set<String> unused = new HashSet<>();
        Optional<OperationRow> accepted = ledger.write(agentId, entry -> {
            unused.clear();
            Store.Tables tables = entry.tables();
            Optional<OperationRow> meanwhile = earlier(tables, request);
            if (meanwhile.isPresent()) {
                return meanwhile;
            }
            Optional<AgentRow> agent = tables.agents().find(agentId);
            // Its number is given while nobody else writes about the agent: what is accepted later sorts later.
            Instant now = parts.clock().instant();
            OperationRow row = row(agentId, request.owner(), OperationKind.LAUNCH, ask, request.idempotencyKey(), now);
            Preconditions.absent(agent, request);
            Preconditions.unchanged(tables, agentId, request.unchangedSince());
            if (!Objects.equals(
                    base, agent.map(known -> HeldSecrets.newest(tables, known)).orElse(null))) {
                return Optional.empty();
            }
            if (ask.secretVersion() != null) {
                condemned.addAll(Condemned.of(tables, agentId));
                if (condemned.contains(ask.secretVersion())) {
                    return Optional.empty();
                }
            }
            if (agent.isEmpty()) {
                tables.agents().put(created(request, agentId, ask.platform(), now));
            }
            if (policy(request).supersedes()) {
                unused.addAll(Superseding.end(entry, agent, row));
            }
            admission.check(tables, request.owner(), agentId, request.spec().resources());
            insert(entry, row, request.spec().name());
            return Optional.of(row);
        });
        if (!unused.isEmpty()) {
            parts.store().afterCommit(() -> Superseding.forgetSecrets(platform, agentId, unused));
        }
        return accepted;
    }

    /**
     * Accepts a change of an agent that exists.
     *
     * @param since the operation that must be its latest, or null where that does not matter
     */
    public OperationRow change(
            AgentRow agent, OperationKind kind, int replicas, int revision, @Nullable OperationId since) {
        if (replicas < 0) {
            throw new IllegalArgumentException("An agent cannot have " + replicas + " replicas");
        }
        List<Problem> tooMany = parts.limits().checkReplicas(replicas);
        if (!tooMany.isEmpty()) {
            throw new InvalidAgentException(tooMany);
        }
        Ask ask = new Ask(agent.platform(), null, null, parts.policy(), replicas, revision, false);
        OperationRow accepted = ledger.write(agent.id(), entry -> {
            Preconditions.known(entry.tables(), agent.id());
            Preconditions.unchanged(entry.tables(), agent.id(), since);
            OperationRow row = row(
                    agent.id(), agent.owner(), kind, ask, null, parts.clock().instant());
            if (kind == OperationKind.SCALE || kind == OperationKind.RESTART || kind == OperationKind.START) {
                Resources wanted =
                        kind == OperationKind.SCALE ? Admission.scaled(entry.tables(), agent, replicas) : null;
                admission.check(entry.tables(), agent.owner(), agent.id(), wanted);
            }
            insert(entry, row, agent.name());
            return row;
        });
        parts.store().afterCommit(parts.doorbell()::ring);
        return accepted;
    }

    /** What is wrong and what is doubtful, as far as can be told offline. */
    public Preflight validate(LaunchRequest request, Secrets secrets) {
        Optional<AgentRow> existing = find(request.agentId());
        Platform platform = parts.platform(platformName(request, existing.orElse(null)));
        return preflight(
                request, held.after(secrets, existing.orElse(null), platform).all());
    }

    /** What launching would change. */
    public Plan plan(LaunchRequest asked, Secrets secrets) {
        LaunchRequest request = waiving(asked);
        Optional<AgentRow> existing = find(request.agentId());
        Platform platform = parts.platform(platformName(request, existing.orElse(null)));
        Release serving = existing.flatMap(held::serving).orElse(null);
        String version = serving == null ? null : serving.secretVersion();
        Secrets before = HeldSecrets.unlessLost(
                secrets, () -> serving == null ? Secrets.none() : HeldSecrets.of(serving, platform));
        Secrets merged = secrets.over(before);
        if (!merged.equals(before)) {
            version = merged.isEmpty() ? null : Platform.PlanRequest.NOT_STORED;
        }
        Release.Run how = new Release.Run(
                request.spec().resources().replicas(),
                serving == null ? 1 : serving.run().generation());
        try (Work work = Work.of("planning " + request.agentId(), parts.own(), Duration.ofMinutes(1), timer, null)) {
            return Planned.secrets(
                    platform.plan(
                            new Platform.PlanRequest(
                                    request.agentId(),
                                    request.owner(),
                                    request.spec(),
                                    Planned.artifact(request, serving),
                                    version,
                                    how),
                            work),
                    before,
                    merged);
        }
    }

    /** Asks every platform whether it can be used at all. */
    public List<String> preflight() {
        List<String> warnings = new ArrayList<>();
        parts.platforms().forEach((name, platform) -> {
            try (Work work = Work.of("asking platform", parts.own(), Duration.ofMinutes(1), timer, null)) {
                platform.check(work).forEach(warning -> warnings.add(name + ": " + warning));
            }
        });
        return warnings;
    }

    boolean cancel(OperationId id) {
        Optional<OperationRow> row =
                parts.store().read(tables -> tables.operations().find(id));
        if (row.isEmpty()) {
            return false;
        }
        boolean open = ledger.write(row.get().agentId(), entry -> {
            boolean asked = entry.tables().operations().requestCancel(id);
            if (asked && !row.get().cancelRequested()) {
                entry.event(
                        EventType.CANCEL_REQUESTED,
                        id,
                        "Cancellation of " + row.get().kind().label() + " asked for",
                        Map.of());
                audit(entry, row.get(), "CANCEL");
            }
            return asked;
        });
        parts.store().afterCommit(parts.doorbell()::ring);
        return open;
    }

    private Preflight preflight(LaunchRequest request, Secrets merged) {
        Preflight needs = Preflight.check(
                request.spec(), merged.names(), parts.catalog(), policy(request).waived());
        List<Problem> problems = new ArrayList<>(parts.limits().check(request.spec()));
        problems.addAll(needs.problems());
        return new Preflight(problems, needs.warnings());
    }

    /** What the policy waives, unless it is set, becomes part of the specification: the agent's process must know it. */
    private LaunchRequest waiving(LaunchRequest request) {
        AgentSpec.Builder builder = request.spec().toBuilder();
        boolean changed = false;
        for (PluginRef plugin : request.spec().effectivePlugins()) {
            for (String setting : policy(request).waived()) {
                boolean theirs = parts.catalog()
                        .find(plugin.name())
                        .flatMap(info -> info.setting(setting))
                        .isPresent();
                if (theirs && !request.spec().characterSettings().containsKey(setting)) {
                    builder.waive(plugin.name(), setting);
                    changed = true;
                }
            }
        }
        return changed ? request.with(builder.build()) : request;
    }

    private LaunchPolicy policy(LaunchRequest request) {
        LaunchPolicy own = request.policy();
        return own == null ? parts.policy() : own;
    }

    private String platformName(LaunchRequest request, @Nullable AgentRow existing) {
        String asked = request.platform();
        if (existing != null) {
            if (asked != null && !asked.equals(existing.platform())) {
                throw new ConflictException(
                        "Agent " + existing.id() + " runs on platform \"" + existing.platform() + "\", not on \""
                                + asked + "\".",
                        "delete it there first, or give the new one another name.");
            }
            return existing.platform();
        }
        if (asked != null) {
            return asked;
        }
        if (parts.platforms().size() > 1) {
            throw new WiringException(
                    "The request names no platform and there are several: "
                            + parts.platforms().keySet() + ".",
                    "name one with LaunchRequest.on(…).");
        }
        return parts.platforms().keySet().iterator().next();
    }

    /**
     * What is known before a launch is looked at.
     *
     * @param earlier the operation that the same key accepted before
     * @param agent if it exists
     */
    private record Before(Optional<OperationRow> earlier, Optional<AgentRow> agent) {}

    private static Optional<OperationRow> earlier(Store.Tables tables, LaunchRequest request) {
        String key = request.idempotencyKey();
        return key == null ? Optional.empty() : tables.operations().byIdempotencyKey(request.owner(), key);
    }

    private Optional<AgentRow> find(AgentId id) {
        return parts.store().read(tables -> tables.agents().find(id));
    }

    private void insert(Ledger.Entry entry, OperationRow row, String agentName) {
        entry.tables().operations().insert(row);
        audit(entry, row, row.kind().name());
        entry.event(
                EventType.OPERATION_QUEUED,
                row.id(),
                row.kind().label() + " of " + agentName + " accepted",
                Map.of("kind", row.kind().name()));
    }

    private void audit(Ledger.Entry entry, OperationRow row, String action) {
        entry.tables()
                .audit()
                .append(new AuditRow(
                        parts.clock().instant(),
                        row.owner().id(),
                        row.owner(),
                        action,
                        row.agentId(),
                        row.id().value()));
    }

    private static AgentRow created(LaunchRequest request, AgentId id, String platform, Instant now) {
        return new AgentRow(
                id,
                request.owner(),
                request.spec().name(),
                platform,
                request.spec(),
                null,
                0,
                null,
                0,
                Verdict.of(Verdict.Health.UNKNOWN),
                null,
                now,
                now);
    }

    private static OperationRow row(
            AgentId agentId, Owner owner, OperationKind kind, Ask ask, @Nullable String key, Instant now) {
        return new OperationRow(
                OperationId.next(now),
                agentId,
                owner,
                kind,
                ask,
                State.QUEUED,
                null,
                Trail.empty(),
                // Due at once, also by the clock of a worker that stands some milliseconds behind ours.
                new Hold(0, null, null, 0, Instant.EPOCH),
                false,
                null,
                key,
                now,
                null);
    }
}
