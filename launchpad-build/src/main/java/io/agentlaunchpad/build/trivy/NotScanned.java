package io.agentlaunchpad.build.trivy;

/** Why there is no answer. Ends in a report that says so, never in "clean". */
final class NotScanned extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotScanned(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
