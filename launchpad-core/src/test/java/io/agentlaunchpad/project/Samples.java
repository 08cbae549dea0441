package io.agentlaunchpad.project;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.Message;
import io.agentlaunchpad.agent.PluginRef;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Agents and locks that several tests use. */
final class Samples {

    private Samples() {}

    static AgentSpec ada() {
        return AgentSpec.named("Ada-Lovelace")
                .description("Explains mathematics")
                .system("You are Ada, a patient tutor.")
                .bio("Writes notes on engines")
                .topics("mathematics")
                .messageExample(Message.of("{{user1}}", "What is a loop?"), Message.of("Ada", "A path that returns."))
                .plugin("@elizaos/plugin-openai")
                .setting("@elizaos/plugin-openai", "OPENAI_SMALL_MODEL", "gpt-4o-mini")
                .secretNames("OPENAI_API_KEY")
                .build();
    }

    static AgentSpec bot() {
        return AgentSpec.named("bot")
                .bio("Talks everywhere")
                .plugins("@elizaos/plugin-anthropic", "@elizaos/plugin-openai")
                .discord("123456789012345678")
                .telegram()
                .database(Database.POSTGRESQL)
                .secretNames("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DISCORD_API_TOKEN", "TELEGRAM_BOT_TOKEN")
                .secretNames("POSTGRES_URL", "OWN_SECRET")
                .build();
    }

    static AgentSpec silent() {
        return AgentSpec.named("silent").bio("Says nothing").build();
    }

    /** A lock from the jar: needs neither npm nor network. */
    static Lock lock(AgentSpec spec) {
        return resolver().resolve(spec.effectivePlugins(), Bounds.within(Duration.ofMinutes(1)));
    }

    /** The core set and one model plugin. */
    static Lock coreLock() {
        return resolver().resolve(plugins("@elizaos/plugin-openai"), Bounds.within(Duration.ofMinutes(1)));
    }

    static List<PluginRef> plugins(String... names) {
        return Stream.of(names).map(PluginRef::parse).toList();
    }

    private static LockResolver resolver() {
        return new LockResolver(Npm.onPath(java.util.Map.of("PATH", "/nowhere")));
    }
}
