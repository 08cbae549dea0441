package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands that change an agent that exists. */
final class ChangeCommands {

    private ChangeCommands() {}

    /** One change, told as it runs. */
    abstract static class Change extends BaseCommand {

        private static final Duration SETTLED_WITHIN = Duration.ofMinutes(30);

        @Mixin
        private AgentArgument agent = new AgentArgument();

        abstract Operation begin(Agent found, EchoModels models) throws IOException;

        void done(Agent found, EchoModels models) throws IOException {}

        /** Refuses what can never be right, before anything is opened. */
        void check() {}

        @Override
        public final Integer call() throws IOException {
            EchoModels models = new EchoModels(home());
            Story story = new Story(out(), paint(), false);
            check();
            Wiring wiring = agent.wiring(common());
            try (Launchpad launchpad = wiring.open(1);
                    Launchpad.Listening ignored = launchpad.listen(story)) {
                Agent found = wiring.find(launchpad, agent.id());
                String name = found.name();
                Operation operation = begin(found, models);
                story.only(operation.id());
                Interruption.heardBy(operation::cancel);
                Report report = operation.await(SETTLED_WITHIN);
                story.end(report, err());
                if (report.outcome() == Outcome.SUCCEEDED) {
                    done(found, models);
                    out().println(operation.kind().label() + " " + name + ": done");
                }
                return Exit.of(report.outcome());
            }
        }
    }

    @Command(name = "restart", description = "Start other processes of the same release.")
    static final class Restart extends Change {
        @Override
        Operation begin(Agent found, EchoModels models) throws IOException {
            wake(found, models);
            return found.restart();
        }
    }

    @Command(name = "rollback", description = "Go back to the release before, or to a revision that is kept.")
    static final class Rollback extends Change {

        @Parameters(index = "1", arity = "0..1", paramLabel = "REVISION", description = "which release")
        private @Nullable Integer revision;

        @Override
        Operation begin(Agent found, EchoModels models) throws IOException {
            wake(found, models);
            return revision == null ? found.rollback() : found.rollback(revision);
        }
    }

    @Command(name = "scale", description = "Run another number of copies; 0 stops it and keeps it for start.")
    static final class Scale extends Change {

        @Parameters(index = "1", paramLabel = "N", description = "how many copies")
        private int replicas;

        @Override
        void check() {
            if (replicas < 0) {
                throw new InputException("An agent cannot have " + replicas + " copies.", "give 0 or more.");
            }
        }

        @Override
        Operation begin(Agent found, EchoModels models) throws IOException {
            if (replicas > 0) {
                wake(found, models);
            }
            return found.scale(replicas);
        }

        @Override
        void done(Agent found, EchoModels models) throws IOException {
            if (replicas == 0) {
                models.stop(found.id());
            }
        }
    }

    @Command(name = "stop", description = "Stop an agent and keep it for start.")
    static final class Stop extends Change {
        @Override
        Operation begin(Agent found, EchoModels models) {
            return found.stop();
        }

        @Override
        void done(Agent found, EchoModels models) throws IOException {
            models.stop(found.id());
        }
    }

    @Command(name = "start", description = "Start a stopped agent.")
    static final class Start extends Change {
        @Override
        Operation begin(Agent found, EchoModels models) throws IOException {
            wake(found, models);
            return found.start();
        }
    }

    @Command(name = "delete", description = "Remove an agent with its data and processes.")
    static final class Delete extends Change {
        @Override
        Operation begin(Agent found, EchoModels models) {
            return found.delete();
        }

        @Override
        void done(Agent found, EchoModels models) throws IOException {
            models.delete(found.id());
        }
    }

    /** An agent that talks to a stand-in needs it running. */
    private static void wake(Agent found, EchoModels models) throws IOException {
        if (models.has(found.id())) {
            models.ensureDetached(found.id());
        }
    }
}
