package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.StoreContract;
import org.junit.jupiter.api.AfterEach;

/** The store on a real PostgreSQL keeps the laws. */
class PostgresStoreTest extends StoreContract {

    private final String schema = Databases.schema();

    @Override
    protected Store open() {
        return JdbcStore.of(Databases.postgres()).schema(schema);
    }

    @AfterEach
    void drop() {
        Databases.drop(schema);
    }
}
