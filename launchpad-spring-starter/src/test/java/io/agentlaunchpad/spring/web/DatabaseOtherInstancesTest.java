package io.agentlaunchpad.spring.web;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.jdbc.Databases;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.spi.Store;
import org.junit.jupiter.api.AfterEach;

/** The same with records in a database. */
class DatabaseOtherInstancesTest extends OtherInstancesTest {

    private HikariDataSource pool;

    @Override
    Store store() {
        pool = Databases.pool("jdbc:h2:mem:" + Databases.schema(), 10);
        return JdbcStore.of(pool);
    }

    @Override
    @AfterEach
    void close() {
        super.close();
        pool.close();
    }
}
