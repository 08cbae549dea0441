package io.agentlaunchpad.k8s.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Paths.Kind;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Removes an agent: what makes pods first, then the pods' own end, then what they used. By label, UID by UID. */
public final class Removal {

    private static final Duration FIRST_LOOK = Duration.ofMillis(100);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
    private static final List<Kind> MONITOR = List.of(new Kind("monitoring.coreos.com/v1", "PodMonitor"));
    private static final Set<String> USED = Set.of("PersistentVolumeClaim", "Secret", "ServiceAccount");

    private final Api api;
    private final String namespace;

    public Removal(Api api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    /** See {@link io.agentlaunchpad.spi.Platform#delete}. */
    public List<String> delete(AgentId agentId, Predicate<String> condemned, Fence fence, WorkContext context) {
        context.check();
        String selector = Labels.selector(agentId);
        List<Kind> kinds = new ArrayList<>(Paths.KINDS);
        kinds.addAll(MONITOR);
        List<Item> all = find(kinds, selector, context);
        all.removeIf(item -> stays(item, condemned));
        announce(all, fence, context);
        Predicate<Item> used = item -> USED.contains(item.kind().kind());
        remove(all.stream().filter(used.negate()).toList(), fence, context);
        List<Kind> pods = List.of(new Kind("v1", "Pod"));
        context.progress("Waiting for the agent's pods to end");
        gone(pods, selector, context);
        remove(all.stream().filter(used).toList(), fence, context);
        // A claim goes a moment after the last pod; one that still goes would be taken for the next agent's.
        gone(List.of(new Kind("v1", "PersistentVolumeClaim")), selector, context);
        return List.of();
    }

    /** Secrets that are no version of values, such as the agent's identity and the records of releases, go in any case. */
    private static boolean stays(Item item, Predicate<String> condemned) {
        String version = KubernetesSecrets.version(item.tree());
        return KubernetesSecrets.legal(version) && !condemned.test(version);
    }

    /** So that other processes do not take it for drift. */
    private void announce(List<Item> items, Fence fence, WorkContext context) {
        List<Call> calls = items.stream()
                .filter(item -> item.kind().kind().equals("Deployment"))
                .map(item -> new Call(
                        "PATCH",
                        Paths.of(
                                        namespace,
                                        item.kind().apiVersion(),
                                        item.kind().kind(),
                                        item.name()) + "?fieldManager=" + Call.MANAGER,
                        "application/merge-patch+json",
                        "{\"metadata\":{\"uid\":\"" + item.uid() + "\",\"annotations\":{\"" + DriftWatch.REMOVING
                                + "\":\"true\"}}}",
                        Duration.ofSeconds(20)))
                .toList();
        // Only a courtesy: what counts is the removal.
        List<Answer> unused = api.all(calls, fence::check, context);
    }

    private void gone(List<Kind> kinds, String selector, WorkContext context) {
        Duration pause = FIRST_LOOK;
        while (!find(kinds, selector, context).isEmpty()) {
            Api.pause(pause, context);
            Duration next = pause.multipliedBy(3).dividedBy(2);
            pause = next.compareTo(LONGEST_LOOK) < 0 ? next : LONGEST_LOOK;
        }
    }

    private List<Item> find(List<Kind> kinds, String selector, WorkContext context) {
        List<Call> calls = kinds.stream()
                .map(kind -> Call.get(Paths.of(namespace, kind.apiVersion(), kind.kind()) + Selection.labels(selector)))
                .toList();
        List<Answer> answers = api.all(calls, () -> {}, context);
        List<Item> found = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            Answer answer = answers.get(i);
            Kind kind = kinds.get(i);
            boolean optional = MONITOR.contains(kind) && (answer.missing() || answer.status() == 403);
            if (!answer.ok() && !optional) {
                throw Refusals.of(answer, "The list of " + kind.kind() + "s");
            }
            answer.json().path("items").forEach(item -> found.add(new Item(kind, item)));
        }
        return found;
    }

    private void remove(List<Item> items, Fence fence, WorkContext context) {
        fence.check();
        List<Call> calls = items.stream()
                .map(item -> Call.delete(
                        Paths.of(
                                namespace, item.kind().apiVersion(), item.kind().kind(), item.name()),
                        item.uid()))
                .toList();
        List<Answer> answers = api.all(calls, fence::check, context);
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            // 409: another object has the name by now.
            if (!answer.ok() && !answer.missing() && answer.status() != 409) {
                throw Refusals.of(
                        answer, items.get(i).kind().kind() + "/" + items.get(i).name());
            }
        }
    }

    private record Item(Kind kind, JsonNode tree) {

        String name() {
            return tree.path("metadata").path("name").asText();
        }

        String uid() {
            return tree.path("metadata").path("uid").asText();
        }
    }
}
