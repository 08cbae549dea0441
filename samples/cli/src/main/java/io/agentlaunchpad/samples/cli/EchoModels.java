package io.agentlaunchpad.samples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.samples.echomodel.EchoModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Stand-in models of agents, one each, recorded below the home directory. The port stays the same for an agent's life: it
 * is part of its configuration.
 */
final class EchoModels {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path directory;

    EchoModels(Path home) {
        this.directory = home.resolve("echo-model");
    }

    /** A stand-in that ends with this process. */
    EchoModel startBound(AgentId agent) throws IOException {
        stop(agent);
        int port = recorded(agent).map(Note::port).orElse(0);
        EchoModel model = EchoModel.startIn(directory, port);
        note(agent, model);
        return model;
    }

    /** A stand-in that lives on until {@link #stop}; the one that runs already, if it does. */
    URI ensureDetached(AgentId agent) throws IOException {
        Optional<Note> note = recorded(agent);
        if (note.flatMap(EchoModels::alive).isPresent()) {
            return URI.create("http://127.0.0.1:" + note.get().port() + "/v1");
        }
        EchoModel model =
                EchoModel.startDetachedIn(directory, note.map(Note::port).orElse(0));
        note(agent, model);
        return model.baseUrl();
    }

    /** Also one that is bound: a command in another terminal must not start a second one on its port. */
    private void note(AgentId agent, EchoModel model) throws IOException {
        record(agent, new Note(model.baseUrl().getPort(), model.process().pid(), start(model.process())));
    }

    /** Whether this agent talks to a stand-in. */
    boolean has(AgentId agent) {
        return Files.exists(file(agent));
    }

    /** Ends the agent's stand-in, if it runs by itself. */
    void stop(AgentId agent) throws IOException {
        Optional<ProcessHandle> process = recorded(agent).flatMap(EchoModels::alive);
        process.ifPresent(ProcessHandle::destroy);
        while (process.filter(EchoModels::lives).isPresent()) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Ends it and forgets it. */
    void delete(AgentId agent) throws IOException {
        stop(agent);
        Files.deleteIfExists(file(agent));
    }

    private Optional<Note> recorded(AgentId agent) throws IOException {
        if (!Files.exists(file(agent))) {
            return Optional.empty();
        }
        JsonNode node = JSON.readTree(file(agent).toFile());
        return Optional.of(new Note(
                node.path("port").asInt(),
                node.path("pid").asLong(),
                node.path("startedAt").asLong()));
    }

    private void record(AgentId agent, Note note) throws IOException {
        Path fresh = Files.createTempFile(directory, agent.value(), null);
        JSON.writeValue(
                fresh.toFile(),
                JSON.createObjectNode()
                        .put("port", note.port())
                        .put("pid", note.pid())
                        .put("startedAt", note.startedAt()));
        Files.move(fresh, file(agent), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(AgentId agent) {
        return directory.resolve(agent.value() + ".json");
    }

    private static Optional<ProcessHandle> alive(Note note) {
        // The start time tells a reused number from the same process.
        return note.pid() <= 0
                ? Optional.empty()
                : ProcessHandle.of(note.pid())
                        .filter(EchoModels::lives)
                        .filter(process -> Math.abs(start(process) - note.startedAt()) < 2_000);
    }

    /** Whether it runs. One that ended and waits for its parent to notice has no command any more, and does not. */
    private static boolean lives(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    private static long start(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }

    private record Note(int port, long pid, long startedAt) {}
}
