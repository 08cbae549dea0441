package io.agentlaunchpad.samples.cli;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.jdbc.PostgresDoorbell;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.redis.RedisDoorbell;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Store;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where records stand, files below the home or a database, and how a process hears that another one submitted work. */
final class Records implements AutoCloseable {

    private static final String POSTGRES = "postgres";

    private final Store store;
    private final @Nullable HikariDataSource pool;
    private final @Nullable String doorbell;

    private Records(Store store, @Nullable HikariDataSource pool, @Nullable String doorbell) {
        this.store = store;
        this.pool = pool;
        this.doorbell = doorbell;
    }

    /**
     * Asks nobody yet.
     *
     * @param url of a database, or null for files below the home
     * @param doorbell {@code postgres}, the address of a Redis, or null
     */
    static Records of(Path home, @Nullable String url, @Nullable String password, @Nullable String doorbell) {
        if (doorbell != null) {
            check(url, doorbell);
        }
        if (url == null) {
            return new Records(Stores.files(home.resolve("store")), null, doorbell);
        }
        HikariDataSource pool = pool(url, password);
        return new Records(JdbcStore.of(pool), pool, doorbell);
    }

    /** Refuses a password among a command's arguments, which every user of the machine can list. */
    static void refusePasswords(@Nullable String url, @Nullable String doorbell) {
        if (url != null && url.toLowerCase(Locale.ROOT).contains("password=")) {
            throw new InputException(
                    "--store holds a password, and everybody on this machine can read a command's arguments.",
                    "put it into LAUNCHPAD_STORE_PASSWORD, or the whole address into LAUNCHPAD_STORE.");
        }
        if (doorbell != null && doorbell.matches("[a-z]+://[^/@]*:[^/@]+@.*")) {
            throw new InputException(
                    "--doorbell holds a password, and everybody on this machine can read a command's arguments.",
                    "put the whole address into LAUNCHPAD_DOORBELL.");
        }
    }

    Store store() {
        return store;
    }

    /** A new bell, for one Launchpad; none where workers look by themselves. */
    Optional<Doorbell> bell() {
        if (doorbell == null) {
            return Optional.empty();
        }
        return Optional.of(
                pool != null && doorbell.equals(POSTGRES) ? PostgresDoorbell.on(pool) : RedisDoorbell.at(doorbell));
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }

    private static void check(@Nullable String url, String doorbell) {
        // Addresses are not shown: they may hold a password.
        if (doorbell.equals(POSTGRES)) {
            if (url == null || !url.startsWith("jdbc:postgresql:")) {
                throw new InputException(
                        "The doorbell \"postgres\" rings in the database of the records, and these are in "
                                + (url == null ? "files." : "another one."),
                        "name it: --store jdbc:postgresql://HOST/DATABASE?user=USER");
            }
        } else if (!doorbell.startsWith("redis://") && !doorbell.startsWith("rediss://")) {
            throw new InputException(
                    "There is no such doorbell.", "use --doorbell postgres or --doorbell redis://HOST:6379");
        } else if (url == null) {
            throw new InputException(
                    "A doorbell is for records that several machines share, and these are in files.",
                    "name a database: --store jdbc:postgresql://HOST/DATABASE?user=USER, or leave --doorbell out.");
        }
    }

    private static HikariDataSource pool(String url, @Nullable String password) {
        if (!url.startsWith("jdbc:postgresql:") && !url.startsWith("jdbc:h2:")) {
            throw new InputException(
                    "Records can be kept in PostgreSQL or in an H2 file, and this address names neither.",
                    "write --store jdbc:postgresql://HOST/DATABASE?user=USER or --store jdbc:h2:file:/PATH");
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        if (password != null) {
            config.setPassword(password);
        }
        if (url.startsWith("jdbc:h2:")) {
            config.addDataSourceProperty("TRACE_LEVEL_FILE", "0"); // else it prints stack traces where it cannot write
        }
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1); // the store tries again by itself, and says what it was
        return new HikariDataSource(config);
    }
}
