package io.agentlaunchpad.agent;

import java.util.List;

/** What {@code personality} must be like. */
final class PersonalityRules {

    private PersonalityRules() {}

    static void check(AgentDraft draft, Problems problems) {
        String at = "$.personality";
        if (draft.system != null) {
            Texts.filled(at + ".system", draft.system, Limits.SYSTEM, problems);
        }
        if (draft.bio.isEmpty() && !problems.at(at + ".bio")) {
            problems.add(at + ".bio", "The bio is missing.", "write at least one sentence about who the agent is.");
        }
        Texts.list(at + ".bio", draft.bio, Limits.ENTRIES, Limits.ENTRY, problems);
        Texts.list(at + ".lore", draft.lore, Limits.ENTRIES, Limits.ENTRY, problems);
        Texts.list(at + ".knowledge", draft.knowledge, Limits.KNOWLEDGE_ENTRIES, Limits.KNOWLEDGE_ENTRY, problems);
        Texts.list(at + ".adjectives", draft.adjectives, Limits.ENTRIES, Limits.WORD, problems);
        Texts.list(at + ".topics", draft.topics, Limits.ENTRIES, Limits.WORD, problems);
        examples(at + ".messageExamples", draft.messageExamples, problems);
        Texts.list(at + ".postExamples", draft.postExamples, Limits.ENTRIES, Limits.ENTRY, problems);
        Texts.list(at + ".style.all", draft.style.all(), Limits.ENTRIES, Limits.ENTRY, problems);
        Texts.list(at + ".style.chat", draft.style.chat(), Limits.ENTRIES, Limits.ENTRY, problems);
        Texts.list(at + ".style.post", draft.style.post(), Limits.ENTRIES, Limits.ENTRY, problems);
    }

    private static void examples(String path, List<List<Message>> conversations, Problems problems) {
        Texts.count(path, conversations, Limits.CONVERSATIONS, problems);
        for (int i = 0; i < conversations.size() && !problems.full(); i++) {
            String place = Paths.item(path, i);
            List<Message> turns = conversations.get(i);
            Texts.count(place, turns, Limits.TURNS, problems);
            if (turns.isEmpty() && !problems.at(place)) {
                problems.add(place, "The conversation has no turn.", "write one, or remove the conversation.");
            }
            for (int j = 0; j < turns.size() && !problems.full(); j++) {
                message(Paths.item(place, j), turns.get(j), problems);
            }
        }
    }

    private static void message(String path, Message turn, Problems problems) {
        Texts.filled(path + ".name", turn.name(), Limits.WORD, problems);
        // An empty text is meaningful: the turn only acts.
        Texts.check(path + ".content.text", turn.text(), Limits.ENTRY, problems);
        if (turn.thought() != null) {
            Texts.check(path + ".content.thought", turn.thought(), Limits.ENTRY, problems);
        }
        Texts.list(path + ".content.actions", turn.actions(), Limits.TURN_NAMES, Limits.WORD, problems);
        Texts.list(path + ".content.providers", turn.providers(), Limits.TURN_NAMES, Limits.WORD, problems);
    }
}
