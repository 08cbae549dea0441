package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.character.CharacterFile;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What can be told of a launch before anything is built or stored. */
final class Planned {

    private Planned() {}

    /** The serving artifact, where a launch would build the same again: same lock, same character. Else unknown. */
    static @Nullable Artifact artifact(LaunchRequest request, @Nullable Release serving) {
        if (serving == null || request.refreshLock()) {
            return null;
        }
        AgentSpec then = serving.spec();
        AgentSpec now = request.spec();
        boolean same = then.effectivePlugins().equals(now.effectivePlugins())
                && CharacterFile.of(then).json().equals(CharacterFile.of(now).json());
        return same ? serving.artifact() : null;
    }

    /** The plan, with the names of secrets that get another value. */
    static Plan secrets(Plan plan, Secrets held, Secrets wanted) {
        List<String> lines = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(held.names());
        names.addAll(wanted.names());
        for (String name : names) {
            if (!held.names().contains(name)) {
                lines.add(name + ": added");
            } else if (!wanted.names().contains(name)) {
                lines.add(name + ": removed");
            } else if (!held.reveal(name).equals(wanted.reveal(name))) {
                lines.add(name + ": changed");
            }
        }
        if (lines.isEmpty()) {
            return plan;
        }
        List<Change> changes = new ArrayList<>(plan.changes());
        Change.Action action = held.names().isEmpty()
                ? Change.Action.CREATE
                : wanted.names().isEmpty() ? Change.Action.DELETE : Change.Action.UPDATE;
        changes.add(new Change("secret values", action, lines));
        return new Plan(plan.objects(), changes, plan.warnings());
    }
}
