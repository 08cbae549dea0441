package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.StoreContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void the_connection_that_made_the_tables_may_be_gone_while_others_go_on() throws SQLException {
        JdbcDataSource unpooled = new JdbcDataSource();
        unpooled.setURL("jdbc:h2:file:" + folder.resolve("unpooled").toAbsolutePath());
        try (Connection keepsTheFileOpen = unpooled.getConnection()) {
            assertThat(keepsTheFileOpen.isClosed()).isFalse();
            keepsAnOperation(JdbcStore.of(unpooled));
        }
        keepsAnOperation(JdbcStore.of(unpooled).schema("another"));
    }

    private static void keepsAnOperation(Store store) {
        OperationRow row = operation(1, ADA, null);
        store.<Object>transact(tables -> {
            tables.operations().insert(row);
            return true;
        });
        assertThat(store.<List<OperationRow>>read(tables -> tables.operations().unsettled(10)))
                .containsExactly(row);
    }
}
