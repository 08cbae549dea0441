package io.agentlaunchpad.release;

import java.util.List;

/**
 * What applying would do to one object of a platform.
 *
 * @param object kind and name
 * @param action what would happen to it
 * @param differences one line per field, {@code path: old → new}; secret values appear as "changed" only
 */
public record Change(String object, Action action, List<String> differences) {

    public Change {
        differences = List.copyOf(differences);
    }

    /** What can happen to an object. */
    public enum Action {
        CREATE,
        UPDATE,
        DELETE,
        KEEP
    }
}
