package io.agentlaunchpad.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.SecretStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets in files keep the laws, and the files are for one user only. */
class LocalSecretsTest extends SecretStoreContract {

    @TempDir
    Path folder;

    @Override
    protected SecretStore open() {
        return new LocalSecrets(folder.resolve("home"));
    }

    @Test
    void files_and_directories_are_for_this_user_only() throws IOException {
        open().put(AgentId.of(Owner.LOCAL, "ada"), Secrets.of("A_KEY", "value"));

        try (Stream<Path> all = Files.walk(folder.resolve("home"))) {
            assertThat(all)
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void forgetting_the_last_one_leaves_nothing_behind() throws IOException {
        AgentId ada = AgentId.of(Owner.LOCAL, "ada");
        SecretStore store = open();

        store.forget(ada, store.put(ada, Secrets.of("A_KEY", "value")));

        assertThat(folder.resolve("home/agents")).isEmptyDirectory();
    }

    @Test
    void a_file_that_was_never_finished_goes_with_the_agent() throws IOException {
        AgentId ada = AgentId.of(Owner.LOCAL, "ada");
        AgentFiles files = new AgentFiles(folder.resolve("home"), ada);
        String version = open().put(ada, Secrets.of("A_KEY", "value"));
        Files.move(files.secrets().resolve(version + ".json"), files.secrets().resolve(version + ".json.0815.new"));

        assertThat(open().versions(ada)).containsExactly(version);
        assertThat(files.delete(open().versions(ada)::contains)).isEmpty();

        assertThat(folder.resolve("home/agents")).isEmptyDirectory();
    }
}
