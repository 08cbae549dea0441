package io.agentlaunchpad.agent;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent configuration as it arrives, taken apart: the specification, the secrets, and warnings.
 *
 * <p>A secret may stand in {@code secrets}, as a channel's {@code token}, or among a plugin's settings; a plugin's
 * metadata says which settings are secret, and without metadata the look of the name does. A value of {@code "***"} or an
 * absent secret keeps what an earlier version of the agent had; null removes it. {@code docs/configuration.md} describes
 * every key.
 *
 * @param spec what is asked for, checked
 * @param secrets the values
 * @param warnings what deserves a look but is no reason to refuse
 */
public record AgentPayload(AgentSpec spec, Secrets secrets, List<Problem> warnings) {

    public AgentPayload {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads a configuration within the {@linkplain LimitPolicy#standard() standard} limits.
     *
     * @throws InvalidAgentException with every problem at once; never another exception, whatever the text is
     */
    public static AgentPayload parse(String json) {
        return parse(json, LimitPolicy.standard());
    }

    /** Reads a configuration in UTF-8; see {@link #parse(String)}. */
    public static AgentPayload parse(byte[] json) {
        return parse(json, LimitPolicy.standard());
    }

    /** Reads a configuration within these limits; see {@link #parse(String)}. */
    public static AgentPayload parse(String json, LimitPolicy policy) {
        return parse(json, policy, PluginCatalog.shipped());
    }

    /** Reads a configuration in UTF-8 within these limits; see {@link #parse(String)}. */
    public static AgentPayload parse(byte[] json, LimitPolicy policy) {
        return parse(json, policy, PluginCatalog.shipped());
    }

    /** Reads a configuration with the metadata of further plugins; see {@link #parse(String)}. */
    public static AgentPayload parse(String json, LimitPolicy policy, PluginCatalog catalog) {
        Problems problems = new Problems();
        return parse(JsonReader.read(json, problems), policy, catalog, problems);
    }

    /** Reads a configuration in UTF-8 with the metadata of further plugins; see {@link #parse(String)}. */
    public static AgentPayload parse(byte[] json, LimitPolicy policy, PluginCatalog catalog) {
        Problems problems = new Problems();
        return parse(JsonReader.read(json, problems), policy, catalog, problems);
    }

    private static AgentPayload parse(
            @Nullable JsonValue document, LimitPolicy policy, PluginCatalog catalog, Problems problems) {
        AgentDraft draft = new AgentDraft();
        SecretsDraft secrets = new SecretsDraft(draft, problems, true);
        if (document != null) {
            new AgentReader(draft, secrets, catalog, true, problems).read(document);
        }
        if (document != null && !problems.at("$")) {
            AgentRules.check(draft, catalog, true, problems);
            policy.check(draft, problems);
        }
        AgentSpec spec = AgentSpec.checked(draft, catalog, problems);
        SpecWarnings.check(spec, catalog, problems);
        return new AgentPayload(spec, secrets.secrets(), problems.warnings());
    }
}
