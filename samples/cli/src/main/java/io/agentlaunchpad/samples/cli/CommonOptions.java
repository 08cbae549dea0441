package io.agentlaunchpad.samples.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of every command. */
final class CommonOptions {

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "where agents and records are kept (LAUNCHPAD_HOME, default ~/.launchpad)")
    private @Nullable String home;

    @Option(
            names = "--store",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = {
                "records in a database, shared with others: jdbc:postgresql://HOST/DATABASE?user=USER, or jdbc:h2:file:/PATH for one process",
                "(LAUNCHPAD_STORE, LAUNCHPAD_STORE_PASSWORD; default: files in the home)"
            })
    private @Nullable String store;

    @Option(
            names = "--doorbell",
            paramLabel = "BELL",
            scope = ScopeType.INHERIT,
            description = "wake workers elsewhere at once: postgres, or redis://HOST:6379 (LAUNCHPAD_DOORBELL)")
    private @Nullable String doorbell;

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "plain text")
    private boolean noColor;

    private @Nullable Records records;

    Path home() {
        String chosen = home != null ? home : System.getenv("LAUNCHPAD_HOME");
        return chosen == null || chosen.isBlank()
                ? Path.of(System.getProperty("user.home"), ".launchpad")
                : Input.path(chosen).toAbsolutePath().normalize();
    }

    /** Where this command's records stand. */
    Records records() {
        if (records == null) {
            Records.refusePasswords(store, doorbell);
            records = Records.of(
                    home(),
                    orElse(store, "LAUNCHPAD_STORE"),
                    orElse(null, "LAUNCHPAD_STORE_PASSWORD"),
                    orElse(doorbell, "LAUNCHPAD_DOORBELL"));
        }
        return records;
    }

    /** Lets go of what the command held. */
    void close() {
        if (records != null) {
            records.close();
        }
    }

    private static @Nullable String orElse(@Nullable String option, String variable) {
        String chosen = option != null ? option : System.getenv(variable);
        return chosen == null || chosen.isBlank() ? null : chosen;
    }

    boolean color() {
        return !noColor && System.getenv("NO_COLOR") == null && terminal();
    }

    /** Whether a person reads what is printed; where NO_COLOR is set, nobody knows. */
    boolean terminal() {
        return CommandLine.Help.Ansi.AUTO.enabled();
    }
}
