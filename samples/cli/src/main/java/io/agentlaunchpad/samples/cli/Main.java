package io.agentlaunchpad.samples.cli;

import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code launchpad} command. */
@Command(
        name = "launchpad",
        description = "Launch ElizaOS agents: one healthy agent, or everything taken back.",
        mixinStandardHelpOptions = true,
        version = "launchpad 0.1.0-SNAPSHOT",
        subcommands = {
            ValidateCommand.class,
            CharacterCommand.class,
            ImportCharacterCommand.class,
            ExportCommand.class,
            BuildCommand.class,
            ScanCommand.class,
            SbomCommand.class,
            PlanCommand.class,
            LaunchCommand.class,
            ListCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            ChatCommand.class,
            EventsCommand.class,
            OperationsCommand.class,
            CancelCommand.class,
            WorkerCommand.class,
            ChangeCommands.Restart.class,
            ChangeCommands.Rollback.class,
            ChangeCommands.Scale.class,
            ChangeCommands.Stop.class,
            ChangeCommands.Start.class,
            ChangeCommands.Delete.class,
            DoctorCommand.class
        })
final class Main implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    Main() {}

    CommonOptions common() {
        return common;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        // The library's log is for services; a person at a terminal reads the command's own words.
        if (System.getProperty("org.slf4j.simpleLogger.defaultLogLevel") == null) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        }
        Interruption.listen();
        Interruption.end(run(line -> {}, args));
    }

    /**
     * Runs one command in this process, and gives its exit code.
     *
     * @param streams may give it others than the process's own
     */
    static int run(Consumer<CommandLine> streams, String... args) {
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(30)
                .setParameterExceptionHandler(Faults::usage)
                .setExecutionExceptionHandler(Faults::execution);
        streams.accept(line);
        int code = line.execute(args);
        main.common.close();
        return code;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "No command was given.");
    }
}
