package io.agentlaunchpad.agent;

import java.util.List;

/**
 * How an agent writes.
 *
 * @param all directions for everything it writes
 * @param chat further ones for conversations
 * @param post further ones for posts
 */
public record Style(List<String> all, List<String> chat, List<String> post) {

    /** No directions. */
    public static final Style NONE = new Style(List.of(), List.of(), List.of());

    public Style {
        all = List.copyOf(all);
        chat = List.copyOf(chat);
        post = List.copyOf(post);
    }

    /** Directions for everything the agent writes. */
    public static Style all(String... directions) {
        return new Style(List.of(directions), List.of(), List.of());
    }

    /** The same with these directions for conversations. */
    public Style chat(String... directions) {
        return new Style(all, List.of(directions), post);
    }

    /** The same with these directions for posts. */
    public Style post(String... directions) {
        return new Style(all, chat, List.of(directions));
    }
}
