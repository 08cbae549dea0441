package io.agentlaunchpad.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.jdbc.Databases;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What every place for keys keeps to. */
class ApiKeysTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final String HASH = "0".repeat(64);

    @TempDir
    private static Path directory;

    static Stream<Arguments> places() {
        ApiKeys memory = new MemoryApiKeys();
        DataSource database = Databases.postgres();
        String schema = Databases.schema();
        JdbcClient.create(database).sql("CREATE SCHEMA " + schema).update();
        DataSource manual = withoutAutoCommit(Databases.postgresUrl());
        String other = Databases.schema();
        JdbcClient.create(database).sql("CREATE SCHEMA " + other).update();
        DataSource h2 = withoutAutoCommit("jdbc:h2:mem:" + other + ";INIT=CREATE SCHEMA IF NOT EXISTS \"keys\"");
        return Stream.of(
                Arguments.of("memory", memory, memory),
                Arguments.of(
                        "files",
                        FileApiKeys.below(directory.resolve(schema)),
                        FileApiKeys.below(directory.resolve(schema))),
                Arguments.of("PostgreSQL", JdbcApiKeys.in(database, schema), JdbcApiKeys.in(database, schema)),
                Arguments.of(
                        "PostgreSQL without auto-commit", JdbcApiKeys.in(manual, other), JdbcApiKeys.in(manual, other)),
                Arguments.of("H2 without auto-commit", JdbcApiKeys.in(h2, "keys"), JdbcApiKeys.in(h2, "keys")));
    }

    /** Connections as an application with JPA has them, by spring.datasource.hikari.auto-commit=false. */
    static DataSource withoutAutoCommit(String url) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.setAutoCommit(false);
        pool.setMaximumPoolSize(5);
        return new HikariDataSource(pool);
    }

    private static ApiKey key() {
        return key(HASH);
    }

    private static ApiKey key(String hash) {
        return new ApiKey(
                "key-1", "ci", hash, Owner.of("acme"), Role.USER, Role.USER.permissions(), NOW, null, null, null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void the_first_key_is_made_once_and_seen_by_another_process(String name, ApiKeys here, ApiKeys there) {
        assertThat(here.putFirst(key())).as(name).isTrue();
        assertThat(there.find(HASH)).contains(key());
        assertThat(there.putFirst(key("1".repeat(64)))).isFalse();
        assertThat(here.list()).containsExactly(key());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void a_revocation_by_another_process_is_never_written_over(String name, ApiKeys here, ApiKeys there) {
        here.put(key());
        if (here != there && !name.equals("files")) {
            // Files lock others out instead: there, nothing comes in between.
            ApiKey now = here.update(HASH, known -> {
                        if (there.find(HASH).orElseThrow().revokedAt() == null) {
                            there.put(known.revoked(NOW));
                        }
                        return known.used(NOW.plusSeconds(1));
                    })
                    .orElseThrow();
            assertThat(now.revokedAt()).isEqualTo(NOW);
            assertThat(now.lastUsedAt()).isEqualTo(NOW.plusSeconds(1));
        }
        there.update(HASH, known -> known.revoked(NOW));
        assertThat(here.find(HASH).orElseThrow().revokedAt()).isEqualTo(NOW);
        assertThat(here.update("1".repeat(64), known -> known)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void changes_at_the_same_time_all_happen(String name, ApiKeys here, ApiKeys there) throws Exception {
        here.put(key());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                ApiKeys keys = i % 2 == 0 ? here : there;
                all.add(threads.submit(() -> keys.update(
                        HASH,
                        known -> known.used(
                                known.lastUsedAt() == null
                                        ? NOW.plusSeconds(1)
                                        : known.lastUsedAt().plusSeconds(1)))));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(here.find(HASH).orElseThrow().lastUsedAt()).as(name).isEqualTo(NOW.plusSeconds(40));
    }
}
