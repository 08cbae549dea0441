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

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "plain text")
    private boolean noColor;

    Path home() {
        String chosen = home != null ? home : System.getenv("LAUNCHPAD_HOME");
        return chosen == null || chosen.isBlank()
                ? Path.of(System.getProperty("user.home"), ".launchpad")
                : Input.path(chosen).toAbsolutePath().normalize();
    }

    boolean color() {
        return !noColor && System.getenv("NO_COLOR") == null && CommandLine.Help.Ansi.AUTO.enabled();
    }
}
