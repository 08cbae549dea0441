package io.agentlaunchpad.k8s.operate;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Platform.Drift;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what others did to Launchpad's objects: one list and one watch per kind for all agents of a namespace. Of each
 * object only who wrote which fields is kept.
 */
public final class DriftWatch implements Platform.Watch {

    /** Annotation of a Deployment that some Launchpad is about to delete, with everything of its agent. */
    static final String REMOVING = Labels.PREFIX + "removing";

    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);
    private static final long SETTLES_MILLIS = 2000;
    private static final String INVENTORY = Labels.PREFIX + "inventory";

    private final Consumer<Drift> changes;
    private final ScheduledExecutorService inTurn;
    private final List<SharedIndexInformer<GenericKubernetesResource>> informers = new ArrayList<>();
    private final Map<String, Managed> known = new ConcurrentHashMap<>();

    /** What each agent's Deployment names as its own; absent while it is being removed. */
    private final Map<String, Set<String>> inventories = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** @param inTurn has one thread; whoever closes the watch shuts it down */
    public DriftWatch(
            KubernetesClient client, String namespace, Consumer<Drift> changes, ScheduledExecutorService inTurn) {
        this.changes = changes;
        this.inTurn = inTurn;
        for (ResourceDefinitionContext kind : kinds()) {
            SharedIndexInformer<GenericKubernetesResource> informer = client.genericKubernetesResources(kind)
                    .inNamespace(namespace)
                    .withLabel(Labels.MANAGED_BY, Labels.LAUNCHPAD)
                    .runnableInformer(0);
            informer.itemStore(lean()).addEventHandler(handler());
            // A server that is not there yet is waited for. A kind that may not be watched is left out; its
            // changes show when the agent is applied again.
            informer.exceptionHandler((started, fault) -> {
                LOG.debug("Watching {} for drift: {}", kind.getKind(), fault.toString());
                return started || !refused(fault);
            });
            informers.add(informer);
            var unused = informer.start();
        }
    }

    @Override
    public void close() {
        closed = true;
        informers.forEach(SharedIndexInformer::stop);
    }

    private static boolean refused(Throwable fault) {
        return fault instanceof KubernetesClientException answer
                && (answer.getCode() == 401 || answer.getCode() == 403 || answer.getCode() == 404);
    }

    private static List<ResourceDefinitionContext> kinds() {
        return List.of(
                kind("apps", "Deployment", "deployments"),
                kind("", "Service", "services"),
                kind("", "ServiceAccount", "serviceaccounts"),
                kind("", "PersistentVolumeClaim", "persistentvolumeclaims"),
                kind("networking.k8s.io", "NetworkPolicy", "networkpolicies"),
                kind("networking.k8s.io", "Ingress", "ingresses"));
    }

    private static ResourceDefinitionContext kind(String group, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion("v1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }

    private BasicItemStore<GenericKubernetesResource> lean() {
        return new BasicItemStore<>(object ->
                object.getMetadata().getNamespace() + "/" + object.getMetadata().getName()) {
            @Override
            public GenericKubernetesResource put(String key, GenericKubernetesResource object) {
                // Handlers are given the whole object afterwards; what stays here is a shell.
                GenericKubernetesResource shell = new GenericKubernetesResource();
                shell.setApiVersion(object.getApiVersion());
                shell.setKind(object.getKind());
                ObjectMeta metadata = new ObjectMeta();
                metadata.setName(object.getMetadata().getName());
                metadata.setNamespace(object.getMetadata().getNamespace());
                metadata.setUid(object.getMetadata().getUid());
                metadata.setResourceVersion(object.getMetadata().getResourceVersion());
                metadata.setLabels(object.getMetadata().getLabels());
                shell.setMetadata(metadata);
                return super.put(key, shell);
            }
        };
    }

    private ResourceEventHandler<GenericKubernetesResource> handler() {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(GenericKubernetesResource object) {
                changed(object);
            }

            @Override
            public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
                changed(object);
            }

            @Override
            public void onDelete(GenericKubernetesResource object, boolean unknown) {
                removed(object);
            }
        };
    }

    void changed(GenericKubernetesResource object) {
        String agent = agent(object);
        if (agent == null) {
            return;
        }
        note(object, agent);
        Managed now = Managed.of(object);
        Managed before = known.put(object.getMetadata().getUid(), now);
        if (before == null) {
            return;
        }
        for (Map.Entry<String, Set<String>> each : now.since(before)) {
            Managed.Claim claim = now.others().getOrDefault(each.getKey(), Managed.Claim.NONE);
            String what = String.join(", ", each.getValue());
            tell(object, agent, what, each.getKey(), each.getKey() + " " + claim.time() + " " + what.hashCode());
        }
    }

    private void note(GenericKubernetesResource object, String agent) {
        if (!object.getKind().equals("Deployment")) {
            return;
        }
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        if (annotations == null || annotations.containsKey(REMOVING)) {
            inventories.remove(agent);
        } else {
            inventories.put(
                    agent, annotations.getOrDefault(INVENTORY, "").lines().collect(Collectors.toUnmodifiableSet()));
        }
    }

    void removed(GenericKubernetesResource object) {
        String agent = agent(object);
        known.remove(object.getMetadata().getUid());
        if (agent == null) {
            return;
        }
        if (object.getKind().equals("Deployment")) {
            if (inventories.remove(agent) != null) {
                tell(object, agent, "deleted", "unknown", "deleted");
            }
            return;
        }
        String line = object.getApiVersion() + " " + object.getKind() + " "
                + object.getMetadata().getName();
        if (!inventories.getOrDefault(agent, Set.of()).contains(line)) {
            // It was deleted with its agent and held by a finalizer; the agent may be launched again in a moment.
            return;
        }
        // Each kind has a watch of its own: what the Deployment says of it may come a moment later.
        var unused = inTurn.schedule(
                () -> {
                    if (inventories.getOrDefault(agent, Set.of()).contains(line)) {
                        tell(object, agent, "deleted", "unknown", "deleted");
                    }
                },
                SETTLES_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void tell(GenericKubernetesResource object, String agent, String what, String who, String key) {
        Drift drift = new Drift(
                new AgentId(agent),
                object.getKind() + "/" + object.getMetadata().getName(),
                what,
                who,
                object.getMetadata().getUid() + " " + key,
                Instant.now());
        inTurn.execute(() -> {
            if (!closed) {
                try {
                    changes.accept(drift);
                } catch (RuntimeException e) {
                    LOG.warn("A listener of drift failed", e);
                }
            }
        });
    }

    private static @Nullable String agent(GenericKubernetesResource object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? null : labels.get(Labels.AGENT);
    }
}
