package io.agentlaunchpad.agent;

/**
 * Whom an agent belongs to: a customer, a team, or {@link #LOCAL} where there is only one.
 *
 * @param id 1–100 characters, no control characters; the caller's own identifier
 */
public record Owner(String id) {

    /** The one owner of a Launchpad that has no notion of owners. */
    public static final Owner LOCAL = new Owner("local");

    public Owner {
        if (id.isBlank() || id.length() > 100) {
            throw new IllegalArgumentException("An owner id has 1 to 100 characters, this one has " + id.length());
        }
        if (!oneLine(id)) {
            throw new IllegalArgumentException(
                    "An owner id has no control characters and no halves of characters: not every store can keep them");
        }
    }

    private static boolean oneLine(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    /** The owner with the caller's own identifier. */
    public static Owner of(String id) {
        return new Owner(id);
    }

    @Override
    public String toString() {
        return id;
    }
}
