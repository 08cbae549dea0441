package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.AgentState;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.PluginInfo;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentEntry;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.AuditRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spring.security.ApiKey;
import io.agentlaunchpad.spring.security.Permission;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From the core's records to the bodies of answers. */
final class Views {

    private Views() {}

    static Answers.Accepted accepted(OperationRow row) {
        return new Answers.Accepted(row.agentId().value(), row.id().value(), "QUEUED", row.createdAt());
    }

    static Answers.AgentView agent(AgentRow row, AgentStatus status) {
        return new Answers.AgentView(
                row.id().value(),
                row.name(),
                row.owner().id(),
                row.platform(),
                status,
                row.serving(),
                Wire.tree(row.spec().toJson()),
                row.createdAt(),
                row.updatedAt());
    }

    static Answers.AgentNow now(AgentEntry row, AgentState state) {
        return new Answers.AgentNow(
                row.id().value(),
                state.status(),
                state.url(),
                state.revision(),
                health(state),
                text(state.operation()),
                state.lastFailure(),
                state.createdAt(),
                state.updatedAt());
    }

    private static @Nullable String text(@Nullable OperationId id) {
        return id == null ? null : id.value();
    }

    private static Answers.Health health(AgentState state) {
        Observation facts = state.facts();
        Observation.Application said = facts == null ? null : facts.application();
        return new Answers.Health(
                new Answers.State(state.health().health().name(), state.health().reasons()),
                facts == null ? null : copies(facts),
                said == null ? null : new Answers.State(said.state().name(), said.reasons()),
                facts == null ? null : use(facts));
    }

    private static Answers.Copies copies(Observation facts) {
        return new Answers.Copies(
                facts.desired(),
                (int) facts.instances().stream().filter(Instance::ready).count(),
                facts.instances().stream().map(Views::copy).toList(),
                facts.refusals().stream().map(Views::trouble).toList());
    }

    private static Answers.Copy copy(Instance instance) {
        Instance.Trouble trouble = instance.trouble();
        return new Answers.Copy(
                instance.name(),
                instance.current(),
                instance.ready(),
                instance.restarts(),
                trouble == null ? null : trouble(trouble));
    }

    private static Answers.Trouble trouble(Instance.Trouble trouble) {
        return new Answers.Trouble(
                trouble.code(), trouble.message(), trouble.fix(), trouble.fatal(), trouble.lastLines());
    }

    private static Answers.@Nullable Use use(Observation facts) {
        Observation.ResourceUse use = facts.use();
        return use == null
                ? null
                : new Answers.Use(use.memoryBytes(), use.memoryLimitBytes(), use.cpuMillis(), use.cpuLimitMillis());
    }

    static Answers.Metrics metrics(AgentId id, AgentState state, Optional<Agent.Traffic> traffic) {
        Observation facts = state.facts();
        List<Instance> instances = facts == null ? List.of() : facts.instances();
        return new Answers.Metrics(
                id.value(),
                instances.size(),
                instances.stream().mapToInt(Instance::restarts).sum(),
                facts == null ? null : use(facts),
                traffic.map(Views::traffic).orElse(null));
    }

    private static Answers.Traffic traffic(Agent.Traffic traffic) {
        return new Answers.Traffic(
                traffic.since(),
                traffic.requests(),
                traffic.messagesReceived(),
                traffic.messagesSent(),
                traffic.messageErrors());
    }

    static Answers.ScanView scan(Agent.Scan scan) {
        return new Answers.ScanView(
                artifact(scan.artifact()),
                scan.artifact().digest(),
                scan.judgement().passes(),
                scan.judgement().refusals(),
                scan.judgement().remarks(),
                scan.reports().stream().map(Views::report).toList());
    }

    private static Answers.ScanReportView report(ScanReport report) {
        return new Answers.ScanReportView(
                report.scanner(),
                report.notScanned(),
                report.database(),
                report.at(),
                report.findings().stream().map(Views::finding).toList());
    }

    private static Answers.FindingView finding(Finding finding) {
        return new Answers.FindingView(
                finding.id(),
                finding.kind(),
                finding.severity(),
                finding.layer(),
                finding.where(),
                finding.title(),
                finding.fixedIn());
    }

    private static String artifact(Artifact artifact) {
        return artifact instanceof Artifact.Image image
                ? image.ref().toString()
                : artifact.kind().name().toLowerCase(Locale.ROOT);
    }

    static Answers.ReleaseView release(Release release, @Nullable Integer serving) {
        return new Answers.ReleaseView(
                release.revision(),
                artifact(release.artifact()),
                release.artifact().digest(),
                release.run().replicas(),
                serving != null && serving == release.revision(),
                release.createdAt());
    }

    static Answers.OperationView operation(OperationRow row) {
        OperationRow.Result result = row.result();
        return new Answers.OperationView(
                row.id().value(),
                row.agentId().value(),
                row.kind(),
                row.state(),
                row.stage(),
                row.cancelRequested(),
                result == null ? null : result.outcome(),
                result == null ? null : result.failure(),
                row.progress().warnings(),
                result == null ? List.of() : result.left(),
                result == null ? null : result.revision(),
                row.progress().stages().stream()
                        .map(time ->
                                new Answers.StageView(time.stage(), time.took().toMillis()))
                        .toList(),
                row.createdAt(),
                row.startedAt(),
                result == null ? null : result.settledAt());
    }

    static Answers.EventView event(AgentEvent event) {
        return new Answers.EventView(
                event.agentId().value(),
                event.sequence(),
                event.at(),
                event.type(),
                text(event.operationId()),
                event.message(),
                event.data());
    }

    static Answers.PlanView plan(Plan plan) {
        return new Answers.PlanView(
                plan.objects(),
                plan.changes().stream()
                        .map(change -> new Answers.ChangeView(change.object(), change.action(), change.differences()))
                        .toList(),
                plan.warnings());
    }

    static Answers.PluginView plugin(PluginInfo plugin) {
        return new Answers.PluginView(
                plugin.name(),
                plugin.version(),
                plugin.category(),
                plugin.settings().stream()
                        .map(setting -> new Answers.SettingView(
                                setting.name(),
                                setting.type(),
                                setting.description(),
                                setting.required(),
                                setting.sensitive(),
                                setting.fallback()))
                        .toList());
    }

    static Answers.KeyView key(ApiKey key) {
        return new Answers.KeyView(
                key.id(),
                key.name(),
                key.owner().id(),
                key.role(),
                permissions(key),
                key.createdAt(),
                key.expiresAt(),
                key.revokedAt(),
                key.lastUsedAt());
    }

    static List<String> permissions(ApiKey key) {
        return key.permissions().stream().map(Permission::label).sorted().toList();
    }

    static Answers.AuditView audit(AuditRow row) {
        return new Answers.AuditView(
                row.at(),
                row.actor(),
                row.owner().id(),
                row.action(),
                row.agentId() == null ? null : row.agentId().value(),
                row.detail());
    }
}
