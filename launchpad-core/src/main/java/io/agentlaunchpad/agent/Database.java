package io.agentlaunchpad.agent;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where an agent keeps its memory: wire key {@code database.kind}. */
public enum Database {
    /** Embedded, in the agent's own data directory: one replica only. */
    PGLITE,
    /** A PostgreSQL server with the {@code vector} extension; its address is the secret {@value #URL_SECRET}. */
    POSTGRESQL;

    /** The secret that holds a PostgreSQL address, {@code postgres://user:password@host/database}. */
    public static final String URL_SECRET = "POSTGRES_URL";

    /** The word on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Database> ofWire(String word) {
        return Arrays.stream(values()).filter(kind -> kind.wire().equals(word)).findFirst();
    }
}
