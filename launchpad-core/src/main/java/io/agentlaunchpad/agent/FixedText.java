package io.agentlaunchpad.agent;

/** Takes a message "what happened. Fix: the way out." apart. */
final class FixedText {

    private static final String FIX = " Fix: ";

    private FixedText() {}

    static void add(String path, IllegalArgumentException e, Problems problems) {
        String message = String.valueOf(e.getMessage());
        int fix = message.lastIndexOf(FIX);
        problems.add(
                path,
                fix < 0 ? message : message.substring(0, fix),
                fix < 0 ? "correct the value." : message.substring(fix + FIX.length()));
    }
}
