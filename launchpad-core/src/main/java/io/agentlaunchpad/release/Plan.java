package io.agentlaunchpad.release;

import java.util.List;

/**
 * What a platform would run for a specification, and how that differs from what runs now. Touches nothing.
 *
 * @param objects rendered for the release, opaque to core
 * @param changes against the live platform
 * @param warnings what a person should know, such as a policy that the platform will not enforce
 */
public record Plan(String objects, List<Change> changes, List<String> warnings) {

    public Plan {
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
    }

    /** Whether applying would change anything. */
    public boolean changesNothing() {
        return changes.stream().allMatch(change -> change.action() == Change.Action.KEEP);
    }
}
