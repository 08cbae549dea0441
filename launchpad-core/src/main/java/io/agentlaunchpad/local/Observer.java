package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.Masking;
import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.release.Release;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Gathers the facts of one agent: its state file, its process, its own word. */
final class Observer {

    private static final int LOG_LINES = 200;
    private static final int STEADY_TRIES = 3;

    private final LocalAgents agents;
    private final Readyz readyz;
    private final ResourceMeter meter = new ResourceMeter();
    private final Clock clock;

    Observer(LocalAgents agents, Readyz readyz, Clock clock) {
        this.agents = agents;
        this.readyz = readyz;
        this.clock = clock;
    }

    /** Facts of this moment. */
    Observation observe(Release release) {
        AgentFiles files = agents.files(release.agentId());
        Optional<LocalState> state = files.state();
        Observation facts = look(release, files, state);
        for (int i = 0; i < STEADY_TRIES && !files.state().equals(state); i++) {
            // Somebody started or stopped it meanwhile: what was seen is of two moments.
            state = files.state();
            facts = look(release, files, state);
        }
        return facts;
    }

    private Observation look(Release release, AgentFiles files, Optional<LocalState> known) {
        int desired = release.run().replicas();
        if (known.isEmpty()) {
            return desired == 0
                    ? Observation.nothing(clock.instant())
                    : new Observation(clock.instant(), false, desired, List.of(), null, null, List.of());
        }
        LocalState state = known.get();
        boolean current = state.isOf(release);
        Optional<ProcessHandle> process = agents.process(state);
        if (process.isPresent()) {
            Application word = readyz.ask(state.port(), process.get().pid());
            // It may have ended while it was asked: then the answer is of no use.
            if (Processes.lives(process.get())) {
                return running(desired, state, current, process.get(), word);
            }
        }
        List<Instance> instances = new ArrayList<>();
        if (current && state.process() != null && state.replicas() > 0) {
            instances.add(new Instance(name(state), true, false, state.restarts(), trouble(files, state)));
        }
        return new Observation(clock.instant(), current, desired, instances, null, null, List.of());
    }

    private Observation running(
            int desired, LocalState state, boolean current, ProcessHandle process, @Nullable Application word) {
        boolean ready = word != null && word.state() != Application.State.NOT_READY;
        return new Observation(
                clock.instant(),
                current,
                desired,
                List.of(new Instance(name(state), current, ready, state.restarts(), null)),
                word,
                meter.of(process),
                List.of());
    }

    private Trouble trouble(AgentFiles files, LocalState state) {
        Masking masking = Masking.of(agents.secretValues(files, state));
        List<String> lines = new LogFiles(files.log())
                .since(state.start(), LOG_LINES).stream().map(masking::mask).toList();
        OptionalInt exit = agents.children().exit(state.process());
        Trouble why = LastWords.of(exit, lines);
        boolean again = exit.isPresent() && why.code().equals("PORT_IN_USE") && Rollout.mayMove(state);
        return again ? new Trouble(why.code(), why.message(), "wait: another port is tried.", false, List.of()) : why;
    }

    private static String name(LocalState state) {
        String process = String.valueOf(state.process());
        return "process " + process.substring(0, Math.max(0, process.indexOf('-')));
    }
}
