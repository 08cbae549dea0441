package io.agentlaunchpad.agent;

/**
 * The limits of an agent configuration that hold everywhere; a {@link LimitPolicy} may be narrower. Lengths count
 * Unicode characters (code points). {@code docs/configuration.md} lists them by key.
 */
public final class Limits {

    /** The whole document, bytes of UTF-8. */
    public static final int DOCUMENT_BYTES = JsonValue.MAX_BYTES;

    /** Levels of nesting of the whole document. */
    public static final int DOCUMENT_DEPTH = JsonValue.MAX_DEPTH;

    /** Shortest agent name. */
    public static final int NAME_MIN = 3;

    /** Longest agent name. */
    public static final int NAME_MAX = 50;

    /** Longest description. */
    public static final int DESCRIPTION = 1_000;

    /** Longest system prompt. */
    public static final int SYSTEM = 50_000;

    /** Most entries of bio, lore, adjectives, topics, post examples and each style list. */
    public static final int ENTRIES = 500;

    /** Longest entry of bio, lore, post examples and style, and longest text or thought of a message. */
    public static final int ENTRY = 10_000;

    /** Longest adjective, topic, action, provider and name of a speaker. */
    public static final int WORD = 500;

    /** Most entries of knowledge. */
    public static final int KNOWLEDGE_ENTRIES = 2_000;

    /** Longest entry of knowledge. */
    public static final int KNOWLEDGE_ENTRY = 50_000;

    /** Most example conversations. */
    public static final int CONVERSATIONS = 200;

    /** Most turns of one example conversation, at least one. */
    public static final int TURNS = 50;

    /** Most actions, and most providers, of one turn. */
    public static final int TURN_NAMES = 20;

    /** Most selected plugins. */
    public static final int PLUGINS = 50;

    /** Most settings of one plugin. */
    public static final int SETTINGS = 200;

    /** Longest text inside a setting. */
    public static final int SETTING = 20_000;

    /** Most secrets, references included. */
    public static final int SECRETS = 100;

    /** Longest secret value, Java characters. */
    public static final int SECRET = SecretRules.LONGEST;

    /** Most egress addresses. */
    public static final int EGRESS = 100;

    /** Least memory limit, bytes: 64Mi. */
    public static final long MEMORY_MIN = 64L << 20;

    /** Greatest memory limit, bytes: 1Ti. */
    public static final long MEMORY_MAX = 1L << 40;

    /** Least CPU limit, thousandths of a core. */
    public static final int CPU_MIN = 10;

    /** Greatest CPU limit, thousandths of a core: 256 cores. */
    public static final int CPU_MAX = 256_000;

    /** Most replicas. */
    public static final int REPLICAS = 100;

    private Limits() {}
}
