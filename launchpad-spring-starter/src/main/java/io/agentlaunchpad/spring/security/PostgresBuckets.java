package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.error.StoreException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketExceptions.BucketExecutionException;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import io.github.bucket4j.distributed.proxy.generic.select_for_update.AbstractSelectForUpdateBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.select_for_update.LockAndGetResult;
import io.github.bucket4j.distributed.proxy.generic.select_for_update.SelectForUpdateBasedTransaction;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;

/**
 * Buckets as rows of PostgreSQL, shared by all processes on it: the table {@code rate_limits} of a schema, made at first
 * use and not logged, because a crash may empty it. A request costs one short transaction on a connection of the pool.
 */
public final class PostgresBuckets implements Buckets {

    private static final ExpirationAfterWriteStrategy KEPT_WHILE_NOT_FULL =
            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofMinutes(1));
    private static final long SWEEP_EVERY_MILLIS = 60_000;
    private static final int SWEPT = 1_000;

    private final Rows rows;
    private final Clock clock;
    private final AtomicLong nextSweep = new AtomicLong();

    private PostgresBuckets(Rows rows, Clock clock) {
        this.rows = rows;
        this.clock = clock;
    }

    /**
     * Buckets in that schema, which exists.
     *
     * @throws StoreException when the table cannot be made
     */
    public static PostgresBuckets in(DataSource dataSource, String schema, Clock clock) {
        if (!schema.matches("[a-z_][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("Not a schema: " + schema);
        }
        String table = "\"" + schema + "\".rate_limits";
        PostgresBuckets buckets = new PostgresBuckets(new Rows(dataSource, table), clock);
        try {
            new JdbcWrites(dataSource)
                    .run(() -> JdbcClient.create(dataSource)
                            .sql("CREATE UNLOGGED TABLE IF NOT EXISTS " + table
                                    + " (id text PRIMARY KEY, state bytea, expires_at bigint)")
                            .update());
        } catch (DuplicateKeyException e) {
            // Another process made it in the same moment, which PostgreSQL reports so.
            return buckets;
        } catch (DataAccessException | TransactionException e) {
            throw new StoreException(
                    "LIMITS_FAILED",
                    "The table of the rate limits could not be made: "
                            + e.getClass().getSimpleName() + ".",
                    "use PostgreSQL, and see to the rights on its schema.",
                    e);
        }
        return buckets;
    }

    @Override
    public Bucket bucket(String name, BucketConfiguration limits) {
        long now = clock.millis();
        long due = nextSweep.get();
        if (now >= due && nextSweep.compareAndSet(due, now + SWEEP_EVERY_MILLIS)) {
            rows.sweep(now);
        }
        return rows.getProxy(name, () -> limits);
    }

    /** How bucket4j asks for rows: locked from the look to the end of a transaction. */
    private static final class Rows extends AbstractSelectForUpdateBasedProxyManager<String> {

        private final DataSource dataSource;
        private final String table;

        Rows(DataSource dataSource, String table) {
            super(ClientSideConfig.getDefault().withExpirationAfterWriteStrategy(KEPT_WHILE_NOT_FULL));
            this.dataSource = dataSource;
            this.table = table;
        }

        @Override
        public boolean isExpireAfterWriteSupported() {
            return true;
        }

        @Override
        protected SelectForUpdateBasedTransaction allocateTransaction(String id, Optional<Long> timeoutNanos) {
            return new Row(id);
        }

        @Override
        public void removeProxy(String id) {
            change("DELETE FROM " + table + " WHERE id = ?", id);
        }

        /** Full buckets are as good as none. */
        void sweep(long now) {
            change(
                    "DELETE FROM " + table + " WHERE id IN (SELECT id FROM " + table
                            + " WHERE expires_at < ? LIMIT ? FOR UPDATE SKIP LOCKED)",
                    now,
                    SWEPT);
        }

        private void change(String sql, Object... arguments) {
            try (Connection connection = dataSource.getConnection()) {
                boolean automatic = connection.getAutoCommit();
                run(connection, sql, arguments);
                if (!automatic) {
                    connection.commit();
                }
            } catch (SQLException e) {
                throw new BucketExecutionException(e);
            }
        }

        private static int run(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < arguments.length; i++) {
                    statement.setObject(i + 1, arguments[i]);
                }
                return statement.executeUpdate();
            }
        }

        private interface Statement<T> {
            T on(Connection connection) throws SQLException;
        }

        /** One bucket within one transaction. */
        private final class Row implements SelectForUpdateBasedTransaction {

            private final String id;
            private final Connection connection;
            private final boolean automatic;

            Row(String id) {
                this.id = id;
                try {
                    this.connection = dataSource.getConnection();
                    this.automatic = connection.getAutoCommit();
                } catch (SQLException e) {
                    throw new BucketExecutionException(e);
                }
            }

            private <T> T with(Statement<T> statement) {
                try {
                    return statement.on(connection);
                } catch (SQLException e) {
                    throw new BucketExecutionException(e);
                }
            }

            @Override
            public void begin(Optional<Long> timeoutNanos) {
                with(open -> {
                    open.setAutoCommit(false);
                    return true;
                });
            }

            @Override
            public void rollback() {
                with(open -> {
                    open.rollback();
                    return true;
                });
            }

            @Override
            public void commit(Optional<Long> timeoutNanos) {
                with(open -> {
                    open.commit();
                    return true;
                });
            }

            @Override
            public LockAndGetResult tryLockAndGet(Optional<Long> timeoutNanos) {
                return with(open -> {
                    try (PreparedStatement select =
                            open.prepareStatement("SELECT state FROM " + table + " WHERE id = ? FOR UPDATE")) {
                        select.setString(1, id);
                        try (ResultSet found = select.executeQuery()) {
                            return found.next()
                                    ? LockAndGetResult.locked(found.getBytes(1))
                                    : LockAndGetResult.notLocked();
                        }
                    }
                });
            }

            @Override
            public boolean tryInsertEmptyData(Optional<Long> timeoutNanos) {
                return with(
                        open -> run(open, "INSERT INTO " + table + " (id) VALUES (?) ON CONFLICT DO NOTHING", id) > 0);
            }

            @Override
            public void update(byte[] data, RemoteBucketState newState, Optional<Long> timeoutNanos) {
                long kept = KEPT_WHILE_NOT_FULL.calculateTimeToLiveMillis(newState, currentTimeNanos());
                with(open -> run(
                        open,
                        "UPDATE " + table + " SET state = ?, expires_at = ? WHERE id = ?",
                        data,
                        currentTimeNanos() / 1_000_000 + kept,
                        id));
            }

            @Override
            public void release() {
                with(open -> {
                    try (open) {
                        open.setAutoCommit(automatic);
                    }
                    return true;
                });
            }
        }
    }
}
