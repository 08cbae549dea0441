package io.agentlaunchpad.samples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What every command has: the common options and its two streams. */
@Command(mixinStandardHelpOptions = true)
abstract class BaseCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    BaseCommand() {}

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    CommonOptions common() {
        return main.common();
    }

    Path home() {
        return common().home();
    }

    Paint paint() {
        return new Paint(common().color());
    }
}
