package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.StoreContract;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
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
    void a_connection_goes_back_as_it_came() throws SQLException {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + Databases.schema());
        try (Connection connection = database.getConnection()) {
            JdbcStore.of(database).read(tables -> tables.outbox().size());
            DataSource one = (DataSource) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {DataSource.class},
                    (self, method, given) -> Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (it, called, arguments) ->
                                    called.getName().equals("close") ? null : called.invoke(connection, arguments)));
            JdbcStore lent = JdbcStore.of(one).withoutMigration();
            int before = connection.getTransactionIsolation();

            lent.read(tables -> tables.outbox().size());

            assertThat(connection.getTransactionIsolation()).isEqualTo(before);
            assertThat(connection.getAutoCommit()).isTrue();
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
