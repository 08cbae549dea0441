package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.samples.cli.Command.Ended;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home that remembers agents of a cluster whose context is no longer in the kubeconfig. */
class HomeOfClustersTest {

    private static final String GONE = "kubernetes:a-context-that-nobody-has/agents";

    @TempDir
    private Path home;

    @BeforeEach
    void remember() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        AgentSpec spec = AgentSpec.named("ada").bio("Explains").build();
        AgentId id = AgentId.of(Owner.LOCAL, "ada");
        Release release = new Release(
                id,
                1,
                spec,
                new Artifact.Image(ImageRef.parse("registry.example/agents/ada@sha256:" + "0".repeat(64))),
                "[]",
                null,
                new Release.Run(1, 1),
                now);
        try (Store store = Stores.files(home.resolve("store"))) {
            store.transact(tables -> {
                tables.releases().put(release);
                tables.agents()
                        .put(new AgentRow(
                                id,
                                Owner.LOCAL,
                                "ada",
                                GONE,
                                spec,
                                null,
                                1,
                                1,
                                1,
                                Verdict.of(Verdict.Health.UNKNOWN),
                                null,
                                now,
                                now));
                return null;
            });
        }
    }

    @Test
    void the_list_shows_it_and_says_why_nothing_else_is_known() {
        Ended said = run("list");

        assertThat(said.exit()).isEqualTo(5);
        assertThat(said.out()).contains("ada", "?", GONE);
        assertThat(said.err()).contains("a-context-that-nobody-has", "Fix:").doesNotContain("\tat ");
        assertThat(run("list", "--platform", "local").exit()).isZero();
    }

    @Test
    void other_commands_name_the_context() {
        for (String command : new String[] {"status", "logs"}) {
            Ended said = run(command, "ada");
            assertThat(said.exit()).as(command + said).isEqualTo(2);
            assertThat(said.err()).contains("a-context-that-nobody-has", "Fix:").doesNotContain("\tat ");
        }
        assertThat(run("events", "ada").exit()).isZero();
    }

    @Test
    void it_is_not_mistaken_for_an_agent_of_this_machine() throws Exception {
        String file = Files.writeString(
                        home.resolve("ada.json"), "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"x\"]}}")
                .toString();

        Ended launched = run("launch", file, "--detach");
        assertThat(launched.exit()).as(launched.toString()).isEqualTo(3);
        assertThat(launched.err()).contains(GONE, "local", "Fix:");
        Ended deleted = run("delete", "ada", "--platform", "local");
        assertThat(deleted.exit()).isEqualTo(2);
        assertThat(deleted.err()).contains(GONE, "Fix:");
    }

    private Ended run(String... arguments) {
        return Command.here(home, arguments);
    }
}
