package io.agentlaunchpad.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.StoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The store in an H2 file keeps the laws, for one process. */
class H2StoreTest extends StoreContract {

    @TempDir
    Path folder;

    private HikariDataSource pool;

    @Override
    protected Store open() {
        if (pool == null) {
            pool = Databases.h2(folder.resolve("launchpad"));
        }
        return JdbcStore.of(pool);
    }

    @Override
    protected boolean prunes() {
        return true;
    }

    @AfterEach
    void closePool() {
        pool.close();
    }
}
