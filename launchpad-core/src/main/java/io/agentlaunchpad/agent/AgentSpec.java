package io.agentlaunchpad.agent;

import io.agentlaunchpad.error.InvalidAgentException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a caller asks for: one agent, checked and immutable. It cannot hold a secret value; those travel beside it in
 * {@link Secrets}.
 *
 * <pre>{@code
 * AgentSpec ada = AgentSpec.named("ada").bio("Explains mathematics").plugin("@elizaos/plugin-openai").build();
 * }</pre>
 *
 * <p>Laws: {@code AgentSpec.fromJson(spec.toJson()).equals(spec)}; two specs are equal exactly when their JSON is.
 * {@link Limits} holds the limits, {@code docs/configuration.md} every key. Safe for use by many threads.
 */
public final class AgentSpec {

    private final String name;
    private final String description;
    private final Personality personality;
    private final List<PluginRef> plugins;
    private final List<PluginRef> effectivePlugins;
    private final Map<String, Map<String, JsonValue>> settings;
    private final Map<String, Set<String>> waived;
    private final Resources resources;
    private final Channels channels;
    private final Database database;
    private final Optional<String> expose;
    private final List<Egress> egress;
    private final Map<String, SecretRef> secretRefs;
    private final Set<String> secretNames;
    private final String json;

    /** From a draft without a problem. */
    private AgentSpec(AgentDraft draft, PluginCatalog catalog) {
        name = draft.name;
        description = draft.description;
        personality = new Personality(draft);
        plugins = draft.plugins.stream().map(PluginRef::parse).toList();
        effectivePlugins = catalog.ordered(PluginRules.selected(draft));
        settings = SpecParts.settings(draft);
        waived = SpecParts.waived(draft);
        resources = SpecParts.resources(draft);
        channels = draft.channels();
        database = draft.database;
        expose = Optional.ofNullable(draft.host);
        egress = draft.egress.stream().map(Egress::parse).toList();
        secretRefs = Collections.unmodifiableMap(new TreeMap<>(draft.secretRefs));
        secretNames = Collections.unmodifiableSet(new TreeSet<>(draft.secretNames));
        json = AgentWriter.write(this).pretty();
    }

    /** A spec of the draft; its problems are added to those that are known already. */
    static AgentSpec of(AgentDraft draft, PluginCatalog catalog, boolean looks, Problems problems) {
        AgentRules.check(draft, catalog, looks, problems);
        return checked(draft, catalog, problems);
    }

    static AgentSpec checked(AgentDraft draft, PluginCatalog catalog, Problems problems) {
        problems.orThrow();
        return new AgentSpec(draft, catalog);
    }

    /** Starts to describe an agent: 3–50 ASCII letters, digits, {@code -} and {@code _}. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @throws InvalidAgentException when it is not a configuration, or holds the value of a secret
     */
    public static AgentSpec fromJson(String json) {
        Problems problems = new Problems();
        AgentDraft draft = new AgentDraft();
        JsonValue document = JsonReader.read(json, problems);
        if (document != null) {
            SecretsDraft secrets = new SecretsDraft(draft, problems, false);
            new AgentReader(draft, secrets, PluginCatalog.shipped(), false, problems).read(document);
        }
        return of(draft, PluginCatalog.shipped(), false, problems);
    }

    /**
     * The configuration in the wire format: keys in one order, empty lists left out, amounts in their shortest form. A
     * secret that the agent has stands as {@code "***"}, which keeps its value when the document is used for an update.
     */
    public String toJson() {
        return json;
    }

    /** The agent's name, unique within its owner. */
    public String name() {
        return name;
    }

    /** What the agent is for, to people; may be empty. */
    public String description() {
        return description;
    }

    /** Who the agent is and how it speaks. */
    public Personality personality() {
        return personality;
    }

    /** The plugins as selected. */
    public List<PluginRef> plugins() {
        return plugins;
    }

    /** Every plugin the agent runs with, those of channels, sql and bootstrap included, in the order of loading. */
    public List<PluginRef> effectivePlugins() {
        return effectivePlugins;
    }

    /** Settings by plugin and name; none is a secret. */
    public Map<String, Map<String, JsonValue>> settings() {
        return settings;
    }

    /** The settings as the agent sees them: one flat map, those of channels included. */
    public Map<String, JsonValue> characterSettings() {
        Map<String, JsonValue> flat = new TreeMap<>();
        settings.values().forEach(flat::putAll);
        channels.discordApplicationId().ifPresent(id -> flat.put(Channels.DISCORD_APPLICATION, new JsonValue.Text(id)));
        return Collections.unmodifiableMap(flat);
    }

    /** By plugin: required settings that are absent on purpose; {@link Preflight} does not ask for them. */
    public Map<String, Set<String>> waived() {
        return waived;
    }

    /** Limits of memory and CPU, and how many copies run. */
    public Resources resources() {
        return resources;
    }

    /** Where the agent talks. */
    public Channels channels() {
        return channels;
    }

    /** Where it keeps its memory. */
    public Database database() {
        return database;
    }

    /** The DNS name under which its message API is reachable from outside, if it is. */
    public Optional<String> expose() {
        return expose;
    }

    /** Outside addresses beside the defaults. */
    public List<Egress> egress() {
        return egress;
    }

    /** Secrets that exist on the platform already, by the name the agent sees. */
    public Map<String, SecretRef> secretRefs() {
        return secretRefs;
    }

    /** Names of the secrets whose values the configuration declared, or keeps; sorted. References are not among them. */
    public Set<String> secretNames() {
        return secretNames;
    }

    /**
     * The same agent in so many copies.
     *
     * @throws InvalidAgentException when this agent cannot have that many
     */
    public AgentSpec withReplicas(int replicas) {
        return toBuilder().replicas(replicas).build();
    }

    /** To change a copy. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AgentSpec that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return "AgentSpec[" + name + "]";
    }

    /**
     * Describes an agent step by step; lists grow with each call. {@link #build()} judges everything at once. Not
     * thread-safe.
     */
    public static final class Builder {

        private final AgentDraft draft = new AgentDraft();

        private Builder(String name) {
            draft.name = name;
        }

        private Builder(AgentSpec spec) {
            SpecParts.fill(draft, spec);
        }

        /** What the agent is for, to people. */
        public Builder description(String description) {
            draft.description = description;
            return this;
        }

        /** The system prompt. */
        public Builder system(String prompt) {
            draft.system = prompt;
            return this;
        }

        /** Who the agent is; at least one entry is needed. */
        public Builder bio(String... entries) {
            draft.bio.addAll(List.of(entries));
            return this;
        }

        /** Its history. */
        public Builder lore(String... entries) {
            draft.lore.addAll(List.of(entries));
            return this;
        }

        /** Facts it knows, as texts. */
        public Builder knowledge(String... entries) {
            draft.knowledge.addAll(List.of(entries));
            return this;
        }

        /** What it is like. */
        public Builder adjectives(String... words) {
            draft.adjectives.addAll(List.of(words));
            return this;
        }

        /** What it talks about. */
        public Builder topics(String... words) {
            draft.topics.addAll(List.of(words));
            return this;
        }

        /** One example conversation, turn by turn. */
        public Builder messageExample(Message... turns) {
            draft.messageExamples.add(List.of(turns));
            return this;
        }

        /** Posts as it would write them. */
        public Builder postExample(String... posts) {
            draft.postExamples.addAll(List.of(posts));
            return this;
        }

        /** How it writes. */
        public Builder style(Style style) {
            draft.style = style;
            return this;
        }

        /** Selects a plugin: {@code name} or {@code name@1.2.3}. */
        public Builder plugin(String nameOrNameAtVersion) {
            draft.plugins.add(nameOrNameAtVersion);
            return this;
        }

        /** Selects several plugins. */
        public Builder plugins(String... namesOrNamesAtVersion) {
            draft.plugins.addAll(List.of(namesOrNamesAtVersion));
            return this;
        }

        /**
         * Sets a plugin's setting. {@link #build()} refuses it where the setting is a secret: pass that in
         * {@link Secrets}.
         *
         * @param value a String, Number, Boolean, List, Map or {@link JsonValue}
         * @throws IllegalArgumentException when JSON has no form of the value
         */
        public Builder setting(String plugin, String name, Object value) {
            draft.setting(plugin, name, JsonValue.of(value));
            return this;
        }

        /**
         * Says that a setting the plugin requires stays away on purpose; on the wire its value is null. Of this and
         * {@link #setting} the later call holds.
         */
        public Builder waive(String plugin, String name) {
            draft.waive(plugin, name);
            return this;
        }

        /** Memory limit, such as {@code 1Gi}; see {@link Quantity#memory(String)}. */
        public Builder memory(String amount) {
            draft.memory = amount;
            return this;
        }

        /** CPU limit, such as {@code 500m}; see {@link Quantity#cpu(String)}. */
        public Builder cpu(String amount) {
            draft.cpu = amount;
            return this;
        }

        /** How many copies run; more than one only with PostgreSQL and without bot channels. */
        public Builder replicas(int replicas) {
            draft.replicas = replicas;
            return this;
        }

        /** Talks on Discord; the token is the secret {@value Channels#DISCORD_TOKEN}. */
        public Builder discord(String applicationId) {
            draft.discord = new Channels.Discord(applicationId);
            return this;
        }

        /** Talks on Telegram; the token is the secret {@value Channels#TELEGRAM_TOKEN}. */
        public Builder telegram() {
            draft.telegram = true;
            return this;
        }

        /** Whether the message API stays reachable; it does unless said otherwise. */
        public Builder web(boolean enabled) {
            draft.web = enabled;
            return this;
        }

        /** Where the agent keeps its memory. */
        public Builder database(Database database) {
            draft.database = database;
            return this;
        }

        /** The DNS name under which the message API is reachable from outside. */
        public Builder expose(String host) {
            draft.host = host;
            return this;
        }

        /** More outside addresses the agent may talk to, each {@code host:port}. */
        public Builder egress(String... addresses) {
            draft.egress.addAll(List.of(addresses));
            return this;
        }

        /** A secret that exists on the platform already, under the name the agent sees. */
        public Builder secretRef(String name, SecretRef ref) {
            draft.secretRefs.put(name, ref);
            draft.secretNames.remove(name);
            return this;
        }

        /** Names secrets whose values are passed in {@link Secrets}, or kept from before. */
        public Builder secretNames(String... names) {
            draft.secretNames.addAll(List.of(names));
            List.of(names).forEach(draft.secretRefs::remove);
            return this;
        }

        /**
         * The agent, checked.
         *
         * @throws InvalidAgentException with every problem at once
         */
        public AgentSpec build() {
            return build(PluginCatalog.shipped());
        }

        /** The agent, checked with the metadata of further plugins; see {@link #build()}. */
        public AgentSpec build(PluginCatalog catalog) {
            return of(draft, catalog, true, new Problems());
        }
    }
}
