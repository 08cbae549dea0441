package io.agentlaunchpad.k8s.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.error.WiringException;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several kubeconfig files are read together, as kubectl reads those of KUBECONFIG. */
class ConnectionTest {

    private static final Connection CURRENT = new Connection(null, null, false);

    @TempDir
    Path folder;

    @Test
    void theFirstCurrentContextCountsWhereverItIsDefined() throws IOException {
        Path first = file("a/config", "current-context: prod");
        Path second = file("b/config", """
                current-context: staging
                clusters: [{name: prod, cluster: {server: "https://prod"}}, {name: staging, cluster: {server: "https://staging"}}]
                users: [{name: me, user: {token: t}}]
                contexts:
                  - {name: staging, context: {cluster: staging, user: me}}
                  - {name: prod, context: {cluster: prod, user: me, namespace: agents}}
                """);

        Config config = CURRENT.config(List.of(folder.resolve("missing"), Path.of(""), first, second));

        assertThat(config.getCurrentContext().getName()).isEqualTo("prod");
        assertThat(config.getMasterUrl()).startsWith("https://prod");
        assertThat(config.getNamespace()).isEqualTo("agents");
    }

    @Test
    void aContextsClusterAndUserMayStandInAnotherFileAndTheirPathsAreOfThatFile() throws IOException {
        Path first = file("a/config", "contexts: [{name: prod, context: {cluster: prod, user: me}}]");
        Path second = file("b/config", """
                clusters: [{name: prod, cluster: {server: "https://prod", certificate-authority: ca.crt}}]
                users: [{name: me, user: {tokenFile: token}}]
                """);
        Files.writeString(folder.resolve("b/token"), "of b\n");

        Config config = new Connection(null, "prod", false).config(List.of(first, second));

        assertThat(config.getMasterUrl()).startsWith("https://prod");
        assertThat(config.getCaCertFile()).isEqualTo(folder.resolve("b/ca.crt").toString());
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("of b");
    }

    @Test
    void theFirstDefinitionOfANameCountsAlsoWhenATokenIsRenewed() throws IOException {
        Path first = file("a/config", """
                clusters: [{name: prod, cluster: {server: "https://first"}}]
                users: [{name: me, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: cat, args: ["%s"]}}}]
                """.formatted(folder.resolve("credential")));
        Path second = file("b/config", """
                current-context: prod
                clusters: [{name: prod, cluster: {server: "https://second"}}]
                users: [{name: me, user: {token: of somebody else}}]
                contexts: [{name: prod, context: {cluster: prod, user: me}}]
                """);
        credential("old");
        Config config = CURRENT.config(List.of(first, second));
        assertThat(config.getMasterUrl()).startsWith("https://first");
        assertThat(config.getAutoOAuthToken()).isEqualTo("old");

        credential("new");
        assertThat(config.refresh().getAutoOAuthToken()).isEqualTo("new");
        Files.delete(first);
        Files.writeString(second, "being written");
        assertThat(config.refresh().getAutoOAuthToken())
                .as("while the files cannot be read")
                .isEqualTo("old");
    }

    @Test
    void aCurrentContextThatNoFileDefinesIsNotReplacedByAnother() throws IOException {
        Path first = file("a/config", "current-context: prod");
        Path second = file("b/config", """
                current-context: staging
                clusters: [{name: staging, cluster: {server: "https://staging"}}]
                contexts: [{name: staging, context: {cluster: staging, user: me}}]
                """);

        assertThatThrownBy(() -> CURRENT.config(List.of(first, second)))
                .isInstanceOf(WiringException.class)
                .hasMessageContaining("No kubeconfig has a context prod")
                .hasMessageContaining("[staging]");
        assertThatThrownBy(() -> CURRENT.config(List.of(folder.resolve("missing"))))
                .isInstanceOf(WiringException.class)
                .hasMessageContaining("No kubeconfig has a current context");
    }

    @Test
    void aTokenIsRenewedForTheContextOfTheFirstReadWhateverIsTheCurrentOneByThen() throws IOException {
        String known = """
                current-context: %s
                clusters: [{name: prod, cluster: {server: "https://prod"}}, {name: other, cluster: {server: "https://other"}}]
                users: [{name: me, user: {token: of prod}}, {name: you, user: {token: of the other}}]
                contexts:
                  - {name: prod, context: {cluster: prod, user: me}}
                  - {name: other, context: {cluster: other, user: you}}
                """;
        Path file = file("a/config", known.formatted("prod"));
        Config config = CURRENT.config(List.of(file));

        Files.writeString(file, known.formatted("other"));

        assertThat(config.refresh().getAutoOAuthToken()).isEqualTo("of prod");
        assertThat(config.refresh().refresh().getMasterUrl())
                .as("the refreshed one, refreshed")
                .startsWith("https://prod");
    }

    @Test
    void anEmptyFileSaysNothing() throws IOException {
        Path empty = file("a/config", "");
        Path comment = file("c/config", "# nothing yet\n");
        Path second = file("b/config", """
                current-context: staging
                clusters: [{name: staging, cluster: {server: "https://staging"}}]
                contexts: [{name: staging, context: {cluster: staging, user: me}}]
                """);

        assertThat(CURRENT.config(List.of(empty, comment, second)).getMasterUrl())
                .startsWith("https://staging");
    }

    @Test
    void aFileThatCannotBeReadIsNamedAndNothingOfItIsTold() throws IOException {
        Path broken = file("a/config", "users: [{name: me, user: {token: s3cret}}\ncontexts: {");
        Path text = file("b/config", "s3cret");
        Path directory = Files.createDirectories(folder.resolve("d"));

        for (Path each : List.of(broken, text, directory)) {
            assertThatThrownBy(() -> CURRENT.config(List.of(each)))
                    .isInstanceOf(WiringException.class)
                    .hasMessageContaining("The kubeconfig " + each + " cannot be read")
                    .hasMessageContaining("Fix:")
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cret"));
        }
    }

    private void credential(String token) throws IOException {
        file(
                "credential",
                "{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"status\": {\"token\": \"" + token + "\"}}");
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
