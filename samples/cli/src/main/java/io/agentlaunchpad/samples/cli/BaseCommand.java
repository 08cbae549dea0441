package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.local.LocalPlatform;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What every command has: the common options, its two streams, and a Launchpad over the home directory. */
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

    /** A Launchpad that only looks: no workers. */
    Launchpad looking() {
        return Launchpad.builder().home(home()).workers(0).build();
    }

    /** A Launchpad that works: one worker. */
    Launchpad working() {
        return working(1);
    }

    /** A Launchpad with so many workers. */
    Launchpad working(int workers) {
        return Launchpad.builder().home(home()).workers(workers).build();
    }

    /** A Launchpad whose agents end with this process. */
    Launchpad attached() {
        return Launchpad.builder()
                .home(home())
                .platform("local", LocalPlatform.under(home()).boundToThisProcess())
                .workers(1)
                .build();
    }

    static Agent find(Launchpad launchpad, String idOrName) {
        return launchpad
                .fleet()
                .find(idOrName)
                .orElseThrow(() -> new NotFoundException(
                        "No agent has the id or name \"" + idOrName + "\".", "see which there are: launchpad list"));
    }
}
