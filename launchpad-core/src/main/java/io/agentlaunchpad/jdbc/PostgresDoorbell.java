package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.internal.RingingBell;
import io.agentlaunchpad.spi.Doorbell;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the workers of every process on one PostgreSQL, by {@code NOTIFY} and {@code LISTEN}.
 *
 * <pre>{@code
 * Launchpad.builder().store(JdbcStore.of(dataSource)).doorbell(PostgresDoorbell.on(dataSource))…
 * }</pre>
 *
 * <p>Keeps one connection of the {@link DataSource} to itself while it listens, and takes another one for a moment to ring.
 * It must reach the server itself: a pooler in between that hands out connections by the transaction loses what is
 * listened for. A lost connection is made anew, after pauses of up to five seconds; meanwhile workers look by themselves.
 * Making one asks nobody. Safe for use by several threads.
 */
public final class PostgresDoorbell implements Doorbell {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDoorbell.class);
    private static final Pattern CHANNEL = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final int LOOK = 500;
    private static final int SHORTEST_PAUSE = 100;
    private static final int LONGEST_PAUSE = 5_000;

    private final DataSource dataSource;
    private final String channel;
    private final String self = UUID.randomUUID().toString();
    private final RingingBell bell = new RingingBell();
    private final Semaphore toSend = new Semaphore(0);
    private final Thread sender = new Thread(this::send, "launchpad-bell-sender");
    private final Thread listener = new Thread(this::listen, "launchpad-bell-listener");
    private volatile boolean closed;

    private PostgresDoorbell(DataSource dataSource, String channel) {
        this.dataSource = dataSource;
        this.channel = channel;
        sender.setDaemon(true);
        listener.setDaemon(true);
        sender.start();
        listener.start();
    }

    /** On the channel {@code launchpad}. */
    public static PostgresDoorbell on(DataSource dataSource) {
        return on(dataSource, "launchpad");
    }

    /**
     * On a channel of its own, for a Launchpad whose store has a schema of its own.
     *
     * @param channel lower-case letters, digits and underscores
     */
    public static PostgresDoorbell on(DataSource dataSource, String channel) {
        if (!CHANNEL.matcher(channel).matches()) {
            throw new WiringException(
                    "\"" + channel + "\" is no name for a channel.",
                    "use lower-case letters, digits and underscores, at most 63, no digit first.");
        }
        return new PostgresDoorbell(dataSource, channel);
    }

    /** Workers of this process hear it at once, those of others as soon as the server has told them. */
    @Override
    public void ring() {
        bell.ring();
        toSend.release();
    }

    @Override
    public void await(Duration atMost) throws InterruptedException {
        bell.await(atMost);
    }

    @Override
    public void close() {
        closed = true;
        try {
            // Soon: the last ring goes out, for a process that only submits ends right after it; and both give their
            // connections back in order.
            sender.join(LOOK * 4L);
            listener.join(LOOK * 4L);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sender.interrupt();
        listener.interrupt();
    }

    /** Several rings that wait are sent as one. */
    private void send() {
        while (!closed || toSend.availablePermits() > 0) {
            try {
                if (toSend.tryAcquire(LOOK, TimeUnit.MILLISECONDS)) {
                    toSend.drainPermits();
                    notifyOthers();
                }
            } catch (InterruptedException e) {
                LOG.trace("Woken to close");
                return;
            } catch (SQLException | RuntimeException e) {
                LOG.debug("A ring was lost: {}", e.getMessage());
            }
        }
    }

    private void notifyOthers() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            statement.setString(1, channel);
            statement.setString(2, self);
            statement.execute();
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        }
    }

    private void listen() {
        int pause = SHORTEST_PAUSE;
        while (!closed) {
            try (Connection connection = dataSource.getConnection()) {
                try {
                    connection.setAutoCommit(true);
                    run(connection, "LISTEN \"" + channel + "\"");
                    pause = SHORTEST_PAUSE;
                    bell.ring(); // for what was rung while nobody listened
                    hear(connection);
                    run(connection, "UNLISTEN *");
                } catch (SQLException | RuntimeException e) {
                    connection.abort(Runnable::run); // perhaps still subscribed: not for others
                    throw e;
                }
            } catch (SQLException | RuntimeException e) { // a pool's own errors must not end this thread
                if (!closed) {
                    LOG.warn(
                            "Not listening for rings, workers look by themselves until it is back: {}", e.getMessage());
                    rest(pause);
                    pause = Math.min(LONGEST_PAUSE, pause * 2);
                }
            }
        }
    }

    private void hear(Connection connection) throws SQLException {
        PGConnection server = connection.unwrap(PGConnection.class);
        int before = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, (int) QUIET.multipliedBy(3).toMillis());
        long asked = System.nanoTime();
        while (!closed) {
            tell(server.getNotifications(LOOK));
            if (System.nanoTime() - asked > QUIET.toNanos()) {
                // A connection that died without a word would be listened to for ever.
                run(connection, "SELECT 1");
                asked = System.nanoTime();
                tell(server.getNotifications()); // what came with the answer: the next look would wait in spite of it
            }
        }
        connection.setNetworkTimeout(Runnable::run, before);
    }

    private void tell(PGNotification @Nullable [] heard) {
        for (PGNotification ring : heard == null ? new PGNotification[0] : heard) {
            if (!ring.getParameter().equals(self)) {
                bell.ring();
            }
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void rest(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            LOG.trace("Woken to close");
        }
    }
}
