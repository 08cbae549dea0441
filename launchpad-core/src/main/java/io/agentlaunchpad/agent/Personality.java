package io.agentlaunchpad.agent;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who an agent is and how it speaks: wire key {@code personality}. Lists keep their order; a missing one is empty. */
public final class Personality {

    private final @Nullable String system;
    private final List<String> bio;
    private final List<String> lore;
    private final List<String> knowledge;
    private final List<String> adjectives;
    private final List<String> topics;
    private final List<List<Message>> messageExamples;
    private final List<String> postExamples;
    private final Style style;

    Personality(AgentDraft draft) {
        system = draft.system;
        bio = List.copyOf(draft.bio);
        lore = List.copyOf(draft.lore);
        knowledge = List.copyOf(draft.knowledge);
        adjectives = List.copyOf(draft.adjectives);
        topics = List.copyOf(draft.topics);
        messageExamples = draft.messageExamples.stream().map(List::copyOf).toList();
        postExamples = List.copyOf(draft.postExamples);
        style = draft.style;
    }

    /** The system prompt, if the runtime's own is not to be used. */
    public Optional<String> system() {
        return Optional.ofNullable(system);
    }

    /** Who the agent is; at least one entry. */
    public List<String> bio() {
        return bio;
    }

    /** Its history; ElizaOS 1.x has no place of its own for it, so it follows the bio there. */
    public List<String> lore() {
        return lore;
    }

    /** Facts it knows. */
    public List<String> knowledge() {
        return knowledge;
    }

    /** What it is like. */
    public List<String> adjectives() {
        return adjectives;
    }

    /** What it talks about. */
    public List<String> topics() {
        return topics;
    }

    /** Conversations as it would have them. */
    public List<List<Message>> messageExamples() {
        return messageExamples;
    }

    /** Posts as it would write them. */
    public List<String> postExamples() {
        return postExamples;
    }

    /** How it writes. */
    public Style style() {
        return style;
    }
}
