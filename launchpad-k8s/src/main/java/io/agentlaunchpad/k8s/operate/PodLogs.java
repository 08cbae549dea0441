package io.agentlaunchpad.k8s.operate;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Names;
import io.agentlaunchpad.k8s.rollout.Informers;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Logs of all pods of an agent, in the order of time; followed across restarts and replacements. */
public final class PodLogs {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Api api;
    private final String namespace;
    private final Informers informers;

    public PodLogs(Api api, String namespace, Informers informers) {
        this.api = api;
        this.namespace = namespace;
        this.informers = informers;
    }

    void read(AgentId agentId, LogQuery query, Consumer<String> lines, WorkContext context) {
        Map<String, String> seen = new HashMap<>();
        List<Line> all = new ArrayList<>();
        for (String pod : pods(agentId, context)) {
            List<Line> found = lines(pod, query.tail(), query.since(), false, context);
            found.stream().reduce((a, b) -> b).ifPresent(last -> seen.put(pod, last.time()));
            all.addAll(found);
        }
        all.sort(Comparator.comparing(Line::time));
        int from = query.tail() < 0 ? 0 : Math.max(0, all.size() - query.tail());
        all.subList(from, all.size()).forEach(line -> lines.accept(line.text()));
        if (query.follow()) {
            follow(agentId, seen, lines, context);
        }
    }

    /** The last lines of one pod; empty where it has none. */
    List<String> tail(String pod, int count, boolean previous, WorkContext context) {
        return lines(pod, count, null, previous, context).stream()
                .map(Line::text)
                .toList();
    }

    private List<String> pods(AgentId agentId, WorkContext context) {
        Answer found = api.ask(
                Call.get(Paths.of(namespace, "v1", "Pod") + Selection.labels(Labels.selector(agentId))), context);
        List<String> names = new ArrayList<>();
        found.json()
                .path("items")
                .forEach(pod -> names.add(pod.path("metadata").path("name").asText()));
        return names;
    }

    private List<Line> lines(String pod, int tail, @Nullable Instant since, boolean previous, WorkContext context) {
        Answer answer = api.once(Call.get(path(pod, tail, since == null ? "" : since.toString(), previous)), context);
        // A container that has not started yet has no log.
        return answer.ok() ? answer.text().lines().map(Line::of).toList() : List.of();
    }

    /** One stream per pod; a pod that comes later gets one too. Ends with the work, or when the agent is gone. */
    private void follow(AgentId agentId, Map<String, String> seen, Consumer<String> lines, WorkContext context) {
        Map<String, LogStream> streams = new HashMap<>();
        Semaphore news = new Semaphore(1);
        Consumer<String> inTurn = line -> {
            synchronized (seen) {
                lines.accept(line);
            }
        };
        try (AutoCloseable listening = informers.listen(agentId.value(), news::release);
                WorkContext.Registration stop = context.onCancel(news::release)) {
            while (!context.stopped()) {
                List<Pod> pods = informers.pods(agentId.value());
                if (pods.isEmpty() && informers.deployment(Names.of(agentId).agent()) == null) {
                    return;
                }
                for (Pod pod : pods) {
                    String name = pod.getMetadata().getName();
                    LogStream open = streams.get(name);
                    if (started(pod) && (open == null || open.ended())) {
                        String after = open == null ? seen.getOrDefault(name, "") : open.last();
                        streams.put(
                                name,
                                LogStream.open(
                                        api,
                                        path(name, -1, after, false) + "&follow=true",
                                        after,
                                        inTurn,
                                        news::release));
                    }
                }
                boolean unused = news.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Nothing else is thrown there", e);
        } finally {
            streams.values().forEach(LogStream::close);
        }
    }

    private static boolean started(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getContainerStatuses().stream()
                        .anyMatch(each ->
                                each.getState() != null && each.getState().getRunning() != null);
    }

    private String path(String pod, int tail, String since, boolean previous) {
        return Paths.of(namespace, "v1", "Pod", pod) + "/log?timestamps=true"
                + (tail < 0 ? "" : "&tailLines=" + tail)
                + (since.isEmpty() ? "" : "&sinceTime=" + since)
                + (previous ? "&previous=true" : "");
    }

    /**
     * A log line.
     *
     * @param time as the kubelet wrote it, in a form that sorts
     */
    record Line(String time, String text) {

        static Line of(String raw) {
            int at = raw.indexOf(' ');
            return at < 0 ? new Line(raw, "") : new Line(raw.substring(0, at), raw.substring(at + 1));
        }
    }
}
