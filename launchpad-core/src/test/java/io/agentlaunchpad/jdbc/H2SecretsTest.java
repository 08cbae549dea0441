package io.agentlaunchpad.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.SecretStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Sealed rows in an H2 file keep the laws. */
class H2SecretsTest extends SecretStoreContract {

    @TempDir
    Path folder;

    private HikariDataSource pool;

    @Override
    protected SecretStore open() {
        if (pool == null) {
            pool = Databases.h2(folder.resolve("launchpad"));
        }
        return EncryptedSecrets.in(JdbcStore.of(pool), KeyProvider.of("key", new byte[32]));
    }

    @AfterEach
    void closePool() {
        pool.close();
    }
}
