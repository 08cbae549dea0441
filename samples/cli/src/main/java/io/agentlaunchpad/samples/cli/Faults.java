package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.LaunchpadException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What people read when something is wrong: a sentence and the way out, never a stack trace. */
final class Faults {

    private Faults() {}

    static int usage(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("Fix: read " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help.");
        }
        err.flush();
        return Exit.INVALID;
    }

    static int execution(Exception e, CommandLine commandLine, ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        int code = report(e, err);
        err.flush();
        return code;
    }

    private static int report(Exception e, PrintWriter err) {
        if (e instanceof InvalidAgentException invalid) {
            invalid.problems().forEach(err::println);
            return Exit.INVALID;
        }
        if (e instanceof LaunchpadException known) {
            err.println(known.getMessage());
            return Exit.of(known);
        }
        if (e instanceof NothingChanged nothing) {
            err.println(nothing.getMessage());
            return nothing.code();
        }
        if (e instanceof InputException) {
            err.println(e.getMessage());
            return Exit.INVALID;
        }
        err.println("Something unexpected went wrong: " + e.getClass().getName() + ": " + e.getMessage());
        err.println("Fix: run it again with LAUNCHPAD_DEBUG=1 and report what it prints.");
        if (System.getenv("LAUNCHPAD_DEBUG") != null) {
            e.printStackTrace(err);
        }
        return Exit.FAILED;
    }
}
