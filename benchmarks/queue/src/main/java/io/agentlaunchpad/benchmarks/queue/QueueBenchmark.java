package io.agentlaunchpad.benchmarks.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.benchmarks.queue.Contender.Wait;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.jdbc.PostgresDoorbell;
import io.agentlaunchpad.redis.RedisDoorbell;
import io.lettuce.core.RedisClient;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Measures the contenders in turns and prints a table. */
public final class QueueBenchmark {

    private static final int WARM_UP = 100;
    private static final int ROUNDS = 10;
    private static final int EACH = 50;
    private static final int MANY = 1_000;
    private static final List<String> SCHEMAS = List.of("bench_postgres", "bench_redis");

    private QueueBenchmark() {}

    /** Reads LAUNCHPAD_TEST_POSTGRES and LAUNCHPAD_TEST_REDIS. */
    public static void main(String[] arguments) throws Exception {
        String redis = System.getenv("LAUNCHPAD_TEST_REDIS");
        try (HikariDataSource pool = pool(URI.create(System.getenv("LAUNCHPAD_TEST_POSTGRES")))) {
            drop(pool);
            RedisClient client = RedisClient.create(redis);
            List<Contender> contenders = List.of(
                    new BarePostgres(pool),
                    new BareStreams(client),
                    new Launchpads(
                            "Launchpad, bell on PostgreSQL",
                            () -> JdbcStore.of(pool).schema("bench_postgres"),
                            () -> PostgresDoorbell.on(pool, "bench_bell")),
                    new Launchpads(
                            "Launchpad, bell on Redis",
                            () -> JdbcStore.of(pool).schema("bench_redis"),
                            () -> RedisDoorbell.at(redis, "bench_bell")));
            measure(contenders);
            for (Contender contender : contenders) {
                contender.close();
            }
            client.shutdown();
            drop(pool);
        }
    }

    private static void measure(List<Contender> contenders) throws Exception {
        Map<String, List<Wait>> waits = new TreeMap<>();
        for (Contender contender : contenders) {
            for (int i = 0; i < WARM_UP; i++) {
                contender.once();
            }
            waits.put(contender.name(), new ArrayList<>());
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Contender contender : contenders) {
                for (int i = 0; i < EACH; i++) {
                    waits.computeIfAbsent(contender.name(), name -> new ArrayList<>())
                            .add(contender.once());
                }
            }
        }
        System.out.println(
                "| | call → start p50 | p99 | stored → start p50 | p99 | a second |\n|---|---|---|---|---|---|");
        for (Contender contender : contenders) {
            long start = System.nanoTime();
            contender.many(MANY);
            double seconds = (System.nanoTime() - start) / 1e9;
            List<Wait> all = waits.getOrDefault(contender.name(), List.of());
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %.0f |%n",
                    contender.name(),
                    part(all, Wait::whole, 50),
                    part(all, Wait::whole, 99),
                    part(all, Wait::stored, 50),
                    part(all, Wait::stored, 99),
                    MANY / seconds);
        }
    }

    private static String part(List<Wait> waits, ToLongFunction<Wait> what, int percent) {
        long[] sorted = waits.stream().mapToLong(what).sorted().toArray();
        return String.format(
                Locale.ROOT, "%.2f ms", sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6);
    }

    private static HikariDataSource pool(URI address) {
        String[] login = address.getUserInfo().split(":", 2);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + address.getPath());
        config.setUsername(login[0]);
        config.setPassword(login.length > 1 ? login[1] : "");
        config.setMaximumPoolSize(16);
        return new HikariDataSource(config);
    }

    private static void drop(HikariDataSource pool) throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String schema : SCHEMAS) {
                statement.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
            }
            statement.execute("DROP TABLE IF EXISTS bare_jobs");
        }
    }
}
