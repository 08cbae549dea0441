package io.agentlaunchpad.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

/** Within a caller's transaction on H2. */
class H2JoiningTest extends JoiningContract {

    private HikariDataSource pool;

    @Override
    protected DataSource open() {
        pool = Databases.pool("jdbc:h2:mem:" + Databases.schema(), 10);
        return pool;
    }

    @AfterEach
    void closePool() {
        pool.close();
    }
}
