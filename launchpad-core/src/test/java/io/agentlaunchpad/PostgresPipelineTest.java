package io.agentlaunchpad;

import io.agentlaunchpad.jdbc.Databases;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.spi.Store;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The laws of the pipelines with records in a real PostgreSQL. */
class PostgresPipelineTest extends PipelineTest {

    private static final List<String> SCHEMAS = new ArrayList<>();

    @Override
    protected Store store() {
        String schema = Databases.schema();
        SCHEMAS.add(schema);
        return JdbcStore.of(Databases.postgres()).schema(schema);
    }

    @AfterEach
    void drop() {
        SCHEMAS.forEach(Databases::drop);
        SCHEMAS.clear();
    }
}
