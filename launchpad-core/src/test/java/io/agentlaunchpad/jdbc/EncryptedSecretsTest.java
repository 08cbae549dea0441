package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.SecretStoreContract;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sealed rows in a real PostgreSQL keep the laws, and what they must not do. */
class EncryptedSecretsTest extends SecretStoreContract {

    private static final AgentId ADA = AgentId.of(Owner.LOCAL, "ada");
    private static final AgentId BOB = AgentId.of(Owner.LOCAL, "bob");

    private final String schema = Databases.schema();
    private final JdbcStore store = JdbcStore.of(Databases.postgres()).schema(schema);
    private final KeyProvider first = KeyProvider.of("first", key(1));

    @Override
    protected SecretStore open() {
        return EncryptedSecrets.in(store, first);
    }

    @AfterEach
    void drop() {
        Databases.drop(schema);
    }

    @Test
    void neither_names_nor_values_stand_in_a_row_and_equal_values_look_different() {
        open().put(ADA, Secrets.of("PLANTED_NAME", "planted-value"));
        open().put(ADA, Secrets.of("PLANTED_NAME", "planted-value"));

        List<byte[]> rows = sealed();
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0)).isNotEqualTo(rows.get(1));
        for (byte[] row : rows) {
            assertThat(new String(row, StandardCharsets.ISO_8859_1)).doesNotContainIgnoringCase("planted");
        }
    }

    @Test
    void a_new_key_opens_what_the_old_one_sealed_and_after_rotation_the_old_one_is_not_needed() {
        String version = open().put(ADA, Secrets.of("A", "1"));
        open().put(BOB, Secrets.of("B", "2"));
        EncryptedSecrets both =
                EncryptedSecrets.in(store, KeyProvider.of("second", key(2)).opening("first", key(1)));
        assertThat(both.reveal(ADA, version)).isEqualTo(Secrets.of("A", "1"));
        String newer = both.put(ADA, Secrets.of("A", "3"));

        assertThat(both.rotate()).isEqualTo(2);
        assertThat(both.rotate()).isZero();

        EncryptedSecrets second = EncryptedSecrets.in(store, KeyProvider.of("second", key(2)));
        assertThat(second.reveal(ADA, version)).isEqualTo(Secrets.of("A", "1"));
        assertThat(second.reveal(ADA, newer)).isEqualTo(Secrets.of("A", "3"));
        assertThatThrownBy(() -> open().reveal(ADA, version))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("\"second\"");
    }

    @Test
    void a_rotation_that_ends_has_left_no_row_behind_though_another_one_broke_off_meanwhile() throws Exception {
        open().put(ADA, Secrets.of("A", "1"));
        open().put(BOB, Secrets.of("B", "2"));
        EncryptedSecrets both =
                EncryptedSecrets.in(store, KeyProvider.of("second", key(2)).opening("first", key(1)));
        try (Connection other = Databases.postgres().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE \"" + schema + "\".secrets SET key_id = 'second'");
            CompletableFuture<Integer> rotated = CompletableFuture.supplyAsync(both::rotate);
            while (!rotated.isDone() && !waits()) {
                Thread.onSpinWait();
            }
            other.rollback();
            other.setAutoCommit(true);
            assertThat(rotated.get(10, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    private boolean waits() throws SQLException {
        try (Connection connection = Databases.postgres().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        + " AND query LIKE '%" + schema + "%'")) {
            return rows.next();
        }
    }

    @Test
    void a_key_that_becomes_the_current_one_during_a_rotation_does_not_let_it_go_on_for_ever() {
        open().put(ADA, Secrets.of("A", "1"));
        KeyProvider rising = new KeyProvider() {
            private int asked;

            @Override
            public String current() {
                return "key-" + Math.min(++asked, 50);
            }

            @Override
            public Optional<SecretKey> find(String id) {
                return id.equals("first") ? first.find(id) : Optional.of(new SecretKeySpec(key(3), "AES"));
            }
        };

        assertThat(EncryptedSecrets.in(store, rising).rotate()).isEqualTo(1);
    }

    @Test
    void a_key_of_the_same_name_that_is_another_opens_nothing_and_shows_nothing() {
        String version = open().put(ADA, Secrets.of("A", "planted-value"));
        EncryptedSecrets wrong = EncryptedSecrets.in(store, KeyProvider.of("first", key(9)));

        assertThatThrownBy(() -> wrong.reveal(ADA, version))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("Fix: ")
                .hasMessageNotContaining("planted");
    }

    @Test
    void a_row_that_was_changed_or_moved_to_another_agent_does_not_open() {
        String version = open().put(ADA, Secrets.of("A", "1"));
        store.<Integer>inSession(session ->
                session.run("INSERT INTO $secrets SELECT ?, version, key_id, sealed FROM $secrets", BOB.value()));
        assertThatThrownBy(() -> open().reveal(BOB, version)).isInstanceOf(StoreException.class);

        byte[] row = sealed().get(0);
        row[row.length - 1] ^= 1;
        store.<Integer>inSession(session -> session.run("UPDATE $secrets SET sealed = ?", (Object) row));
        assertThatThrownBy(() -> open().reveal(ADA, version)).isInstanceOf(StoreException.class);

        store.<Integer>inSession(session -> session.run("UPDATE $secrets SET sealed = ?", (Object) new byte[] {1, 2}));
        assertThatThrownBy(() -> open().reveal(ADA, version)).isInstanceOf(StoreException.class);
    }

    @Test
    void a_key_that_is_too_short_is_refused() {
        assertThatThrownBy(() -> KeyProvider.of("short", new byte[16]))
                .isInstanceOf(WiringException.class)
                .hasMessageContaining("16 bytes");
    }

    private List<byte[]> sealed() {
        return store.<List<byte[]>>inSession(
                session -> session.list(rows -> rows.getBytes(1), "SELECT sealed FROM $secrets ORDER BY version"));
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }
}
