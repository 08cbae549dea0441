package io.agentlaunchpad.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.Model;
import io.agentlaunchpad.testbed.Postgres;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealModel;
import io.agentlaunchpad.testbed.RealPostgres;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.Trivy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java call with every part in its real form; only the names of its places are those of the testbed. */
@RealCluster
@RealRegistry
@RealTrivy
@RealPostgres
@RealModel
class ReadmeServiceIT {

    @Test
    void the_second_java_block_of_the_readme_launches_a_real_agent_on_a_real_cluster(
            @TempDir Path directory, Cluster cluster, Registry registry, Trivy trivy, Postgres postgres, Model model)
            throws Exception {
        cluster.enforce("restricted");
        JavaBlock block = JavaBlock.number(2)
                .with(
                        "\"registry.example.com/you/agents\")",
                        quoted(registry.repository()) + ").baseImage(" + quoted(registry.baseImage()) + ")")
                .with(
                        "TrivyScanner.onPath()",
                        "TrivyScanner.onPath().offline().cacheDirectory(java.nio.file.Path.of("
                                + quoted(trivy.cache().toString()) + "))")
                .with("\"prod-eu\"", quoted(cluster.context()))
                .with("\"agents\"", quoted(cluster.namespace()))
                .with(
                        ".plugin(OPENAI)",
                        ".plugin(OPENAI).setting(OPENAI, \"OPENAI_BASE_URL\", " + quoted(model.url()) + ")");
        String path = trivy.program().getParent() + System.getProperty("path.separator") + System.getenv("PATH");

        String said = block.run(
                directory,
                Map.of(
                        "PATH", path,
                        "KUBECONFIG", cluster.kubeconfig().toString(),
                        "DATABASE_URL", postgres.jdbcUrl(),
                        "DATABASE_USER", postgres.username(),
                        "DATABASE_PASSWORD", postgres.password(),
                        "OPENAI_API_KEY", "planted-key-0c51"),
                8);

        assertThat(said).contains("You said: What is a loop?").doesNotContain("planted-key-0c51");
        assertThat(cluster.kubectl(
                        "get", "deployments", "-o", "jsonpath={.items[*].spec.template.spec.containers[*].image}"))
                .as("left running")
                .startsWith(registry.repository() + "/ada@sha256:");
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT count(*) FROM launchpad.operations WHERE state = 'SETTLED'")) {
            rows.next();
            assertThat(rows.getInt(1)).as("launch and restart").isEqualTo(2);
        }
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
