package io.agentlaunchpad.k8s.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.manifest.AgentObjects;
import io.agentlaunchpad.k8s.manifest.ClusterFacts;
import io.agentlaunchpad.k8s.manifest.Manifest;
import io.agentlaunchpad.k8s.manifest.ManifestSettings;
import io.agentlaunchpad.k8s.manifest.Manifests;
import io.agentlaunchpad.k8s.manifest.Names;
import io.agentlaunchpad.k8s.preflight.NamespaceCheck.Needs;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Whether an agent has a chance in a namespace, asked before anything is changed. Safe for concurrent use.
 *
 * <p>What rarely changes is remembered for a few minutes (facts of the cluster; rights, classes and Secrets of a
 * namespace), refusals never. One request for each agent remains: the quotas, where there are any.
 */
public final class Preflight {

    private static final Duration LASTS = Duration.ofMinutes(5);
    private static final Duration NO_QUOTA_LASTS = Duration.ofSeconds(30);

    private final Api api;
    /** What the LimitRanger says of pods that are too large, too small, or state too little. */
    private static final Pattern LIMIT_RANGE =
            Pattern.compile("usage per (?:Pod|Container)|max limit to request ratio");

    private final Remembered<String, ClusterFacts> facts = new Remembered<>(LASTS, found -> true);
    private final Remembered<Needs, Findings> namespaces = new Remembered<>(LASTS, found -> !found.refused());
    private final Remembered<List<String>, Findings> admitted = new Remembered<>(LASTS, found -> !found.refused());
    private final Map<String, Instant> withoutQuota = new ConcurrentHashMap<>();

    public Preflight(Api api) {
        this.api = api;
    }

    /**
     * What rendering depends on.
     *
     * @throws io.agentlaunchpad.error.PreflightException when the cluster does not accept the login, or is too old
     * @throws io.agentlaunchpad.error.UnreachableException when it does not answer
     */
    public ClusterFacts facts(WorkContext context) {
        return facts.get("", context, () -> FactFinder.find(api, context));
    }

    /**
     * Checks a release of this specification.
     *
     * @return warnings
     * @throws io.agentlaunchpad.error.PreflightException with every refusal at once; nothing was changed
     * @throws io.agentlaunchpad.error.UnreachableException when the cluster does not answer
     */
    public List<String> check(AgentId agentId, AgentSpec spec, ManifestSettings settings, WorkContext context) {
        ClusterFacts known = facts(context);
        Findings findings = new Findings();
        boolean volume = spec.database() == Database.PGLITE && !settings.ephemeral();
        boolean exposed = spec.channels().web() && spec.expose().isPresent();
        Needs needs = Needs.of(settings, volume, exposed);
        findings.addAll(namespaces.get(needs, context, () -> NamespaceCheck.of(api, needs, known, context)));
        if (!findings.refused()) {
            references(spec, settings, findings, context);
            List<Manifest> wanted = rendered(agentId, spec, settings, known);
            admission(settings.namespace(), wanted, findings, context);
            room(agentId, settings.namespace(), wanted, findings, context);
        }
        return findings.orThrow();
    }

    private void references(AgentSpec spec, ManifestSettings settings, Findings findings, WorkContext context) {
        Map<String, String> users = new TreeMap<>();
        spec.secretRefs().forEach((name, ref) -> users.putIfAbsent(ref.name(), name));
        List<String> names = List.copyOf(users.keySet());
        List<Boolean> found = Existence.of(api, settings.namespace(), names, context);
        for (int i = 0; i < names.size(); i++) {
            if (!found.get(i)) {
                findings.refuse(
                        "SECRET_MISSING",
                        "There is no Secret " + names.get(i) + " in the namespace " + settings.namespace()
                                + ", which the secret " + users.get(names.get(i)) + " refers to.",
                        "create it there, or pass the value itself.");
            }
        }
    }

    private static List<Manifest> rendered(
            AgentId agentId, AgentSpec spec, ManifestSettings settings, ClusterFacts known) {
        Release.Run run = new Release.Run(spec.resources().replicas(), 1);
        PlanRequest request = new PlanRequest(agentId, Owner.LOCAL, spec, null, null, run);
        return AgentObjects.render(request, settings, known).manifests();
    }

    /**
     * Has the API server judge a pod of this shape, without making it: the namespace's Pod Security level and its
     * LimitRanges. Other policies may look at the image, which is not known yet, so they have their say when the agent is
     * applied.
     */
    private void admission(String namespace, List<Manifest> wanted, Findings findings, WorkContext context) {
        ObjectNode pod =
                wanted.get(wanted.size() - 1).tree().at("/spec/template").deepCopy();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata").put("generateName", "launchpad-preflight-");
        ((ObjectNode) pod.path("spec")).put("serviceAccountName", "default");
        ObjectNode agent = (ObjectNode) Manifest.container(pod.path("spec"));
        agent.remove(List.of("env", "envFrom"));
        for (JsonNode volume : pod.at("/spec/volumes")) {
            if (((ObjectNode) volume).remove("persistentVolumeClaim") != null) {
                ((ObjectNode) volume).putObject("emptyDir");
            }
        }
        String json = pod.toString();
        findings.addAll(admitted.get(
                List.of(namespace, Manifests.hash(json)), context, () -> judged(namespace, json, context)));
    }

    private Findings judged(String namespace, String pod, WorkContext context) {
        Findings findings = new Findings();
        Answer answer = api.ask(Call.create(Paths.of(namespace, "v1", "Pod") + "?dryRun=All", pod), context);
        if (answer.status() != 403) {
            return findings;
        }
        String what = "The namespace " + namespace + " refuses the agent's pods: " + answer.message() + ".";
        if (answer.message().contains("violates PodSecurity")) {
            findings.refuse("POD_SECURITY", what, "correct the ManifestCustomizer that makes pods break the level.");
        } else if (LIMIT_RANGE.matcher(answer.message()).find()) {
            findings.refuse("LIMIT_RANGE", what, "ask for what the LimitRange allows, or have it changed.");
        }
        return findings;
    }

    private void room(
            AgentId agentId, String namespace, List<Manifest> wanted, Findings findings, WorkContext context) {
        Instant now = context.clock().instant();
        if (now.isBefore(withoutQuota.getOrDefault(namespace, Instant.MIN))) {
            return;
        }
        Answer answer = api.ask(Call.get("/api/v1/namespaces/" + namespace + "/resourcequotas"), context);
        if (answer.ok() && answer.json().path("items").isEmpty()) {
            withoutQuota.put(namespace, now.plus(NO_QUOTA_LASTS));
        } else if (answer.ok()) {
            weigh(agentId, namespace, wanted, answer.json(), findings, context);
        }
    }

    private void weigh(
            AgentId agentId,
            String namespace,
            List<Manifest> wanted,
            JsonNode list,
            Findings findings,
            WorkContext context) {
        List<Manifest> counted = wanted.stream().filter(each -> !each.shared()).toList();
        List<Call> calls = new ArrayList<>();
        counted.forEach(each -> calls.add(Call.get(Paths.of(namespace, each.apiVersion(), each.kind(), each.name()))));
        calls.add(Call.get(Paths.of(namespace, "v1", "Secret", Names.of(agentId).identity())));
        List<Answer> answers = api.all(calls, () -> {}, context);
        List<JsonNode> live = new ArrayList<>();
        answers.stream().filter(Answer::ok).forEach(answer -> live.add(answer.json()));
        List<JsonNode> trees = new ArrayList<>();
        counted.forEach(each -> trees.add(each.tree()));
        if (answers.get(counted.size()).missing()) {
            // A new agent's identity and its first record; the values are stored already.
            JsonNode secret = JsonNodeFactory.instance.objectNode().put("kind", "Secret");
            trees.addAll(List.of(secret, secret));
        }
        new Quotas(trees, live, findings).judge(namespace, list);
    }
}
