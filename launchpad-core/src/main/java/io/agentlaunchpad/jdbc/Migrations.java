package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.WiringException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Makes and changes the tables. */
final class Migrations {

    private static final String HISTORY = "launchpad_migrations";

    private Migrations() {}

    /**
     * Brings the schema to this version; nothing where it is there. Several processes may do so at once. A schema that a
     * later version has migrated is left as it is, so that versions may run side by side while they are replaced.
     */
    static void run(DataSource dataSource, Dialect dialect, String schema) {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(dataSource)
                    .schemas(schema)
                    .defaultSchema(schema)
                    .createSchemas(true)
                    .table(HISTORY)
                    .locations("classpath:" + dialect.migrations())
                    .ignoreMigrationPatterns("*:future")
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            // Without the cause: an address with a password may stand in it.
            String message = String.valueOf(e.getMessage())
                    .lines()
                    .findFirst()
                    .orElse("")
                    .replaceAll("(?i)(password=)[^&;\\s)]*", "$1…");
            throw new StoreException(
                    "STORE_NOT_MIGRATED",
                    "The schema \"" + schema + "\" could not be brought up to date: " + message,
                    "give the DataSource's user the right to create that schema, name another with schema(…), or have the"
                            + " scripts run by someone else and call withoutMigration().",
                    null);
        } catch (NoClassDefFoundError e) {
            throw new WiringException(
                    "Flyway, which makes the store's tables, is not on the class path.",
                    "add org.flywaydb:flyway-core, and for PostgreSQL org.flywaydb:flyway-database-postgresql, or call"
                            + " withoutMigration().");
        }
    }
}
