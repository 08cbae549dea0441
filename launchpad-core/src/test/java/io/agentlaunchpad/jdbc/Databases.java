package io.agentlaunchpad.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;

/** Real databases for tests: one PostgreSQL for all of them, each test with a schema of its own; H2 files. */
public final class Databases {

    private Databases() {}

    /** A new name for a schema. */
    public static String schema() {
        return "test_" + UUID.randomUUID().toString().replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** Connections to the PostgreSQL of all tests of this run, pooled. */
    public static DataSource postgres() {
        return Postgres.POOL;
    }

    /** The same, for other processes. */
    public static String postgresUrl() {
        return Postgres.SERVER.getJdbcUrl("postgres", "postgres");
    }

    public static HikariDataSource pool(String url, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        return new HikariDataSource(config);
    }

    public static HikariDataSource h2(Path file) {
        return pool("jdbc:h2:file:" + file.toAbsolutePath(), 10);
    }

    /** Connections to a server that is not there. */
    static HikariDataSource unreachable() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:1/none");
        config.setConnectionTimeout(500);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    public static void drop(String schema) {
        try (Connection connection = postgres().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Postgres {
        static final EmbeddedPostgres SERVER = start();
        static final HikariDataSource POOL = pool(SERVER.getJdbcUrl("postgres", "postgres"), 20);

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        server.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
