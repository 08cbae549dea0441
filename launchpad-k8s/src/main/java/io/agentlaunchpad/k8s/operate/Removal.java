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
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Removes an agent: what makes pods first, then the pods' own end, then what they used. By label, UID by UID. */
public final class Removal {

    private static final Duration FIRST_LOOK = Duration.ofMillis(100);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
    private static final int HURRIED_SECONDS = 3;
    private static final Kind POD = new Kind("v1", "Pod");
    private static final Kind CLAIM = new Kind("v1", "PersistentVolumeClaim");
    private static final List<Kind> MONITOR = List.of(new Kind("monitoring.coreos.com/v1", "PodMonitor"));
    private static final Set<String> USED = Set.of("PersistentVolumeClaim", "Secret", "ServiceAccount");

    private final Api api;
    private final String namespace;

    public Removal(Api api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    /** See {@link io.agentlaunchpad.spi.Platform#delete}. */
    public List<String> delete(AgentId agentId, Set<String> kept, Fence fence, WorkContext context) {
        context.check();
        String selector = Labels.selector(agentId);
        List<Kind> kinds = new ArrayList<>(Paths.KINDS);
        kinds.addAll(MONITOR);
        List<Item> all = find(kinds, selector, context);
        all.removeIf(item -> kept.contains(KubernetesSecrets.version(item.tree())));
        announce(all, fence, context);
        Predicate<Item> used = item -> USED.contains(item.kind().kind());
        remove(all.stream().filter(used.negate()).toList(), fence, context);
        context.progress("Waiting for the agent's pods to end");
        boolean served = all.stream().anyMatch(Removal::isRecord);
        gone(POD, selector, served ? pod -> {} : pod -> hurry(pod, fence, context), context);
        remove(all.stream().filter(used).toList(), fence, context);
        // A claim goes a moment after the last pod; one that still goes would be taken for the next agent's.
        gone(CLAIM, selector, claim -> {}, context);
        return List.of();
    }

    /** Releases are recorded once they were healthy. */
    private static boolean isRecord(Item item) {
        return item.tree().path("metadata").path("labels").has(Labels.REVISION);
    }

    /** An agent that never served has nothing to finish: its pods need not take the time that they are given to end. */
    private void hurry(Item pod, Fence fence, WorkContext context) {
        JsonNode grace = pod.tree().path("metadata").path("deletionGracePeriodSeconds");
        if (grace.asInt() > HURRIED_SECONDS) {
            String path = Paths.of(namespace, "v1", "Pod", pod.name());
            // Without the right to delete pods they end in their own time.
            Answer unused = api.call(Call.delete(path, pod.uid(), HURRIED_SECONDS), fence::check, context);
        }
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

    private void gone(Kind kind, String selector, Consumer<Item> there, WorkContext context) {
        Duration pause = FIRST_LOOK;
        for (List<Item> left = find(List.of(kind), selector, context);
                !left.isEmpty();
                left = find(List.of(kind), selector, context)) {
            left.forEach(there);
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
