package io.agentlaunchpad.chaos;

import io.agentlaunchpad.chaos.Evidence.Accepted;
import io.agentlaunchpad.chaos.Evidence.Kept;
import io.agentlaunchpad.chaos.Evidence.Known;
import io.agentlaunchpad.chaos.Evidence.Live;
import io.agentlaunchpad.chaos.Evidence.Stored;
import io.agentlaunchpad.chaos.Evidence.Told;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Counts. Pure: the same evidence gives the same numbers.
 *
 * <ul>
 *   <li>lost: something that was accepted or happened and is not there any more;
 *   <li>doubled: something that is there more often than it was asked for, above all a second revision of one launch, in the
 *       store, the registry or the cluster;
 *   <li>unsettled: accepted, and nobody will ever say how it ended.
 * </ul>
 *
 * Each find is one, with a sentence that says where.
 */
final class Tally {

    /** Releases that an agent's records keep, in the store and in the cluster. */
    private static final int KEPT = 10;

    private final Evidence evidence;
    private final List<String> lost = new ArrayList<>();
    private final List<String> doubled = new ArrayList<>();
    private final List<String> unsettled = new ArrayList<>();

    private Tally(Evidence evidence) {
        this.evidence = evidence;
    }

    static Tally of(Evidence evidence) {
        Tally tally = new Tally(evidence);
        tally.operations();
        evidence.agents().forEach(tally::agent);
        tally.strangers();
        return tally;
    }

    List<String> lost() {
        return List.copyOf(lost);
    }

    List<String> doubled() {
        return List.copyOf(doubled);
    }

    List<String> unsettled() {
        return List.copyOf(unsettled);
    }

    boolean clean() {
        return lost.isEmpty() && doubled.isEmpty() && unsettled.isEmpty();
    }

    /** What a run ends with. */
    String line(int launches, int kills) {
        return "launches " + launches + ", kills " + kills + ", lost " + lost.size() + ", doubled " + doubled.size()
                + ", unsettled " + unsettled.size();
    }

    private void operations() {
        Map<String, Stored> stored = new TreeMap<>();
        evidence.operations().forEach(each -> stored.put(each.operation(), each));
        Set<String> known = new HashSet<>();
        for (Accepted each : evidence.accepted()) {
            known.add(each.operation());
            Stored row = stored.get(each.operation());
            if (row == null) {
                lost.add(name(each) + " was accepted and is not in the store");
            } else if (row.outcome() == null) {
                unsettled.add(name(each) + " is not settled");
            } else if (!evidence.noticed().contains(each.operation())) {
                lost.add("nobody was told the end of " + name(each));
            }
        }
        for (Stored row : evidence.operations()) {
            if (!known.contains(row.operation())) {
                doubled.add("launch " + row.launch() + " stands in the store as " + row.operation()
                        + ", which nobody was given");
            }
        }
    }

    private void agent(Known agent) {
        List<Stored> rows = evidence.operations().stream()
                .filter(row -> row.agent().equals(agent.agent()))
                .toList();
        story(agent, rows);
        revisions(agent, rows);
        registry(agent, rows);
        cluster(agent, rows, evidence.live().getOrDefault(agent.agent(), nothing()));
    }

    /** Events: numbers without a gap, and for each operation one beginning and one end. */
    private void story(Known agent, List<Stored> rows) {
        long next = 1;
        for (Told event : agent.events()) {
            for (; next < event.sequence(); next++) {
                lost.add("event " + next + " of " + agent.agent() + " is missing");
            }
            if (event.sequence() < next) {
                doubled.add("event " + event.sequence() + " of " + agent.agent() + " is there twice");
            }
            next = Math.max(next, event.sequence() + 1);
        }
        for (Stored row : rows) {
            once(agent, row, "OPERATION_QUEUED");
            if (row.outcome() != null) {
                once(agent, row, "OPERATION_SETTLED");
            }
        }
    }

    private void once(Known agent, Stored row, String type) {
        long times = agent.events().stream()
                .filter(event -> event.type().equals(type) && row.operation().equals(event.operation()))
                .count();
        if (times == 0) {
            lost.add(name(row) + " has no event " + type);
        } else if (times > 1) {
            doubled.add(name(row) + " has " + times + " events " + type);
        }
    }

    /** In the store: no more revisions than launches that came to deploy, and what serves is the last that succeeded. */
    private void revisions(Known agent, List<Stored> rows) {
        List<Integer> targets =
                rows.stream().map(Stored::target).filter(Objects::nonNull).toList();
        twice(targets)
                .forEach(revision -> doubled.add(
                        "revision " + revision + " of " + agent.agent() + " was given to several launches"));
        for (int extra = new TreeSet<>(targets).size(); extra < agent.latest(); extra++) {
            doubled.add(agent.agent() + " was given " + agent.latest() + " revisions for " + targets.size()
                    + " launches that came to deploy, in the store");
        }
        twice(agent.releases().stream().map(Kept::launch).toList())
                .forEach(launch -> doubled.add(
                        "launch " + launch + " of " + agent.agent() + " has several releases in the store"));
        Set<Integer> kept = agent.releases().stream().map(Kept::revision).collect(Collectors.toSet());
        List<Stored> succeeded = succeeded(rows);
        for (Stored row : newest(succeeded)) {
            if (!kept.contains(row.target())) {
                lost.add(name(row) + " succeeded and its release is not in the store");
            }
        }
        Integer last =
                succeeded.isEmpty() ? null : succeeded.get(succeeded.size() - 1).target();
        if (!Objects.equals(last, agent.serving())) {
            lost.add(
                    "revision " + last + " of " + agent.agent() + " succeeded last and " + agent.serving() + " serves");
        }
    }

    /** In the registry: each image under one final tag, and none that no launch made. */
    private void registry(Known agent, List<Stored> rows) {
        Map<String, String> tags = evidence.tags().getOrDefault(agent.agent(), Map.of());
        Set<String> made =
                rows.stream().map(Stored::digest).filter(Objects::nonNull).collect(Collectors.toSet());
        twice(tags.values().stream().toList())
                .forEach(digest -> doubled.add("image " + digest + " of " + agent.agent() + " has several final tags"));
        tags.forEach((tag, digest) -> {
            if (!made.contains(digest)) {
                doubled.add("image " + tag + " (" + digest + ") of " + agent.agent() + " was made by no launch known");
            }
        });
        twice(rows.stream().map(Stored::digest).filter(Objects::nonNull).toList())
                .forEach(digest -> doubled.add("several launches of " + agent.agent() + " made image " + digest));
        for (Stored row : succeeded(rows)) {
            if (!tags.containsValue(row.digest())) {
                lost.add(name(row) + " succeeded and its image has no final tag");
            }
        }
    }

    /** In the cluster: one Deployment with what serves, one pod of it, each launch rolled out and recorded once. */
    private void cluster(Known agent, List<Stored> rows, Live live) {
        Kept serving = agent.releases().stream()
                .filter(release -> Objects.equals(release.revision(), agent.serving()))
                .findFirst()
                .orElse(null);
        String wanted = serving == null ? null : serving.digest();
        if (!Objects.equals(live.revision(), agent.serving()) || !Objects.equals(live.digest(), wanted)) {
            lost.add(agent.agent() + " should run revision " + agent.serving() + " (" + wanted
                    + "), and the cluster has " + live.revision() + " (" + live.digest() + ")");
        }
        if (wanted != null && !live.ready().contains(wanted)) {
            lost.add("no pod of " + agent.agent() + " is ready with what serves");
        }
        int pods = live.ready().size() + live.others().size();
        for (int extra = wanted == null ? 0 : 1; extra < pods; extra++) {
            doubled.add(agent.agent() + " has " + pods + " pods: ready " + live.ready() + ", others " + live.others());
        }
        twice(live.rollouts())
                .forEach(digest -> doubled.add(
                        "image " + digest + " of " + agent.agent() + " was rolled out in several ReplicaSets"));
        twice(live.records().stream().map(Kept::launch).toList())
                .forEach(launch -> doubled.add(
                        "launch " + launch + " of " + agent.agent() + " has several release records in the cluster"));
        Set<Integer> recorded = live.records().stream().map(Kept::revision).collect(Collectors.toSet());
        Set<Integer> succeeded = new HashSet<>();
        for (Stored row : succeeded(rows)) {
            succeeded.add(row.target());
        }
        for (Stored row : newest(succeeded(rows))) {
            if (!recorded.contains(row.target())) {
                lost.add(name(row) + " succeeded and has no release record in the cluster");
            }
        }
        for (Integer revision : recorded) {
            if (!succeeded.contains(revision)) {
                doubled.add("revision " + revision + " of " + agent.agent()
                        + " has a release record in the cluster, and no launch that succeeded was given it");
            }
        }
    }

    /** Agents that the cluster has and the store does not know. */
    private void strangers() {
        Set<String> known = evidence.agents().stream().map(Known::agent).collect(Collectors.toSet());
        evidence.live().keySet().stream()
                .filter(agent -> !known.contains(agent))
                .forEach(agent -> doubled.add(agent + " is in the cluster and not in the store"));
    }

    private static List<Stored> succeeded(List<Stored> rows) {
        return rows.stream()
                .filter(Stored::succeeded)
                .sorted((a, b) -> a.operation().compareTo(b.operation()))
                .toList();
    }

    private static List<Stored> newest(List<Stored> rows) {
        return rows.subList(Math.max(0, rows.size() - KEPT), rows.size());
    }

    private static <T> Set<T> twice(List<T> all) {
        return all.stream().filter(each -> Collections.frequency(all, each) > 1).collect(Collectors.toSet());
    }

    private static Live nothing() {
        return new Live(null, null, List.of(), List.of(), List.of(), List.of());
    }

    private static String name(Accepted each) {
        return "launch " + each.launch() + " (" + each.operation() + " of " + each.agent() + ")";
    }

    private static String name(Stored row) {
        return "launch " + row.launch() + " (" + row.operation() + " of " + row.agent() + ")";
    }
}
