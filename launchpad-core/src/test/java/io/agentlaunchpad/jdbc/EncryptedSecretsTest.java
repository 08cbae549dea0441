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
import java.util.Arrays;
import java.util.List;
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
