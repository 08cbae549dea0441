package io.agentlaunchpad.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentlaunchpad.Agent;
import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.LaunchpadBuilder;
import io.agentlaunchpad.ManualLaunchpad;
import io.agentlaunchpad.MovableClock;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.WorkContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notices reach their receivers at least once, signed, and say when they could not. */
class NotifierTest {

    private static final String SECRET = "shared-secret-of-the-test";

    private final MockWebServer receiver = new MockWebServer();

    @BeforeEach
    void start() throws Exception {
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void a_settled_operation_is_posted_signed_and_with_the_same_id_when_tried_again() throws Exception {
        receiver.enqueue(new MockResponse.Builder().code(503).build());
        receiver.enqueue(new MockResponse.Builder().code(204).build());
        try (ManualLaunchpad manual = launchpad()) {
            manual.launchpad().submit(request(), Secrets.none());
            manual.runAll();
            RecordedRequest first = receiver.takeRequest();
            manual.clock().advance(Duration.ofSeconds(2));
            manual.runAll();
            RecordedRequest second = receiver.takeRequest();

            assertThat(second.getHeaders().get("Launchpad-Notice-Id"))
                    .isNotBlank()
                    .isEqualTo(first.getHeaders().get("Launchpad-Notice-Id"));
            String body = second.getBody().utf8();
            JsonNode notice = new ObjectMapper().readTree(body);
            assertThat(notice.path("outcome").asText()).isEqualTo("SUCCEEDED");
            assertThat(notice.path("agentName").asText()).isEqualTo("ada");
            assertThat(second.getHeaders().get("Launchpad-Signature"))
                    .isEqualTo("v1=" + hmac(second.getHeaders().get("Launchpad-Timestamp") + "." + body));
            assertThat(manual.runOne()).isFalse();
        }
    }

    @Test
    void a_refused_notice_is_given_up_and_told_in_the_events() {
        receiver.enqueue(new MockResponse.Builder().code(403).build());
        try (ManualLaunchpad manual = launchpad()) {
            manual.launchpad().submit(request(), Secrets.none());
            manual.runAll();

            Agent ada = manual.launchpad().fleet().find("ada").orElseThrow();
            assertThat(ada.events(1)).last().satisfies(event -> {
                assertThat(event.type()).isEqualTo(EventType.NOTICE_FAILED);
                assertThat(event.message()).contains("HTTP 403");
            });
        }
    }

    @Test
    void redirects_are_not_followed() {
        receiver.enqueue(new MockResponse.Builder()
                .code(302)
                .addHeader("Location", receiver.url("/elsewhere").toString())
                .build());
        try (ManualLaunchpad manual = launchpad()) {
            manual.launchpad().submit(request(), Secrets.none());
            manual.runAll();

            assertThat(receiver.getRequestCount()).isEqualTo(1);
        }
    }

    @Test
    void slack_messages_escape_what_would_become_a_mention() throws Exception {
        Notice notice = new Notice(
                "n1",
                Instant.EPOCH,
                Owner.LOCAL,
                AgentId.of(Owner.LOCAL, "ada"),
                "ada",
                null,
                null,
                null,
                Notice.Level.ERROR,
                "ada: <!channel> & more",
                "x".repeat(5_000));

        JsonNode body = new ObjectMapper().readTree(SlackNotifier.body(notice));

        assertThat(body.path("text").asText())
                .contains("&lt;!channel&gt; &amp; more")
                .doesNotContain("<!channel>");
        assertThat(body.path("blocks")
                        .path(0)
                        .path("text")
                        .path("text")
                        .asText()
                        .length())
                .isLessThanOrEqualTo(3_000);
    }

    @Test
    void an_address_that_is_not_safe_is_refused_without_being_shown() {
        assertThatThrownBy(() -> SlackNotifier.to(URI.create("http://hooks.example/T000/secret-part")))
                .isInstanceOf(WiringException.class)
                .hasMessageNotContaining("secret-part");
        assertThatThrownBy(() -> WebhookNotifier.to(URI.create("https://hooks.example/x"), "short"))
                .isInstanceOf(WiringException.class);
    }

    @Test
    void a_process_that_does_not_know_a_notifier_uses_up_none_of_its_attempts() {
        Store shared = Stores.inMemory();
        receiver.enqueue(new MockResponse.Builder().code(503).build());
        receiver.enqueue(new MockResponse.Builder().code(204).build());
        try (ManualLaunchpad knowing = launchpad(builder -> builder.store(shared));
                ManualLaunchpad other = ManualLaunchpad.with(
                        knowing.clock(),
                        "other",
                        builder -> builder.store(shared)
                                .platform("test", new FakePlatform())
                                .artifacts(new FakeArtifacts()))) {
            knowing.launchpad().submit(request(), Secrets.none());
            knowing.runOne();
            for (int i = 0; i < 8; i++) {
                other.runAll();
                other.clock().advance(Duration.ofMinutes(1));
            }
            knowing.runAll();
            knowing.clock().advance(Duration.ofSeconds(2));
            knowing.runAll();

            assertThat(receiver.getRequestCount()).isEqualTo(2);
            assertThat(shared.<Integer>read(tables -> tables.outbox().size())).isZero();
        }
    }

    @Test
    void an_error_of_a_notifier_is_a_failed_attempt_like_another() {
        AtomicInteger calls = new AtomicInteger();
        Notifier broken = notifier((notice, context) -> {
            if (calls.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("of another version");
            }
        });
        receiver.enqueue(new MockResponse.Builder().code(204).build());
        try (ManualLaunchpad manual = launchpad(builder -> builder.notifier(broken))) {
            manual.launchpad().submit(request(), Secrets.none());
            manual.runAll();
            manual.clock().advance(Duration.ofSeconds(2));
            manual.runAll();

            assertThat(calls).hasValue(2);
        }
    }

    @Test
    void closing_gives_the_last_news_a_few_seconds_and_leaves_the_rest_to_the_next_start() {
        List<Duration> given = new ArrayList<>();
        Store shared = Stores.inMemory();
        MovableClock clock = new MovableClock();
        Notifier slow = notifier((notice, context) -> {
            given.add(context.remaining());
            clock.advance(Duration.ofSeconds(3));
            throw new UnreachableException("The receiver did not answer.", "start it.");
        });
        ManualLaunchpad manual = ManualLaunchpad.with(
                clock,
                "closing",
                builder -> builder.store(shared)
                        .platform("test", new FakePlatform())
                        .artifacts(new FakeArtifacts())
                        .notifier(slow));
        for (int i = 0; i < 4; i++) {
            manual.launchpad().submit(request(), Secrets.none());
            manual.runOne();
        }

        manual.close();

        assertThat(given).containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(2));
    }

    /** A notifier asks for the time that is left, or gives it to its client, which then speaks of a receiver that is silent. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_delivery_that_closing_cut_off_is_none(boolean asks) {
        Store shared = Stores.inMemory();
        MovableClock clock = new MovableClock();
        AtomicInteger delivered = new AtomicInteger();
        Notifier slow = notifier((notice, context) -> {
            clock.advance(Duration.ofSeconds(6));
            if (asks) {
                context.check();
            } else if (context.stopped()) {
                throw new UnreachableException("The receiver did not answer.", "start it.");
            }
            delivered.incrementAndGet();
        });
        UnaryOperator<LaunchpadBuilder> parts = builder -> builder.store(shared)
                .platform("test", new FakePlatform())
                .artifacts(new FakeArtifacts())
                .notifier(slow);
        ManualLaunchpad closing = ManualLaunchpad.with(clock, "closing", parts);
        closing.launchpad().submit(request(), Secrets.none());
        closing.runOne();

        closing.close();

        assertThat(delivered).hasValue(0);
        try (ManualLaunchpad next = ManualLaunchpad.with(clock, "next", parts)) {
            next.runAll();
            assertThat(delivered).hasValue(1);
        }
    }

    private static Notifier notifier(BiConsumer<Notice, WorkContext> deliver) {
        return new Notifier() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public void deliver(Notice notice, WorkContext context) {
                deliver.accept(notice, context);
            }
        };
    }

    private ManualLaunchpad launchpad() {
        return launchpad(builder -> builder);
    }

    private ManualLaunchpad launchpad(UnaryOperator<LaunchpadBuilder> more) {
        URI address = URI.create("http://127.0.0.1:" + receiver.getPort() + "/hook");
        return ManualLaunchpad.with(builder -> more.apply(builder.platform("test", new FakePlatform())
                .artifacts(new FakeArtifacts())
                .notifier(WebhookNotifier.to(address, SECRET))));
    }

    private static LaunchRequest request() {
        return LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());
    }

    private static String hmac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
