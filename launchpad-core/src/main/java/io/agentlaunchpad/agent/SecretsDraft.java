package io.agentlaunchpad.agent;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Takes the secrets of a document apart: values, names to keep, names to remove, references. The same secret may stand
 * in several places ({@code secrets}, a plugin's settings, a channel's token) if they agree.
 */
final class SecretsDraft {

    private final AgentDraft draft;
    private final Problems problems;
    private final boolean values;
    private final Map<String, String> given = new HashMap<>();
    private final Set<String> removed = new HashSet<>();

    /** @param values whether the document may hold values; a stored spec may not */
    SecretsDraft(AgentDraft draft, Problems problems, boolean values) {
        this.draft = draft;
        this.problems = problems;
        this.values = values;
    }

    Secrets secrets() {
        return Secrets.of(given, removed);
    }

    void put(String path, String name, JsonValue json) {
        if (json == JsonValue.Null.NULL) {
            if (!draft.secretNames.contains(name)) {
                removed.add(name);
            }
        } else if (json instanceof JsonValue.Text text && text.value().equals(Shown.MASK)) {
            named(path, name);
        } else if (json instanceof JsonValue.Text text) {
            value(path, name, text.value());
        } else if (json instanceof JsonValue.Obj) {
            reference(path, name, Fields.of(path, json, problems));
        } else {
            problems.add(path, "The secret is " + Shown.kind(json) + ".", "write its value in quotes.");
        }
    }

    private void named(String path, String name) {
        if (draft.secretRefs.containsKey(name)) {
            both(path, name);
        }
        draft.secretNames.add(name);
    }

    private void value(String path, String name, String value) {
        if (!values) {
            problems.add(
                    path,
                    "A specification cannot hold the value of the secret " + Shown.quoted(name) + ".",
                    "read the document with AgentPayload.parse, or write \"" + Shown.MASK + "\" here.");
            return;
        }
        SecretRules.check(path, name, value, problems);
        String other = given.put(name, value);
        if (other != null && !other.equals(value)) {
            problems.add(path, "The secret " + name + " has another value elsewhere in this document.", "keep one.");
        }
        removed.remove(name);
        named(path, name);
    }

    private void reference(String path, String name, Fields fields) {
        Fields ref = fields.only(Keys.SECRET).fields("ref").only(Keys.REF);
        if (!fields.has("ref")) {
            problems.add(
                    path,
                    "The secret is an object without \"ref\".",
                    "write its value, or {\"ref\": {\"name\", \"key\"}}.");
        }
        if (draft.secretNames.contains(name)) {
            both(path, name);
        }
        String secretName = ref.text("name");
        String key = ref.text("key");
        draft.secretRefs.put(name, new SecretRef(secretName == null ? "" : secretName, key == null ? "" : key));
    }

    private void both(String path, String name) {
        problems.add(path, "The secret " + name + " is given as a value and as a reference.", "keep one of the two.");
    }
}
