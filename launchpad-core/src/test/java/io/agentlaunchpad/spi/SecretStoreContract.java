package io.agentlaunchpad.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.NotFoundException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The laws of {@link SecretStore}. Whoever writes one extends this class in a test. */
public abstract class SecretStoreContract {

    private SecretStore store;
    private final AgentId id = AgentId.of(Owner.LOCAL, "secrets-" + UUID.randomUUID());
    private final AgentId other = AgentId.of(Owner.LOCAL, "others-" + UUID.randomUUID());

    /** A new handle on the same place. */
    protected abstract SecretStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @Test
    void what_was_put_is_revealed() {
        Secrets values = Secrets.of("A_KEY", "value one").and("B", "ünïcode\n\"quoted\" 'and' $more");

        String version = store.put(id, values);

        assertThat(store.reveal(id, version)).isEqualTo(values);
    }

    @Test
    void another_handle_reveals_it_too() {
        String version = store.put(id, Secrets.of("A_KEY", "value"));

        assertThat(open().reveal(id, version).reveal("A_KEY")).contains("value");
    }

    @Test
    void a_version_never_changes() {
        String first = store.put(id, Secrets.of("A_KEY", "one"));
        String second = store.put(id, Secrets.of("A_KEY", "two"));

        assertThat(second).isNotEqualTo(first);
        assertThat(store.reveal(id, first).reveal("A_KEY")).contains("one");
        assertThat(store.reveal(id, second).reveal("A_KEY")).contains("two");
    }

    @Test
    void a_version_is_a_short_name_that_tells_nothing() {
        // No hexadecimal digits: a random name may hold any four of those.
        String version = store.put(id, Secrets.of("PIN", "jklm"));

        assertThat(version).hasSizeLessThan(64).doesNotContain("jklm").matches("[A-Za-z0-9._-]+");
        // Not made from the value alone, or whoever sees the name could try all values.
        assertThat(store.put(other, Secrets.of("PIN", "jklm"))).isNotEqualTo(version);
    }

    @Test
    void a_forgotten_version_is_gone_and_forgetting_it_again_is_harmless() {
        String kept = store.put(id, Secrets.of("A_KEY", "kept"));
        String version = store.put(id, Secrets.of("A_KEY", "value"));

        store.forget(id, version);
        store.forget(id, version);

        assertThatThrownBy(() -> store.reveal(id, version)).isInstanceOf(NotFoundException.class);
        assertThat(store.reveal(id, kept).reveal("A_KEY")).contains("kept");
        assertThat(store.reveal(id, store.put(id, Secrets.of("A_KEY", "value"))).reveal("A_KEY"))
                .contains("value");
    }

    @Test
    void equal_values_put_again_are_another_version() {
        Secrets values = Secrets.of("A_KEY", "value");
        String first = store.put(id, values);

        String version = store.put(id, values);

        assertThat(version).isNotEqualTo(first);
        assertThat(store.versions(id)).containsExactlyInAnyOrder(first, version);
        store.forget(id, first);
        assertThat(store.reveal(id, version)).isEqualTo(values);
        assertThat(store.versions(id)).containsExactly(version);
        assertThat(store.versions(other)).isEmpty();
    }

    @Test
    void an_agent_has_only_its_own() {
        String version = store.put(id, Secrets.of("A_KEY", "value"));

        assertThatThrownBy(() -> store.reveal(other, version)).isInstanceOf(NotFoundException.class);
        store.forget(other, version);
        assertThat(store.reveal(id, version).reveal("A_KEY")).contains("value");
    }

    @Test
    void a_name_that_was_never_a_version_is_not_found() {
        for (String name : new String[] {"v1", "", "../identity", "v0000000000000000", "a/b", "x".repeat(300)}) {
            assertThatThrownBy(() -> store.reveal(id, name)).isInstanceOf(NotFoundException.class);
            assertThatCode(() -> store.forget(id, name)).doesNotThrowAnyException();
        }
    }

    @Test
    void errors_show_no_value() {
        String version = store.put(id, Secrets.of("A_KEY", "planted-value"));
        store.forget(id, version);

        assertThatThrownBy(() -> store.reveal(id, version))
                .hasMessageNotContaining("planted-value")
                .hasMessageContaining(version);
    }
}
