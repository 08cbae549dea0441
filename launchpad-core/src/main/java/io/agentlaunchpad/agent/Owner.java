package io.agentlaunchpad.agent;

/**
 * Whom an agent belongs to: a customer, a team, or {@link #LOCAL} where there is only one.
 *
 * @param id 1–100 characters, the caller's own identifier
 */
public record Owner(String id) {

    /** The one owner of a Launchpad that has no notion of owners. */
    public static final Owner LOCAL = new Owner("local");

    public Owner {
        if (id.isBlank() || id.length() > 100) {
            throw new IllegalArgumentException("An owner id has 1 to 100 characters, this one has " + id.length());
        }
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
