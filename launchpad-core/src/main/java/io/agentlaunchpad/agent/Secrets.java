package io.agentlaunchpad.agent;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The secret values of one agent, by name. They travel beside the {@link AgentSpec}, never in it.
 *
 * <p>Immutable. Cannot be printed (only names appear), stored or serialised; a {@code SecretStore} keeps them. An update
 * that does not name a secret keeps its value; {@link #without(String)} removes it.
 *
 * <pre>{@code
 * Secrets.of("OPENAI_API_KEY", key).and("DISCORD_API_TOKEN", token)
 * }</pre>
 */
public final class Secrets {

    private static final Secrets NONE = new Secrets(Map.of(), Set.of());

    private final Map<String, String> values;
    private final Set<String> removed;

    private Secrets(Map<String, String> values, Set<String> removed) {
        this.values = Collections.unmodifiableMap(new TreeMap<>(values));
        this.removed = Collections.unmodifiableSet(new TreeSet<>(removed));
    }

    /** No values: a new agent has none, an update keeps what it has. */
    public static Secrets none() {
        return NONE;
    }

    /** One value. */
    public static Secrets of(String name, String value) {
        return NONE.and(name, value);
    }

    /** Several values by name. */
    public static Secrets of(Map<String, String> values) {
        return new Secrets(values, Set.of());
    }

    /** Values, and the names of those that an update removes; no name is both. */
    static Secrets of(Map<String, String> values, Set<String> removed) {
        return new Secrets(values, removed);
    }

    /** These and one more; a later value replaces an earlier one of the same name. */
    public Secrets and(String name, String value) {
        Map<String, String> more = new TreeMap<>(values);
        more.put(name, value);
        Set<String> still = new TreeSet<>(removed);
        still.remove(name);
        return new Secrets(more, still);
    }

    /** These without one: an update with the result removes the stored value. */
    public Secrets without(String name) {
        Map<String, String> fewer = new TreeMap<>(values);
        fewer.remove(name);
        Set<String> more = new TreeSet<>(removed);
        more.add(name);
        return new Secrets(fewer, more);
    }

    /** What holds after an update: the stored values, overlaid by these, less those that these remove. */
    public Secrets over(Secrets stored) {
        Map<String, String> merged = new TreeMap<>(stored.values);
        merged.putAll(values);
        removed.forEach(merged::remove);
        return new Secrets(merged, Set.of());
    }

    /** The names that have a value, sorted. */
    public Set<String> names() {
        return values.keySet();
    }

    /** The names that an update removes, sorted. */
    public Set<String> removedNames() {
        return removed;
    }

    /** One value, for whoever hands it to the agent. Keep it out of logs, messages and records. */
    public Optional<String> reveal(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** All values by name, for whoever hands them to the agent. Keep them out of logs, messages and records. */
    public Map<String, String> revealAll() {
        return values;
    }

    public boolean isEmpty() {
        return values.isEmpty() && removed.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secrets that && values.equals(that.values) && removed.equals(that.removed);
    }

    @Override
    public int hashCode() {
        return values.keySet().hashCode();
    }

    /** Names only. */
    @Override
    public String toString() {
        return "Secrets" + values.keySet() + (removed.isEmpty() ? "" : " without " + removed);
    }
}
