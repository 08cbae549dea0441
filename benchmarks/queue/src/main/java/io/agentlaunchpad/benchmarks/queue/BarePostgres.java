package io.agentlaunchpad.benchmarks.queue;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.postgresql.PGConnection;

/** The least that PostgreSQL needs: insert and notify in one transaction, listen, claim with SKIP LOCKED. */
final class BarePostgres implements Contender {

    private static final String CLAIM =
            "UPDATE bare_jobs SET state = 'RUNNING' WHERE id = (SELECT id FROM bare_jobs WHERE"
                    + " state = 'QUEUED' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id";

    private final HikariDataSource pool;
    private final BlockingQueue<Long> started = new LinkedBlockingQueue<>();
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean closed;

    BarePostgres(HikariDataSource pool) throws SQLException {
        this.pool = pool;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS bare_jobs");
            statement.execute("CREATE TABLE bare_jobs (id bigserial PRIMARY KEY, state text NOT NULL, payload text)");
            statement.execute("CREATE INDEX bare_jobs_waiting ON bare_jobs (id) WHERE state = 'QUEUED'");
        }
        for (int i = 0; i < 2; i++) {
            Thread worker = new Thread(this::work, "bare-postgres-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
    }

    @Override
    public String name() {
        return "bare PostgreSQL";
    }

    @Override
    public Wait once() throws Exception {
        long before = System.nanoTime();
        submit();
        long stored = System.nanoTime();
        long start = started.take();
        return new Wait(start - before, start - stored);
    }

    @Override
    public void many(int count) throws Exception {
        Halves.run(count, i -> submit());
        for (int i = 0; i < count; i++) {
            started.take();
        }
    }

    private void submit() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO bare_jobs (state, payload) VALUES ('QUEUED', ?)");
                    PreparedStatement ring = connection.prepareStatement("SELECT pg_notify('bare_jobs', '')")) {
                insert.setString(1, "x".repeat(1_000));
                insert.executeUpdate();
                ring.execute();
            }
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private void work() {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                PreparedStatement claim = connection.prepareStatement(CLAIM)) {
            statement.execute("LISTEN bare_jobs");
            PGConnection server = connection.unwrap(PGConnection.class);
            while (!closed) {
                boolean more = true;
                while (more) {
                    try (ResultSet rows = claim.executeQuery()) {
                        more = rows.next();
                    }
                    if (more) {
                        started.add(System.nanoTime());
                    }
                }
                server.getNotifications(1_000);
            }
        } catch (SQLException e) {
            if (!closed) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        for (Thread worker : workers) {
            worker.join();
        }
    }
}
