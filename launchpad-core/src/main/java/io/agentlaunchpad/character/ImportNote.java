package io.agentlaunchpad.character;

/**
 * One thing an import did not take over word for word.
 *
 * @param kind whether it was changed or left out
 * @param path where it stands in the character, as a JSON path
 * @param reason what became of it, or why it could not stay; never a secret's value
 */
public record ImportNote(Kind kind, String path, String reason) {

    /** What happened. */
    public enum Kind {
        /** Kept in another form or place. */
        CONVERTED,
        /** Left out. */
        DROPPED
    }

    @Override
    public String toString() {
        return (kind == Kind.CONVERTED ? "converted " : "dropped ") + path + ": " + reason;
    }
}
