package io.agentlaunchpad.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.ManualLaunchpad;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;
import tools.jackson.databind.JsonNode;

/** Streams in an instance that hears nothing, beside those of the instance that does the work. */
class OtherInstancesTest {

    private static final LaunchRequest ADA = request("ada");

    private final Store store = store();
    private final ManualLaunchpad worker = ManualLaunchpad.with(
            builder -> builder.store(store).platform("test", new FakePlatform()).artifacts(new FakeArtifacts()));
    private final Launchpad launchpad = worker.launchpad();
    /** What the working instance told its listeners. */
    private final List<AgentEvent> happened = new ArrayList<>();

    private final Reader hearing = new Reader(new OwnerEvents(store, null, null));
    private final Reader deaf = new Reader(new OwnerEvents(store, Owner.LOCAL, null));
    private final Reader stranger = new Reader(new OwnerEvents(store, Owner.of("other"), null));

    OtherInstancesTest() {
        launchpad.listen(event -> {
            happened.add(event);
            hearing.source.heard(event);
        });
    }

    /** The records that the instances share. Called once, before anything else. */
    Store store() {
        return Stores.inMemory();
    }

    @AfterEach
    void close() {
        assertThat(stranger.look()).isEmpty();
        worker.close();
    }

    @Test
    void both_tell_the_same_end_once_whether_or_not_they_saw_the_deletion_begin() {
        for (boolean seen : new boolean[] {true, false}) {
            launchpad.submit(ADA, Secrets.none());
            looks();
            worker.runAll();
            looks();
            ada().delete();
            if (seen) {
                looks();
            }
            worker.runAll();
            AgentEvent end = happened.get(happened.size() - 1);

            assertThat(hearing.look()).endsWith(Wire.text(Views.event(end)));
            if (seen) {
                assertThat(deaf.look()).hasSize(1);
            } else {
                manyOpen();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> deaf.look().stream().anyMatch(event -> event.contains("DELETE")));
                worker.runAll();
            }
            JsonNode told = deaf.told.stream()
                    .filter(event ->
                            event.path("data").path("kind").asString("").equals("DELETE")
                                    && event.path("type").asString().equals("OPERATION_SETTLED"))
                    .reduce((first, second) -> second)
                    .orElseThrow();
            assertThat(told).hasToString(Wire.text(Views.event(end)));
            looks();
            assertThat(hearing.ends()).isEqualTo(deaf.ends()).hasSize(seen ? 1 : 2);
        }
    }

    @Test
    void an_end_found_before_it_is_heard_is_told_once() {
        Reader late = new Reader(new OwnerEvents(store, null, null));
        launch();
        late.look();
        ada().delete();
        late.look();
        worker.runAll();
        late.look();
        happened.forEach(late.source::heard);
        late.look();
        assertThat(late.ends()).hasSize(1);
    }

    @Test
    void one_made_anew_begins_with_its_first_event_behind_the_end_of_the_one_before() {
        for (int restarts : new int[] {0, 1, 9}) {
            launch();
            looks();
            ada().delete();
            looks();
            worker.runAll();
            int before = happened.size();
            launch();
            for (int i = 0; i < restarts; i++) {
                ada().restart();
                worker.runAll();
            }
            List<Long> anew = happened.subList(before, happened.size()).stream()
                    .map(AgentEvent::sequence)
                    .toList();
            for (Reader reader : List.of(hearing, deaf)) {
                int told = reader.told.size();
                reader.look();
                assertThat(reader.told.get(told).path("data").path("kind").asString())
                        .isEqualTo("DELETE");
                assertThat(reader.told.subList(told + 1, reader.told.size()).stream()
                                .map(event -> event.path("sequence").asLong()))
                        .as("after " + restarts + " restarts")
                        .isEqualTo(anew);
                assertThat(reader.look()).isEmpty();
            }
            ada().delete();
            looks();
            worker.runAll();
            looks();
        }
        assertThat(hearing.ends()).isEqualTo(deaf.ends()).hasSize(6);
    }

    @Test
    void a_deletion_for_which_a_launch_waits_ends_no_story() {
        launch();
        looks();
        int before = happened.size();
        Reader here = new Reader(new AgentEvents(store, ADA.agentId(), before + 1));
        Reader elsewhere = new Reader(new AgentEvents(store, ADA.agentId(), before + 1));
        launchpad.listen(here.source::heard);
        List<Reader> readers = List.of(hearing, deaf, here, elsewhere);
        ada().delete();
        launchpad.submit(ADA, Secrets.none());
        readers.forEach(Reader::look);
        worker.runOne();
        readers.forEach(Reader::look);
        readers.forEach(Reader::look);
        worker.runAll();
        readers.forEach(Reader::look);
        readers.forEach(Reader::look);
        for (Reader reader : readers) {
            assertThat(reader.told.stream().map(event -> event.path("sequence").asLong()))
                    .isEqualTo(happened.subList(before, happened.size()).stream()
                            .map(AgentEvent::sequence)
                            .toList());
        }
    }

    @Test
    void of_one_that_vanished_without_a_deletion_nothing_is_made_up() {
        launch();
        ada().delete();
        worker.runAll();
        launch();
        Reader one = new Reader(new AgentEvents(store, ada().id(), 1));
        one.look();
        looks();
        ada().restart();
        looks();
        store.<Object>transact(tables -> {
            tables.operations()
                    .unsettled(ADA.agentId())
                    .forEach(row -> tables.operations()
                            .update(row.settled(new OperationRow.Result(
                                    Outcome.CANCELLED, null, List.of(), null, row.createdAt()))));
            tables.agents().forget(ADA.agentId());
            return true;
        });
        assertThat(deaf.look()).isEmpty();
        assertThat(hearing.look()).isEmpty();
        assertThat(one.look()).isEmpty();
        assertThat(one.over).isTrue();
        launchpad.submit(ADA, Secrets.none());
        looks();
        worker.runAll();
        looks();
        assertThat(deaf.last().path("sequence").asLong())
                .isEqualTo(happened.get(happened.size() - 1).sequence());
    }

    @Test
    void an_agents_own_stream_tells_its_end_once_and_is_over() {
        launch();
        Reader elsewhere = new Reader(new AgentEvents(store, ada().id(), 1));
        Reader here = new Reader(new AgentEvents(store, ada().id(), 1));
        Reader late = new Reader(new AgentEvents(store, ada().id(), 1));
        List<Reader> readers = List.of(elsewhere, here, late);
        readers.forEach(Reader::look);
        launchpad.listen(here.source::heard);
        int before = happened.size();
        ada().delete();
        worker.runAll();
        readers.forEach(Reader::look);
        happened.subList(before, happened.size()).forEach(late.source::heard);
        readers.forEach(Reader::look);
        for (Reader reader : readers) {
            assertThat(reader.ends()).hasSize(1);
            assertThat(reader.last().path("data").path("kind").asString()).isEqualTo("DELETE");
            assertThat(reader.over).isTrue();
        }
        assertThat(here.last().toString()).isEqualTo(Wire.text(Views.event(happened.get(happened.size() - 1))));
    }

    @Test
    void an_agents_own_stream_goes_on_with_the_next_of_its_name() {
        launch();
        Reader elsewhere = new Reader(new AgentEvents(store, ada().id(), 1));
        Reader here = new Reader(new AgentEvents(store, ada().id(), 1));
        List.of(elsewhere, here).forEach(Reader::look);
        launchpad.listen(here.source::heard);
        ada().delete();
        List.of(elsewhere, here).forEach(Reader::look);
        worker.runAll();
        launch();
        for (Reader reader : List.of(elsewhere, here)) {
            reader.look();
            reader.look();
            assertThat(reader.ends()).hasSize(1);
            assertThat(reader.last().toString()).isEqualTo(Wire.text(Views.event(happened.get(happened.size() - 1))));
            assertThat(reader.over).isFalse();
        }
        String again = new Reader(new AgentEvents(
                        store, ada().id(), elsewhere.last().path("sequence").asLong() + 7))
                .look()
                .get(0);
        assertThat(Wire.tree(again).path("sequence").asInt())
                .as("a client that comes with the number of the one before has been told its end")
                .isEqualTo(1);
    }

    @Test
    void an_end_that_came_while_nobody_listened_is_told_once_and_before_the_next_agent_of_that_name() {
        launch();
        AgentEvent heard = lastEvent();
        worker.clock().advance(Duration.ofSeconds(3));
        ada().delete();
        worker.runAll();
        AgentEvent end = lastEvent();
        Reader early = new Reader(new OwnerEvents(store, Owner.LOCAL, heard.at()));
        assertThat(early.look()).endsWith(Wire.text(Views.event(end)));
        assertThat(early.look()).isEmpty();
        assertThat(new Reader(new OwnerEvents(store, Owner.of("other"), heard.at())).look())
                .isEmpty();

        launch();
        Reader late = new Reader(new OwnerEvents(store, null, heard.at()));
        late.look();
        assertThat(late.told.get(0)).hasToString(Wire.text(Views.event(end)));
        assertThat(late.told.get(1).path("sequence").asInt()).isEqualTo(1);
        assertThat(late.last()).hasToString(Wire.text(Views.event(lastEvent())));
        assertThat(late.look()).isEmpty();
        early.look();
        assertThat(early.ends()).isEqualTo(late.ends()).hasSize(1);

        worker.clock().advance(Duration.ofSeconds(3));
        assertThat(new Reader(new OwnerEvents(store, null, worker.clock().instant())).look())
                .as("what was heard already")
                .isEmpty();
    }

    @Test
    void a_deletion_for_which_a_launch_waited_while_nobody_listened_is_told_as_an_event_alone() {
        launch();
        AgentEvent heard = lastEvent();
        worker.clock().advance(Duration.ofSeconds(3));
        ada().delete();
        launchpad.submit(ADA, Secrets.none());
        worker.runAll();
        Reader reader =
                new Reader(new OwnerEvents(store, Owner.LOCAL, worker.clock().instant()));
        reader.look();
        assertThat(reader.ends()).hasSize(1);
        assertThat(reader.told.stream().map(event -> event.path("sequence").asLong()))
                .isEqualTo(
                        LongStream.rangeClosed(heard.sequence() + 1, lastEvent().sequence())
                                .boxed()
                                .toList());
    }

    @Test
    void an_agents_own_stream_tells_its_end_to_those_who_come_again_and_have_not_heard_it() {
        launch();
        long heard = lastEvent().sequence();
        ada().delete();
        worker.runAll();
        AgentEvent end = lastEvent();
        Reader again = new Reader(new AgentEvents(store, ADA.agentId(), heard + 1));
        assertThat(again.look()).containsExactly(Wire.text(Views.event(end)));
        assertThat(again.look()).isEmpty();
        assertThat(again.over).isTrue();
        Reader told = new Reader(new AgentEvents(store, ADA.agentId(), end.sequence() + 1));
        assertThat(told.look()).isEmpty();
        assertThat(told.over).isTrue();
    }

    private AgentEvent lastEvent() {
        return happened.get(happened.size() - 1);
    }

    private void looks() {
        List.of(hearing, deaf, stranger).forEach(Reader::look);
    }

    private Agent ada() {
        return launchpad.agent(ADA.agentId());
    }

    private void launch() {
        launchpad.submit(ADA, Secrets.none());
        worker.runAll();
    }

    /** So many that the streams look at all last numbers. */
    private void manyOpen() {
        IntStream.range(0, 25).forEach(i -> launchpad.submit(request("other-" + i), Secrets.none()));
    }

    private static LaunchRequest request(String name) {
        return LaunchRequest.of(AgentSpec.named(name).bio("Explains").build());
    }

    /** Reads a stream to where it is. */
    private static final class Reader {

        private final EventSource source;
        private final List<JsonNode> told = new ArrayList<>();
        private boolean over;

        Reader(EventSource source) {
            this.source = source;
        }

        List<String> look() {
            EventSource.Found found = source.next();
            over = found.over();
            List<String> events = found.events().stream()
                    .map(event -> event.build().stream()
                            .map(DataWithMediaType::getData)
                            .map(String::valueOf)
                            .collect(Collectors.joining()))
                    .map(text -> text.substring(text.indexOf("data:") + 5).strip())
                    .toList();
            events.forEach(event -> told.add(Wire.tree(event)));
            return events;
        }

        JsonNode last() {
            return told.get(told.size() - 1);
        }

        /** The operations that removed an agent. */
        List<String> ends() {
            return told.stream()
                    .filter(event -> event.path("type").asString().equals("OPERATION_SETTLED")
                            && event.path("data").path("kind").asString().equals("DELETE"))
                    .map(event -> event.path("operationId").asString())
                    .toList();
        }
    }
}
