package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.project.AgentProject;
import io.agentlaunchpad.project.Bounds;
import io.agentlaunchpad.project.Lock;
import io.agentlaunchpad.project.LockResolver;
import io.agentlaunchpad.project.Npm;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "export", description = "Write the project directory: what the agent needs to run anywhere.")
final class ExportCommand extends BaseCommand {

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Parameters(paramLabel = "DIR", description = "a new or empty directory, or an earlier export")
    private String directory = "";

    @Option(names = "--timeout", paramLabel = "TIME", description = "for resolving plugins (default 5m)")
    private String timeout = "5m";

    @Override
    public Integer call() {
        AgentPayload payload = file.read();
        ConfigFile.warn(payload, err());
        Path target = Input.path(directory);
        Lock lock = new LockResolver(Npm.onPath())
                .resolve(
                        payload.spec().effectivePlugins(),
                        Bounds.within(Times.parse(timeout)).telling(err()::println));
        AgentProject.of(payload.spec(), lock).writeTo(target);
        out().println(target.toAbsolutePath().normalize());
        return Exit.OK;
    }
}
