package io.agentlaunchpad.k8s.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Manifest;
import io.agentlaunchpad.k8s.rollout.Informers;
import io.agentlaunchpad.k8s.rollout.Prepulled;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where the old pod must stop before the new one starts, what can be known beforehand is tried while the old one still
 * runs: whether a pod of the new template is admitted, and whether its image can be pulled on the node. A refusal is a
 * PreflightException: nothing was changed.
 */
public final class Rehearsal {

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Api api;
    private final String namespace;
    private final Informers informers;

    public Rehearsal(Api api, String namespace, Informers informers) {
        this.api = api;
        this.namespace = namespace;
        this.informers = informers;
    }

    List<String> rehearse(Manifest workload, JsonNode live, Fence fence, WorkContext context) {
        JsonNode coming = workload.tree();
        boolean replaces = coming.at("/spec/strategy/type").asText().equals("Recreate")
                && live.at("/spec/replicas").asInt() > 0
                && coming.at("/spec/replicas").asInt() > 0;
        String template = "/spec/template/metadata/annotations";
        boolean same = coming.at(template)
                .path(Labels.TEMPLATE)
                .asText()
                .equals(live.at(template).path(Labels.TEMPLATE).asText());
        if (!replaces || same) {
            return List.of();
        }
        admitted(workload, live, context);
        String image = image(coming);
        Optional<Pod> old = informers
                .pods(coming.at("/spec/selector/matchLabels").path(Labels.AGENT).asText())
                .stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .findFirst();
        if (image.equals(image(live)) || old.isEmpty()) {
            return List.of();
        }
        Prepulled pull = new Prepulled(
                workload,
                image,
                old.get().getSpec().getNodeName(),
                live.at("/metadata/uid").asText());
        return pulled(pull, fence, context);
    }

    private void admitted(Manifest workload, JsonNode live, WorkContext context) {
        ObjectNode pod = ((ObjectNode) workload.tree().at("/spec/template")).deepCopy();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        pod.withObject("/metadata").put("generateName", workload.name() + "-rehearsal-");
        Answer answer = api.ask(Call.create(Paths.of(namespace, "v1", "Pod") + "?dryRun=All", pod.toString()), context);
        if (answer.ok()) {
            return;
        }
        boolean quota = answer.status() == 403 && answer.message().contains("exceeded quota");
        if (quota && QuotaRoom.fitsWithout(answer.message(), live.at("/spec/template/spec"))) {
            return;
        }
        // Whoever may apply Deployments need not be allowed to make pods.
        if (answer.status() == 403 && answer.message().contains("cannot create resource")) {
            return;
        }
        Failure refusal = Refusals.of(answer, "A pod of " + workload).failure();
        throw new PreflightException(refusal.code(), refusal.message(), refusal.fix(), null);
    }

    private List<String> pulled(Prepulled pull, Fence fence, WorkContext context) {
        String name = pull.name();
        String path = Paths.of(namespace, "v1", "Pod");
        context.progress("Pulling the image on node " + pull.node() + " while the old release runs");
        Answer made = api.call(Call.create(path, pull.pod().toString()), fence::check, context);
        if (!made.ok() && !made.reason().equals("AlreadyExists")) {
            return List.of("The image was not pulled beforehand: " + made.message() + ".");
        }
        try {
            Trouble trouble = await(name, context);
            if (trouble != null) {
                throw new PreflightException(trouble.code(), trouble.message(), trouble.fix(), null);
            }
            return List.of();
        } finally {
            removed(path + "/" + name, made);
        }
    }

    private @org.jspecify.annotations.Nullable Trouble await(String name, WorkContext context) {
        CompletableFuture<Optional<Trouble>> end = new CompletableFuture<>();
        Runnable look = () -> Prepulled.verdict(informers.pod(name)).ifPresent(end::complete);
        try (AutoCloseable listening = informers.listen(Prepulled.listener(name), look);
                WorkContext.Registration stop = context.onCancel(() -> end.complete(Optional.empty()))) {
            look.run();
            long limit = Math.min(LONGEST.toMillis(), context.remaining().toMillis());
            Optional<Trouble> trouble = end.get(Math.max(1, limit), TimeUnit.MILLISECONDS);
            context.check();
            return trouble.orElse(null);
        } catch (TimeoutException e) {
            context.check();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("Nobody fails it", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Nothing else is thrown there", e);
        }
    }

    private void removed(String path, Answer made) {
        String uid = made.json().path("metadata").path("uid").asText("");
        var errand = io.agentlaunchpad.k8s.client.Errand.within(Duration.ofSeconds(10));
        Call call = uid.isEmpty()
                ? new Call("DELETE", path + "?gracePeriodSeconds=0", null, null, Duration.ofSeconds(5))
                : Call.delete(path + "?gracePeriodSeconds=0", uid);
        try {
            api.ask(call, errand);
        } catch (RuntimeException e) {
            org.slf4j.LoggerFactory.getLogger(Rehearsal.class).warn("Pod {} was left behind: {}", path, e.getMessage());
        }
    }

    private static String image(JsonNode deployment) {
        return Manifest.container(deployment.at("/spec/template/spec"))
                .path("image")
                .asText();
    }
}
