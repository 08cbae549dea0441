package io.agentlaunchpad.health;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One running copy of an agent, as its platform sees it: a process or a pod.
 *
 * @param name process or pod name
 * @param current whether it belongs to the release that is observed, not to an older one
 * @param ready whether it takes requests
 * @param restarts how often it was started again
 * @param trouble what keeps it from running, or null
 */
public record Instance(
        String name,
        boolean current,
        boolean ready,
        int restarts,
        @Nullable Trouble trouble) {

    /**
     * What keeps an instance from running.
     *
     * @param code stable name: the runner's ({@code PORT_IN_USE}, {@code PLUGIN_INIT_FAILED} …) or the platform's
     *     ({@code ImagePullBackOff}, {@code OOMKilled} …)
     * @param message in the instance's or the platform's own words
     * @param fix what to do about it
     * @param fatal whether waiting cannot help
     * @param lastLines of its log, oldest first
     */
    public record Trouble(String code, String message, String fix, boolean fatal, List<String> lastLines) {

        public Trouble {
            lastLines = List.copyOf(lastLines);
        }
    }
}
