package io.agentlaunchpad.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn of an example conversation.
 *
 * @param name who speaks: the agent, or a placeholder such as {@code {{user1}}}
 * @param text the words
 * @param thought what the speaker thinks and does not say, or null
 * @param actions actions the speaker takes, such as {@code REPLY}
 * @param providers names of the providers the speaker consults
 */
public record Message(
        String name, String text, @Nullable String thought, List<String> actions, List<String> providers) {

    public Message {
        actions = List.copyOf(actions);
        providers = List.copyOf(providers);
    }

    /** A turn of plain words. */
    public static Message of(String name, String text) {
        return new Message(name, text, null, List.of(), List.of());
    }

    /** The same with these actions. */
    public Message actions(String... names) {
        return new Message(name, text, thought, List.of(names), providers);
    }
}
