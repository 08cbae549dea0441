package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.character.CharacterImport.Format;
import org.jspecify.annotations.Nullable;

/** Tells the generations of the format apart. */
final class Formats {

    private Formats() {}

    static Format of(JsonValue.Obj character) {
        boolean old = character.get("modelProvider") != null
                || character.get("clients") != null
                || character.get("lore") != null
                || speaksAsUser(character.get("messageExamples"));
        return old ? Format.ELIZA_0 : Format.ELIZA_1;
    }

    private static boolean speaksAsUser(@Nullable JsonValue json) {
        if (json instanceof JsonValue.Arr arr) {
            return arr.items().stream().anyMatch(Formats::speaksAsUser);
        }
        return json instanceof JsonValue.Obj turn && turn.get("user") != null;
    }
}
