package io.agentlaunchpad.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.jdbc.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Keys and the transactions of those who change them, on a pool with auto-commit and on one without. */
class JdbcApiKeysTest {

    private static final String HASH = "0".repeat(64);
    private static final ApiKey KEY = key(HASH);

    private static ApiKey key(String hash) {
        Instant now = Instant.parse("2026-11-22T10:00:00Z");
        return new ApiKey(
                "key-1", "ci", hash, Owner.of("acme"), Role.USER, Role.USER.permissions(), now, null, null, null);
    }

    private static DataSource database(boolean automatic) {
        return automatic ? Databases.postgres() : ApiKeysTest.withoutAutoCommit(Databases.postgresUrl());
    }

    private static JdbcApiKeys keys(DataSource database) {
        String schema = Databases.schema();
        JdbcClient.create(Databases.postgres()).sql("CREATE SCHEMA " + schema).update();
        return JdbcApiKeys.in(database, schema);
    }

    private static TransactionTemplate transaction(DataSource database) {
        return new TransactionTemplate(new DataSourceTransactionManager(database));
    }

    @ParameterizedTest(name = "auto-commit {0}")
    @ValueSource(booleans = {true, false})
    void a_key_put_in_the_callers_transaction_is_rolled_back_with_it(boolean automatic) {
        DataSource database = database(automatic);
        JdbcApiKeys keys = keys(database);
        transaction(database).executeWithoutResult(status -> {
            keys.put(KEY);
            assertThat(keys.find(HASH)).isPresent();
            status.setRollbackOnly();
        });
        assertThat(keys.find(HASH)).isEmpty();
    }

    @ParameterizedTest(name = "auto-commit {0}")
    @ValueSource(booleans = {true, false})
    void a_key_put_in_a_transaction_of_jpa_does_not_commit_it(boolean automatic) throws SQLException {
        DataSource database = database(automatic);
        JdbcApiKeys keys = keys(database);
        try (Connection entities = database.getConnection()) {
            entities.setAutoCommit(false);
            // So a JpaTransactionManager shows the connection of its transaction to those who use JDBC.
            TransactionSynchronizationManager.bindResource(database, new ConnectionHolder(entities));
            try {
                keys.put(KEY);
                assertThat(keys.find(HASH)).isPresent();
            } finally {
                TransactionSynchronizationManager.unbindResource(database);
            }
            entities.rollback();
            entities.setAutoCommit(automatic);
        }
        assertThat(keys.find(HASH)).isEmpty();
    }

    @ParameterizedTest(name = "auto-commit {0}")
    @ValueSource(booleans = {true, false})
    void a_key_put_in_a_transaction_of_another_database_stays(boolean automatic) {
        JdbcApiKeys keys = keys(database(automatic));
        try (HikariDataSource another = Databases.pool("jdbc:h2:mem:another", 1)) {
            transaction(another).executeWithoutResult(status -> {
                assertThat(keys.find(HASH)).isEmpty();
                keys.put(KEY);
                status.setRollbackOnly();
            });
        }
        assertThat(keys.find(HASH)).isPresent();
    }

    @ParameterizedTest(name = "auto-commit {0}")
    @ValueSource(booleans = {true, false})
    void a_first_key_that_could_not_be_written_leaves_room_for_another(boolean automatic) {
        JdbcApiKeys keys = keys(database(automatic));
        assertThatThrownBy(() -> keys.putFirst(key("0".repeat(65)))).isInstanceOf(StoreException.class);
        assertThat(keys.putFirst(KEY)).isTrue();
        assertThat(keys.list()).containsExactly(KEY);
    }

    @Test
    void a_database_that_is_away_is_told_of_with_what_to_do() {
        try (HikariDataSource database = Databases.pool("jdbc:h2:mem:away;INIT=CREATE SCHEMA \"keys\"", 1)) {
            JdbcApiKeys keys = JdbcApiKeys.in(database, "keys");
            database.close();
            assertThatThrownBy(() -> keys.put(KEY))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("see to the database");
        }
    }
}
