package io.agentlaunchpad.error;

import java.util.List;
import java.util.stream.Collectors;

/** An agent configuration with problems; lists every one of them at once, in document order. */
public final class InvalidAgentException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public InvalidAgentException(List<Problem> problems) {
        super("VALIDATION_ERROR", what(problems), "correct what is listed; nothing was built or changed.", null);
        this.problems = List.copyOf(problems);
    }

    /** Never empty. */
    public List<Problem> problems() {
        return problems;
    }

    private static String what(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("An invalid agent has at least one problem");
        }
        String head = problems.size() == 1
                ? "The agent configuration has 1 problem:"
                : "The agent configuration has " + problems.size() + " problems:";
        return problems.stream().map(problem -> "\n  " + problem).collect(Collectors.joining("", head, "\n"));
    }
}
