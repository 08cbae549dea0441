package io.agentlaunchpad.samples.cli;

/** Something on the command line or in a named file cannot be used. */
final class InputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InputException(String what, String fix) {
        super(what + " Fix: " + fix);
    }
}
