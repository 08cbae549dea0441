package io.agentlaunchpad.jdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

/** Within a caller's transaction on a real PostgreSQL. */
class PostgresJoiningTest extends JoiningContract {

    @Override
    protected DataSource open() {
        return Databases.postgres();
    }

    @AfterEach
    void drop() {
        Databases.drop(schema());
    }
}
