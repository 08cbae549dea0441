package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.PluginInfo;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.Problem;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spring.security.Role;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The bodies of answers. What is null is left out. */
final class Answers {

    private Answers() {}

    /** An operation was accepted; its Location says where to look. */
    record Accepted(
            String agentId,
            String operationId,
            @Form(oneOf = "QUEUED") String status,
            Instant createdAt) {}

    /** Some of many; {@code next} is the cursor of the following page, absent on the last. */
    record AgentPage(List<AgentSummary> items, @Nullable String next) {}

    /** One agent in a list; its health is the last that was stored. */
    record AgentSummary(
            String agentId,
            String name,
            String owner,
            String platform,
            AgentStatus status,
            Verdict.Health health,
            @Nullable Integer revision,
            int replicas,
            Instant createdAt,
            Instant updatedAt) {}

    /** One agent as it was asked for; secret values are masked. */
    record AgentView(
            String agentId,
            String name,
            String owner,
            String platform,
            AgentStatus status,
            @Nullable Integer revision,
            JsonNode spec,
            Instant createdAt,
            Instant updatedAt) {}

    /** One agent at this moment. */
    record AgentNow(
            String agentId,
            AgentStatus status,
            @Nullable URI url,
            @Nullable Integer revision,
            Health health,
            @Nullable String operationId,
            @Nullable Failure lastFailure,
            Instant createdAt,
            Instant updatedAt) {}

    /** How an agent is: the verdict, and the facts it was made of. */
    record Health(
            State overall,
            @Nullable Copies kubernetes,
            @Nullable State application,
            @Nullable Use resources) {}

    /** One word, and why it is not simply the good one. */
    record State(String state, List<String> reasons) {}

    /** What the platform says: pods or processes. */
    record Copies(int desired, int ready, List<Copy> instances, List<Trouble> refusals) {}

    /** A pod or process. */
    record Copy(
            String name,
            boolean current,
            boolean ready,
            int restarts,
            @Nullable Trouble trouble) {}

    /** What keeps an instance from running. */
    record Trouble(String code, String message, String fix, boolean fatal, List<String> lastLines) {}

    /** Resources that all instances use together; a limit of 0 is none. */
    record Use(long memoryBytes, long memoryLimitBytes, long cpuMillis, long cpuLimitMillis) {}

    /** Figures of this moment. */
    record Metrics(
            String agentId,
            int instances,
            int restarts,
            @Nullable Use resources,
            @Nullable Traffic traffic) {}

    /** What one instance has done since it started, by its own account; absent where it does not tell. */
    record Traffic(Instant since, long requests, long messagesReceived, long messagesSent, long messageErrors) {}

    /** What scanners say of what serves; {@code refusals} are why a launch of it would be refused today. */
    record ScanView(
            String artifact,
            String digest,
            boolean passes,
            List<String> refusals,
            List<String> remarks,
            List<ScanReportView> reports) {}

    /** What one scanner says; {@code notScanned} is why it has no answer. */
    record ScanReportView(
            String scanner,
            @Nullable String notScanned,
            @Nullable String database,
            Instant at,
            List<FindingView> findings) {}

    /** Something that was found; {@code layer} says whom to ask. */
    record FindingView(
            String id,
            Finding.Kind kind,
            Severity severity,
            Finding.Layer layer,
            String where,
            String title,
            @Nullable String fixedIn) {}

    record Releases(List<ReleaseView> items) {}

    /** One release that is kept; {@code serving} is the one that runs. */
    record ReleaseView(
            int revision, String artifact, String digest, int replicas, boolean serving, Instant createdAt) {}

    record Operations(List<OperationView> items) {}

    /** One operation; {@code outcome} and {@code settledAt} come with its end. */
    record OperationView(
            String operationId,
            String agentId,
            OperationKind kind,
            OperationRow.State state,
            @Nullable Stage stage,
            boolean cancelRequested,
            @Nullable Outcome outcome,
            @Nullable Failure failure,
            List<String> warnings,
            List<String> left,
            @Nullable Integer revision,
            List<StageView> stages,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant settledAt) {}

    /** How long a stage took. */
    record StageView(Stage stage, long millis) {}

    /** One event; {@code sequence} has no gap within an agent. */
    record EventView(
            String agentId,
            long sequence,
            Instant at,
            EventType type,
            @Nullable String operationId,
            String message,
            Map<String, String> data) {}

    record Log(List<String> lines) {}

    record Reply(String text) {}

    /** What comes next of a reply while it is spoken. */
    record Chunk(String text) {}

    /** What launching would change. */
    record PlanView(String objects, List<ChangeView> changes, List<String> warnings) {}

    record ChangeView(String object, Change.Action action, List<String> differences) {}

    record Plugins(List<PluginView> items) {}

    record PluginView(
            String name, @Nullable String version, PluginInfo.Category category, List<SettingView> settings) {}

    record SettingView(
            String name,
            String type,
            String description,
            boolean required,
            boolean sensitive,
            @Nullable String fallback) {}

    record Keys(List<KeyView> items) {}

    /** A key without its value. */
    record KeyView(
            String keyId,
            String name,
            String owner,
            Role role,
            List<String> permissions,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Instant lastUsedAt) {}

    /** A new key; its value is shown here and never again. */
    record NewKey(String keyId, String value, String owner, Role role, List<String> permissions) {}

    /** {@code next} is the cursor of the following page, absent on the last. */
    record Audit(List<AuditView> items, @Nullable String next) {}

    record AuditView(
            Instant at,
            String actor,
            String owner,
            String action,
            @Nullable String agentId,
            String detail) {}

    /** {@code components} only for callers who may see them. */
    record HealthView(
            @Form(oneOf = {"UP", "DOWN"}) String status,
            @Nullable Map<String, Component> components) {}

    record Component(@Form(oneOf = {"UP", "DOWN"}) String status, long latencyMillis, List<String> remarks) {}

    /** Totals. */
    record Totals(
            int agents,
            Map<String, Integer> agentsByStatus,
            int operationsOpen,
            long oldestOperationSeconds,
            int noticesWaiting,
            int streamsOpen) {}

    /** What went wrong: RFC 9457, with a stable code and the way out. */
    record ProblemDetail(
            String type,
            String title,
            int status,
            String detail,
            String code,
            String fix,
            boolean retryable,
            String requestId,
            @Nullable List<Problem> problems) {}
}
