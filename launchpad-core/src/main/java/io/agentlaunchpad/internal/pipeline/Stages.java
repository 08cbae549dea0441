package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.operation.Stage;
import java.util.EnumMap;
import java.util.Map;

/**
 * What each stage does. Each may run again after a crash with the effect of running once: it reads what it left behind in
 * the operation's row before it does anything.
 */
final class Stages {

    private final Map<Stage, StageWork> work = new EnumMap<>(Stage.class);

    Stages() {
        work.put(Stage.VALIDATE, new Validate());
        work.put(Stage.BUILD, new Build());
        work.put(Stage.SCAN, new Scan());
        work.put(Stage.DEPLOY, new Deploy());
        work.put(Stage.VERIFY, new Verify());
        work.put(Stage.MONITOR, new Monitor());
        work.put(Stage.DELETE, new Delete());
    }

    StageWork of(Stage stage) {
        StageWork found = work.get(stage);
        if (found == null) {
            throw new IllegalStateException("No work is known for stage " + stage);
        }
        return found;
    }

    /** The work of one stage. */
    interface StageWork {
        /**
         * Does it.
         *
         * @throws io.agentlaunchpad.error.LaunchpadException when the stage cannot be done
         */
        void run(Run run);
    }
}
