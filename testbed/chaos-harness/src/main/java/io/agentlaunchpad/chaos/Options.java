package io.agentlaunchpad.chaos;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the command line asks for.
 *
 * @param launches how many are submitted
 * @param kills how many workers are killed
 * @param doorbell {@code postgres} or {@code redis}
 * @param workers processes at a time
 * @param agents that the launches are about
 * @param seed of everything that is random, apart from time itself
 * @param skew seconds by which the machine clocks of odd workers are ahead and those of even ones behind
 * @param keep whether namespace and database stay for a look
 */
record Options(int launches, int kills, String doorbell, int workers, int agents, long seed, int skew, boolean keep) {

    /**
     * @throws IllegalArgumentException that says what is wrong
     */
    static Options parse(String... words) {
        Map<String, String> given = new TreeMap<>(Map.of(
                "--launches", "100",
                "--kills", "30",
                "--doorbell", "postgres",
                "--workers", "4",
                "--agents", "20",
                "--seed", String.valueOf(System.nanoTime() % 1_000_000),
                "--skew", "0"));
        boolean keep = false;
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals("--keep")) {
                keep = true;
            } else if (given.containsKey(words[i]) && i + 1 < words.length) {
                given.put(words[i], words[++i]);
            } else {
                throw new IllegalArgumentException("\"" + words[i] + "\" is no option, or its value is missing. Fix: "
                        + "testbed/chaos --launches N --kills N [--doorbell postgres|redis] [--workers N] [--agents N]"
                        + " [--seed N] [--skew SECONDS] [--keep]");
            }
        }
        String doorbell = String.valueOf(given.get("--doorbell"));
        if (!doorbell.equals("postgres") && !doorbell.equals("redis")) {
            throw new IllegalArgumentException(
                    "There is no doorbell \"" + doorbell + "\". Fix: --doorbell postgres or --doorbell redis");
        }
        return new Options(
                number(given, "--launches", 1),
                number(given, "--kills", 0),
                doorbell,
                number(given, "--workers", 1),
                number(given, "--agents", 1),
                number(given, "--seed", 0),
                number(given, "--skew", 0),
                keep);
    }

    private static int number(Map<String, String> given, String option, int least) {
        String value = String.valueOf(given.get(option));
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least) {
            throw new IllegalArgumentException(
                    option + " is \"" + value + "\". Fix: a whole number, " + least + " or more");
        }
        return Integer.parseInt(value);
    }
}
