package io.agentlaunchpad.spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where records are kept.
 *
 * @param kind jdbc, files below launchpad.home, or memory that is gone with the process; unless set, jdbc where the
 *     application has one DataSource, else files
 * @param schema of the database, made at first use
 * @param withoutMigration whether somebody else makes the tables; then Flyway is not needed
 */
@ConfigurationProperties("launchpad.store")
public record StoreProperties(
        @Nullable Kind kind,
        @DefaultValue("launchpad") String schema,
        @DefaultValue("false") boolean withoutMigration) {

    /** Places for records. */
    public enum Kind {
        /** PostgreSQL, shared by many processes; or H2. */
        JDBC,
        /** Below launchpad.home; shared by the processes of this machine. */
        FILES,
        /** For tests and trials. */
        MEMORY
    }
}
