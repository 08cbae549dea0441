package io.agentlaunchpad;

import io.agentlaunchpad.jdbc.Databases;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.spi.Store;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The same with records in a real PostgreSQL. */
class PostgresUnchangedSinceTest extends UnchangedSinceTest {

    private final String schema = Databases.schema();

    @Override
    protected List<Store> stores() {
        return List.of(
                JdbcStore.of(Databases.postgres()).schema(schema),
                JdbcStore.of(Databases.postgres()).schema(schema));
    }

    @AfterEach
    void drop() {
        Databases.drop(schema);
    }
}
