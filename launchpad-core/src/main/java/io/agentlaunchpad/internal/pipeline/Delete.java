package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.DeployException;
import java.util.List;

/** Removes everything of an agent from its platform. */
final class Delete implements Stages.StageWork {

    @Override
    public void run(Run run) {
        List<String> left =
                run.platform().delete(run.row().agentId(), Condemned.before(run)::contains, run, run.work());
        if (!left.isEmpty()) {
            throw new DeployException(
                    "DELETE_INCOMPLETE",
                    "Not everything of " + run.row().agentId() + " could be removed: " + String.join(", ", left) + ".",
                    "remove what is named, or delete the agent again.",
                    null);
        }
    }
}
