package io.agentlaunchpad.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.WiringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {

    @TempDir
    private Path directory;

    private Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private Keyring ring() {
        return new Keyring(FileApiKeys.below(directory.resolve("keys")), null, clock);
    }

    @Test
    void a_key_survives_the_process_and_only_its_hash_is_kept() throws IOException {
        Keyring.Issued issued = ring().issue("ci", Owner.of("acme"), Role.USER, Role.USER.permissions(), null);

        Caller caller = ring().authenticate(issued.value());
        assertThat(caller.owner()).isEqualTo(Owner.of("acme"));
        assertThat(caller.permissions()).isEqualTo(Role.USER.permissions());
        assertThat(issued.value()).matches("alk_[0-9a-f]{64}");
        assertThat(issued.toString()).doesNotContain(issued.value());
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain(issued.value().substring(4));
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void an_expired_key_is_refused_from_its_time_on() {
        Keyring.Issued issued =
                ring().issue("ci", Owner.LOCAL, Role.USER, Role.USER.permissions(), now.plusSeconds(60));
        assertThat(ring().authenticate(issued.value()).name())
                .isEqualTo(issued.key().id());
        now = now.plusSeconds(60);
        assertThatThrownBy(() -> ring().authenticate(issued.value())).isInstanceOf(Refusal.class);
    }

    @Test
    void a_revocation_is_seen_by_other_processes_at_once_and_not_undone_by_a_use() {
        Keyring one = ring();
        Keyring.Issued issued = one.issue("ci", Owner.LOCAL, Role.USER, Role.USER.permissions(), null);
        assertThat(ring().revoke(issued.key().id())).isPresent();
        assertThatThrownBy(() -> one.authenticate(issued.value())).isInstanceOf(Refusal.class);
        assertThat(one.revoke(issued.key().id()).flatMap(key -> Optional.ofNullable(key.revokedAt())))
                .contains(now);
    }

    @Test
    void the_last_use_is_noted_once_a_minute() {
        Keyring ring = ring();
        Keyring.Issued issued = ring.issue("ci", Owner.LOCAL, Role.USER, Role.USER.permissions(), null);
        ring.authenticate(issued.value());
        Instant first = now;
        now = now.plusSeconds(30);
        ring.authenticate(issued.value());
        assertThat(ring.list().get(0).lastUsedAt()).isEqualTo(first);
        now = now.plus(Duration.ofMinutes(1));
        ring.authenticate(issued.value());
        assertThat(ring.list().get(0).lastUsedAt()).isEqualTo(now);
    }

    @Test
    void of_many_uses_at_once_one_is_noted_in_this_process_and_one_in_all() {
        ApiKeys kept = FileApiKeys.below(directory.resolve("keys"));
        AtomicReference<Keyring> ring = new AtomicReference<>();
        AtomicReference<String> value = new AtomicReference<>();
        AtomicInteger written = new AtomicInteger();
        ApiKeys busy = new DelegatingKeys(kept) {
            @Override
            public Optional<ApiKey> update(String hash, UnaryOperator<ApiKey> change) {
                ring.get().authenticate(value.get()); // another request of this process
                ring().authenticate(value.get()); // another process
                return super.update(hash, known -> {
                    ApiKey changed = change.apply(known);
                    if (!changed.equals(known)) {
                        written.incrementAndGet();
                    }
                    return changed;
                });
            }
        };
        ring.set(new Keyring(busy, null, clock));
        value.set(ring().issue("ci", Owner.LOCAL, Role.USER, Role.USER.permissions(), null)
                .value());

        ring.get().authenticate(value.get());

        assertThat(written).as("the other process has noted it").hasValue(0);
        assertThat(kept.list().get(0).lastUsedAt()).isEqualTo(now);
    }

    private static class DelegatingKeys implements ApiKeys {
        private final ApiKeys kept;

        DelegatingKeys(ApiKeys kept) {
            this.kept = kept;
        }

        @Override
        public Optional<ApiKey> find(String hash) {
            return kept.find(hash);
        }

        @Override
        public List<ApiKey> list() {
            return kept.list();
        }

        @Override
        public void put(ApiKey key) {
            kept.put(key);
        }

        @Override
        public Optional<ApiKey> update(String hash, UnaryOperator<ApiKey> change) {
            return kept.update(hash, change);
        }

        @Override
        public boolean putFirst(ApiKey key) {
            return kept.putFirst(key);
        }
    }

    @Test
    void the_first_admin_key_is_made_once_for_all_processes_and_all_starts() {
        String first = ring().first().orElseThrow();
        assertThat(ring().first()).isEmpty();
        assertThat(ring().authenticate(first).role()).isEqualTo(Role.ADMIN);
    }

    @Test
    void a_key_given_by_property_is_kept_nowhere() {
        String value = "alk_" + "5".repeat(64);
        ApiKeys keys = FileApiKeys.below(directory.resolve("keys"));
        Keyring ring = new Keyring(keys, value, clock);
        assertThat(ring.first()).isEmpty();
        assertThat(ring.authenticate(value).role()).isEqualTo(Role.ADMIN);
        assertThat(keys.list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"secret", "alk_123", "ALK_0000000000000000000000000000000000000000000000000000000000000000"})
    void an_admin_key_of_another_form_ends_the_start_without_being_shown(String value) {
        assertThatThrownBy(() -> new Keyring(new MemoryApiKeys(), value, clock))
                .isInstanceOf(WiringException.class)
                .hasMessageContaining("openssl rand -hex 32")
                .hasMessageNotContaining(value);
    }

    @Test
    void a_user_key_never_has_an_admins_permissions() {
        Keyring.Issued issued =
                ring().issue("x", Owner.LOCAL, Role.USER, Set.of(Permission.KEYS_MANAGE, Permission.AGENTS_READ), null);
        assertThat(ring().authenticate(issued.value()).permissions()).containsExactly(Permission.AGENTS_READ);
    }

    @Test
    void a_broken_file_is_an_error_and_no_way_in() throws IOException {
        Keyring.Issued issued = ring().issue("x", Owner.LOCAL, Role.USER, Role.USER.permissions(), null);
        Path file = directory.resolve("keys").resolve(issued.key().hash() + ".json");
        Files.writeString(file, "{\"id\":");
        assertThatThrownBy(() -> ring().authenticate(issued.value()))
                .isInstanceOf(StoreException.class)
                .hasMessageNotContaining(issued.value());
    }
}
