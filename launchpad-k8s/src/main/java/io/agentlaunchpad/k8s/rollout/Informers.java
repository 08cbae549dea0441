package io.agentlaunchpad.k8s.rollout;

import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live Deployments and pods of all agents of a namespace, and the events of its pods: one list and one watch per kind,
 * whatever the number of agents. Started by the first who listens; resumed by themselves after a disconnect.
 */
public final class Informers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Informers.class);
    private static final Duration FIRST_LIST = Duration.ofSeconds(60);
    private static final String BY_AGENT = "agent";
    private static final String BY_POD = "pod";

    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, Set<Runnable>> listeners = new ConcurrentHashMap<>();
    private volatile @Nullable Running running;
    private boolean closed;

    public Informers(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Runs something whenever an object of that agent changed, until closed. Starts watching where that is not so yet. */
    public AutoCloseable listen(String agent, Runnable changed) {
        listeners.computeIfAbsent(agent, key -> new CopyOnWriteArraySet<>()).add(changed);
        return () -> listeners.computeIfPresent(agent, (key, all) -> {
            all.remove(changed);
            return all.isEmpty() ? null : all;
        });
    }

    /** The Deployment of that name, or null. */
    public @Nullable Deployment deployment(String name) {
        return running().deployments.getStore().getByKey(namespace + "/" + name);
    }

    /** The agent's pods where they are being watched anyway; nothing where that would have to begin. */
    public Optional<List<Pod>> podsIfWatched(String agent) {
        return Optional.ofNullable(running).map(all -> all.pods.getIndexer().byIndex(BY_AGENT, agent));
    }

    /** The agent's pods. */
    public List<Pod> pods(String agent) {
        return running().pods.getIndexer().byIndex(BY_AGENT, agent);
    }

    /** The pod of that name, or null. */
    public @Nullable Pod pod(String name) {
        return running().pods.getStore().getByKey(namespace + "/" + name);
    }

    /** What happened to those pods, oldest first. */
    public List<Event> events(List<Pod> pods) {
        List<Event> all = new ArrayList<>();
        for (Pod pod : pods) {
            all.addAll(running()
                    .events
                    .getIndexer()
                    .byIndex(BY_POD, pod.getMetadata().getUid()));
        }
        all.sort(Comparator.comparing(event -> String.valueOf(event.getLastTimestamp())));
        return all;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (running != null) {
            running.stop();
        }
    }

    private synchronized Running running() {
        if (closed) {
            throw new IllegalStateException("The platform is closed");
        }
        if (running == null) {
            running = start();
        }
        return running;
    }

    private Running start() {
        SharedIndexInformer<Deployment> deployments = client.apps()
                .deployments()
                .inNamespace(namespace)
                .withLabel(Labels.MANAGED_BY, Labels.LAUNCHPAD)
                .runnableInformer(0);
        SharedIndexInformer<Pod> pods = client.pods()
                .inNamespace(namespace)
                .withLabel(Labels.MANAGED_BY, Labels.LAUNCHPAD)
                .runnableInformer(0);
        SharedIndexInformer<Event> events = client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.kind", "Pod")
                .runnableInformer(0);
        deployments.itemStore(store(Informers::lean)).addEventHandler(handler(each -> changed(agent(each))));
        pods.itemStore(store(Informers::lean))
                .addIndexers(Map.of(BY_AGENT, pod -> List.of(agent(pod))))
                .addEventHandler(handler(each -> changed(agent(each))));
        events.itemStore(store(Informers::lean))
                .addIndexers(Map.of(BY_POD, event -> List.of(String.valueOf(podOf(event)))))
                .addEventHandler(handler(event -> happened(pods, event)));
        Running all = new Running(deployments, pods, events);
        all.start();
        return all;
    }

    private void happened(SharedIndexInformer<Pod> pods, Event event) {
        Pod pod = pods.getStore()
                .getByKey(namespace + "/" + event.getInvolvedObject().getName());
        if (pod != null) {
            changed(agent(pod));
        }
    }

    private void changed(String agent) {
        listeners.getOrDefault(agent, Set.of()).forEach(Runnable::run);
    }

    private static String agent(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        String agent = labels == null ? null : labels.get(Labels.AGENT);
        String pull = labels == null ? null : labels.get(Prepulled.LABEL);
        return agent != null ? agent : pull == null ? "" : Prepulled.listener(pull);
    }

    private static @Nullable String podOf(Event event) {
        return event.getInvolvedObject() == null
                ? null
                : event.getInvolvedObject().getUid();
    }

    private static <T extends HasMetadata> BasicItemStore<T> store(UnaryOperator<T> lean) {
        return new BasicItemStore<>(object ->
                object.getMetadata().getNamespace() + "/" + object.getMetadata().getName()) {
            @Override
            public T put(String key, T object) {
                return super.put(key, lean.apply(object));
            }
        };
    }

    /** What nobody asks for is not kept: thousands of agents share this memory. */
    private static <T extends HasMetadata> T lean(T object) {
        object.getMetadata().setManagedFields(null);
        if (object instanceof Deployment deployment) {
            deployment.getSpec().setTemplate(null);
        } else if (object instanceof Pod pod) {
            pod.getSpec().setVolumes(List.of());
            pod.getSpec().setTolerations(List.of());
            pod.getSpec().getContainers().forEach(container -> {
                container.setEnv(List.of());
                container.setVolumeMounts(List.of());
            });
        }
        return object;
    }

    private static <T> ResourceEventHandler<T> handler(Consumer<T> changed) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                changed.accept(object);
            }

            @Override
            public void onUpdate(T before, T object) {
                changed.accept(object);
            }

            @Override
            public void onDelete(T object, boolean unknown) {
                changed.accept(object);
            }
        };
    }

    private record Running(
            SharedIndexInformer<Deployment> deployments,
            SharedIndexInformer<Pod> pods,
            SharedIndexInformer<Event> events) {

        void start() {
            List<SharedIndexInformer<?>> all = List.of(deployments, pods, events);
            List<CompletableFuture<Void>> begun = new ArrayList<>();
            for (SharedIndexInformer<?> each : all) {
                each.exceptionHandler((started, fault) -> {
                    LOG.debug("Watching {}: {}", each.getApiTypeClass().getSimpleName(), fault.toString());
                    return started || !definite(fault);
                });
                begun.add(each.start().toCompletableFuture());
            }
            try {
                CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new))
                        .get(FIRST_LIST.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                stop();
                throw refused(e.getCause() == null ? e : e.getCause());
            } catch (TimeoutException e) {
                stop();
                throw new UnreachableException(
                        "API_SERVER_UNREACHABLE",
                        "The API server did not list the agents within " + FIRST_LIST.toSeconds() + " s.",
                        "check that the cluster is up and reachable from here, then try again.",
                        e);
            } catch (InterruptedException e) {
                stop();
                Thread.currentThread().interrupt();
                throw new UnreachableException("The thread was interrupted while it waited.", "try again.");
            }
        }

        void stop() {
            deployments.stop();
            pods.stop();
            events.stop();
        }

        private static boolean definite(Throwable fault) {
            return fault instanceof KubernetesClientException refused
                    && (refused.getCode() == 401 || refused.getCode() == 403);
        }

        private static LaunchpadException refused(Throwable fault) {
            return new PreflightException(
                    "WATCH_REFUSED",
                    "Agents cannot be watched: " + fault.getMessage() + ".",
                    "grant list and watch of deployments, pods and events in the namespace (docs/rbac.yaml).",
                    fault);
        }
    }
}
