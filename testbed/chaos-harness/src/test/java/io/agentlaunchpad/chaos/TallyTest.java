package io.agentlaunchpad.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.chaos.Evidence.Accepted;
import io.agentlaunchpad.chaos.Evidence.Kept;
import io.agentlaunchpad.chaos.Evidence.Known;
import io.agentlaunchpad.chaos.Evidence.Live;
import io.agentlaunchpad.chaos.Evidence.Stored;
import io.agentlaunchpad.chaos.Evidence.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A harness that cannot fail proves nothing: whatever is planted is counted, where it belongs. */
class TallyTest {

    private static final String ADA = "ada";

    private final List<Accepted> accepted =
            new ArrayList<>(List.of(new Accepted(0, "op-0", ADA), new Accepted(1, "op-1", ADA)));
    private final List<Stored> stored = new ArrayList<>(List.of(succeeded(0), succeeded(1)));
    private final List<Kept> releases = new ArrayList<>(List.of(kept(0), kept(1)));
    private final List<Told> events = new ArrayList<>(List.of(
            new Told(1, "OPERATION_QUEUED", "op-0"),
            new Told(2, "OPERATION_QUEUED", "op-1"),
            new Told(3, "OPERATION_SETTLED", "op-0"),
            new Told(4, "OPERATION_SETTLED", "op-1")));
    private final Map<String, String> tags = new HashMap<>(Map.of("tag-0", "image-0", "tag-1", "image-1"));
    private final Set<String> noticed = new HashSet<>(Set.of("op-0", "op-1"));
    private final List<String> ready = new ArrayList<>(List.of("image-1"));
    private final List<String> others = new ArrayList<>();
    private final List<String> rollouts = new ArrayList<>(List.of("image-0", "image-1"));
    private final List<Kept> records = new ArrayList<>(List.of(kept(0), kept(1)));
    private int latest = 2;
    private Integer serving = 2;
    private Integer runs = 2;

    @Test
    void two_launches_that_went_well_are_clean() {
        Tally tally = tally();

        assertThat(tally.clean()).isTrue();
        assertThat(tally.line(2, 7)).isEqualTo("launches 2, kills 7, lost 0, doubled 0, unsettled 0");
    }

    @Test
    void a_launch_that_was_taken_back_is_clean() {
        stored.set(1, new Stored("op-1", ADA, 1, "ROLLED_BACK", 2, "image-1"));
        releases.remove(1);
        records.remove(1);
        ready.set(0, "image-0");
        serving = 1;
        runs = 1;

        assertThat(tally().clean()).isTrue();
    }

    @Test
    void an_operation_that_is_gone_is_lost() {
        stored.remove(0);
        events.replaceAll(event -> new Told(event.sequence(), event.type(), "op-1"));

        assertThat(tally().lost()).anyMatch(find -> find.contains("op-0") && find.contains("not in the store"));
    }

    @Test
    void an_operation_without_an_end_is_unsettled() {
        stored.set(1, new Stored("op-1", ADA, 1, null, 2, "image-1"));

        assertThat(tally().unsettled()).singleElement().asString().contains("op-1");
        assertThat(tally().line(2, 0)).endsWith("unsettled 1");
        assertThat(tally().clean()).isFalse();
    }

    @Test
    void an_operation_that_nobody_was_given_is_doubled() {
        stored.add(new Stored("op-2", ADA, 1, "REJECTED", null, null));
        events.add(new Told(5, "OPERATION_QUEUED", "op-2"));
        events.add(new Told(6, "OPERATION_SETTLED", "op-2"));

        assertThat(tally().doubled()).singleElement().asString().contains("op-2");
    }

    @Test
    void a_gap_in_the_events_is_lost_and_a_number_that_comes_twice_is_doubled() {
        events.set(3, new Told(6, "OPERATION_SETTLED", "op-1"));
        assertThat(tally().lost()).containsExactly("event 4 of ada is missing", "event 5 of ada is missing");

        events.set(3, new Told(4, "OPERATION_SETTLED", "op-1"));
        events.add(new Told(4, "WARNING", null));
        assertThat(tally().doubled()).containsExactly("event 4 of ada is there twice");
    }

    @Test
    void an_end_told_twice_is_doubled_and_one_never_told_is_lost() {
        events.add(new Told(5, "OPERATION_SETTLED", "op-1"));
        assertThat(tally().doubled()).singleElement().asString().contains("2 events OPERATION_SETTLED");

        events.remove(4);
        noticed.remove("op-1");
        assertThat(tally().lost()).singleElement().asString().contains("nobody was told");
    }

    @Test
    void a_second_revision_of_a_launch_in_the_store_is_doubled() {
        latest = 3;
        assertThat(tally().doubled()).singleElement().asString().contains("3 revisions for 2 launches");

        releases.add(new Kept(3, 1, "image-1"));
        assertThat(tally().doubled()).hasSize(2);
    }

    @Test
    void a_revision_given_to_two_launches_is_doubled() {
        stored.set(0, new Stored("op-0", ADA, 0, "ROLLED_BACK", 2, "image-0"));
        latest = 1;

        assertThat(tally().doubled()).anyMatch(find -> find.startsWith("revision 2 of ada was given to several"));
    }

    @Test
    void a_release_that_is_gone_from_the_store_is_lost() {
        releases.remove(0);

        assertThat(tally().lost()).singleElement().asString().contains("release is not in the store");
    }

    @Test
    void an_older_release_that_serves_is_a_lost_launch() {
        serving = 1;
        runs = 1;
        ready.set(0, "image-0");

        assertThat(tally().lost()).singleElement().asString().contains("revision 2 of ada succeeded last and 1 serves");
    }

    @Test
    void a_second_image_of_a_launch_in_the_registry_is_doubled_and_a_missing_one_is_lost() {
        tags.put("tag-x", "image-x");
        assertThat(tally().doubled()).singleElement().asString().contains("made by no launch");

        tags.remove("tag-x");
        tags.put("tag-2", "image-1");
        assertThat(tally().doubled()).singleElement().asString().contains("several final tags");

        tags.remove("tag-2");
        tags.remove("tag-0");
        assertThat(tally().lost()).singleElement().asString().contains("no final tag");
    }

    @Test
    void a_cluster_that_runs_something_else_has_lost_the_launch() {
        runs = 1;
        assertThat(tally().lost()).singleElement().asString().contains("should run revision 2");

        runs = 2;
        ready.clear();
        assertThat(tally().lost()).singleElement().asString().contains("no pod of ada is ready");
    }

    @Test
    void a_second_pod_rollout_or_record_in_the_cluster_is_doubled() {
        others.add("image-0");
        assertThat(tally().doubled()).singleElement().asString().contains("2 pods");

        others.clear();
        rollouts.add("image-1");
        assertThat(tally().doubled()).singleElement().asString().contains("several ReplicaSets");

        rollouts.remove(2);
        records.add(new Kept(3, 1, "image-1"));
        assertThat(tally().doubled())
                .hasSize(2)
                .anyMatch(find -> find.contains("several release records"))
                .anyMatch(find -> find.contains("no launch that succeeded was given it"));
    }

    @Test
    void a_missing_release_record_in_the_cluster_is_lost() {
        records.remove(0);

        assertThat(tally().lost()).singleElement().asString().contains("no release record");
    }

    @Test
    void an_agent_that_the_store_does_not_know_is_doubled() {
        assertThat(Tally.of(evidence(live -> {
                            Map<String, Live> more = new HashMap<>(live);
                            more.put("bob", new Live(1, "image-9", List.of(), List.of(), List.of(), List.of()));
                            return more;
                        }))
                        .doubled())
                .containsExactly("bob is in the cluster and not in the store");
    }

    private Tally tally() {
        return Tally.of(evidence(live -> live));
    }

    private Evidence evidence(UnaryOperator<Map<String, Live>> changed) {
        Map<String, Live> live = Map.of(
                ADA, new Live(runs, runs == null ? null : "image-" + (runs - 1), ready, others, rollouts, records));
        return new Evidence(
                accepted,
                stored,
                List.of(new Known(ADA, latest, serving, releases, events)),
                changed.apply(live),
                Map.of(ADA, tags),
                noticed);
    }

    private static Stored succeeded(int launch) {
        return new Stored("op-" + launch, ADA, launch, "SUCCEEDED", launch + 1, "image-" + launch);
    }

    private static Kept kept(int launch) {
        return new Kept(launch + 1, launch, "image-" + launch);
    }
}
