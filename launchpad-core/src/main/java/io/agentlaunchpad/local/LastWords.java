package io.agentlaunchpad.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.internal.Json;
import java.util.List;
import java.util.OptionalInt;

/** Why a process ended, from its exit code and its log. */
final class LastWords {

    private static final int KEPT = 30;
    private static final int SIGNALS = 128;
    private static final int SIGKILL = 9;

    private LastWords() {}

    /**
     * What to say of a process that ended although it should run. Nobody starts it again, so waiting cannot help.
     *
     * @param exit its exit code, where this process was its parent
     * @param lines of its log since it was started, masked
     */
    static Trouble of(OptionalInt exit, List<String> lines) {
        List<String> last = lines.subList(Math.max(0, lines.size() - KEPT), lines.size());
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            if (line.startsWith("{\"launchpad\":\"failed\"")) {
                return reported(line, last);
            }
            if (line.contains("heap out of memory") || line.contains("Reached heap limit")) {
                return new Trouble(
                        "OUT_OF_MEMORY",
                        "The agent used up the memory it was given.",
                        "raise resources.memory.",
                        true,
                        last);
            }
            if (line.contains("\"launchpad\":\"stopping\"")) {
                return new Trouble(
                        "STOPPED_FROM_OUTSIDE",
                        "The agent was told to end: " + text(line, "reason", "by a signal") + ".",
                        "restart the agent, if that was not wanted.",
                        true,
                        last);
            }
        }
        return silent(exit, last);
    }

    private static Trouble reported(String line, List<String> last) {
        return new Trouble(
                text(line, "code", "UNCAUGHT"),
                text(line, "message", "The agent ended."),
                text(line, "fix", "read the log."),
                true,
                last);
    }

    private static Trouble silent(OptionalInt exit, List<String> last) {
        if (exit.isPresent() && exit.getAsInt() == SIGNALS + SIGKILL) {
            return new Trouble(
                    "KILLED",
                    "The agent was killed (SIGKILL). When nobody did that by hand, the system was out of memory.",
                    "free memory on this machine or lower what agents use, then restart the agent.",
                    true,
                    last);
        }
        String how = exit.isEmpty()
                ? "without a word; its exit code is known to its launcher only"
                : exit.getAsInt() > SIGNALS
                        ? "by signal " + (exit.getAsInt() - SIGNALS)
                        : "with exit code " + exit.getAsInt();
        return new Trouble(
                "EXITED",
                "The agent's process ended " + how + ".",
                "read the last log lines, then restart the agent.",
                true,
                last);
    }

    private static String text(String line, String field, String otherwise) {
        try {
            JsonNode node = Json.mapper().readTree(line);
            return node.path(field).asText(otherwise);
        } catch (JsonProcessingException e) {
            return otherwise;
        }
    }
}
