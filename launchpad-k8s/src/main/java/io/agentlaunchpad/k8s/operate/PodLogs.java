package io.agentlaunchpad.k8s.operate;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Names;
import io.agentlaunchpad.k8s.rollout.Informers;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs of all pods of an agent, in the order of time; followed across restarts and replacements. */
public final class PodLogs {

    private static final Logger LOG = LoggerFactory.getLogger(PodLogs.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /** What a node that does not answer makes of its pods' logs; it hides no other node's. */
    private static final Set<String> OF_ONE_NODE = Set.of("REFUSED", "API_SERVER_UNREACHABLE");

    private final Api api;
    private final String namespace;
    private final Informers informers;

    public PodLogs(Api api, String namespace, Informers informers) {
        this.api = api;
        this.namespace = namespace;
        this.informers = informers;
    }

    void read(AgentId agentId, LogQuery query, Consumer<String> lines, WorkContext context) {
        Map<String, Instant> seen = new HashMap<>();
        Set<String> unread = new TreeSet<>();
        List<Line> all = new ArrayList<>();
        // The last line is asked for even if nobody wants to hear it: what follows is what is newer.
        int asked = query.tail() == 0 ? 1 : query.tail();
        LaunchpadException refused = null;
        for (String pod : pods(agentId, context)) {
            List<Line> found;
            try {
                found = lines(pod, asked, query.since(), false, context);
            } catch (LaunchpadException e) {
                if (!OF_ONE_NODE.contains(e.code())) {
                    throw e;
                }
                refused = refused == null ? e : refused;
                unread.add(pod);
                continue;
            }
            found.stream().reduce((a, b) -> b).ifPresent(last -> seen.put(pod, last.time()));
            all.addAll(found);
        }
        // A follow asks again; otherwise a refusal is no empty log.
        if (refused != null && all.isEmpty() && !query.follow()) {
            throw refused;
        }
        if (refused != null && !query.follow()) {
            LOG.warn("The log of {} lacks {}: {}", agentId, String.join(", ", unread), refused.getMessage());
        }
        all.sort(Comparator.comparing(Line::time));
        int from = query.tail() < 0 ? 0 : Math.max(0, all.size() - query.tail());
        all.subList(from, all.size()).forEach(line -> lines.accept(line.text()));
        if (query.follow()) {
            follow(agentId, query, seen, unread, lines, context);
        }
    }

    /** The last lines of one pod; empty where it has none, or the node has none any more and says that instead. */
    List<String> tail(String pod, int count, boolean previous, WorkContext context) {
        return lines(pod, count, null, previous, context).stream()
                .filter(line -> line.time().isAfter(Instant.EPOCH))
                .map(Line::text)
                .toList();
    }

    private List<String> pods(AgentId agentId, WorkContext context) {
        Answer found = api.ask(
                Call.get(Paths.of(namespace, "v1", "Pod") + Selection.labels(Labels.selector(agentId))), context);
        if (!found.ok()) {
            throw Refusals.of(found, "The list of pods");
        }
        List<String> names = new ArrayList<>();
        found.json()
                .path("items")
                .forEach(pod -> names.add(pod.path("metadata").path("name").asText()));
        return names;
    }

    private List<Line> lines(String pod, int tail, @Nullable Instant since, boolean previous, WorkContext context) {
        Answer answer = api.once(Call.get(path(pod, tail, since == null ? Instant.EPOCH : since, previous)), context);
        List<Line> found = new ArrayList<>();
        if (answer.ok()) {
            for (String raw : answer.text().lines().toList()) {
                Instant before = found.isEmpty()
                        ? Instant.EPOCH
                        : found.get(found.size() - 1).time();
                found.add(Line.of(raw, before));
            }
        } else if (answer.status() != 400 && !answer.missing()) {
            // A container that has not started yet (400) has no log, nor has a pod that went meanwhile.
            throw Refusals.of(answer, "The log of " + pod);
        }
        return found;
    }

    /** One stream per pod; a pod that comes later gets one too. Ends with the work, or when the agent is gone. */
    private void follow(
            AgentId agentId,
            LogQuery query,
            Map<String, Instant> seen,
            Set<String> unread,
            Consumer<String> lines,
            WorkContext context) {
        Instant since = query.since() == null ? Instant.EPOCH : query.since();
        Map<String, LogStream> streams = new HashMap<>();
        BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();
        Runnable look = () -> turns.add(() -> {});
        try (AutoCloseable listening = informers.listen(agentId.value(), look);
                WorkContext.Registration stop = context.onCancel(look)) {
            while (!context.stopped()) {
                List<Pod> pods = informers.pods(agentId.value());
                if (pods.isEmpty() && informers.deployment(Names.of(agentId).agent()) == null) {
                    return;
                }
                for (Pod pod : pods) {
                    String name = pod.getMetadata().getName();
                    LogStream open = streams.get(name);
                    if (started(pod) && (open == null || open.over(LOOK_AGAIN))) {
                        Instant after = open == null ? seen.getOrDefault(name, since) : open.last();
                        int tail = -1;
                        // What was there before is told as it would have been, had the node answered before.
                        if (query.tail() >= 0 && unread.contains(name) && after.equals(since)) {
                            Instant begun = open == null ? null : open.begun();
                            tail = begun == null ? query.tail() : -1;
                            after = begun == null ? since : begun;
                        }
                        String path = path(name, tail, after, false) + "&follow=true";
                        streams.put(name, LogStream.open(api, name, path, after, lines, turns::add));
                    }
                }
                long patience =
                        Math.min(LOOK_AGAIN.toMillis(), context.remaining().toMillis() + 1);
                Runnable turn = turns.poll(patience, TimeUnit.MILLISECONDS);
                if (turn != null) {
                    turn.run();
                }
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

    private String path(String pod, int tail, Instant since, boolean previous) {
        return Paths.of(namespace, "v1", "Pod", pod) + "/log?timestamps=true&container=" + Names.CONTAINER
                + (tail < 0 ? "" : "&tailLines=" + tail)
                + (since.equals(Instant.EPOCH) ? "" : "&sinceTime=" + since)
                + (previous ? "&previous=true" : "");
    }

    /** A log line, and when the kubelet got it. */
    record Line(Instant time, String text) {

        /** What has no time of its own, a word of the kubelet itself, has that of the line before. */
        static Line of(String raw, Instant before) {
            int at = raw.indexOf(' ');
            try {
                // The time is that of the node's zone.
                Instant time = OffsetDateTime.parse(at < 0 ? raw : raw.substring(0, at))
                        .toInstant();
                return new Line(time, at < 0 ? "" : raw.substring(at + 1));
            } catch (DateTimeParseException e) {
                return new Line(before, raw);
            }
        }
    }
}
