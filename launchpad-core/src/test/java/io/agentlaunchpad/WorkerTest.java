package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.internal.RingingBell;
import io.agentlaunchpad.internal.pipeline.Timings;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.Doorbell;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The threads that look for work. */
class WorkerTest {

    private static final Timings QUICK =
            new Timings(Duration.ofSeconds(30), Duration.ofHours(1), Duration.ofMillis(1), 3, Duration.ofSeconds(2), 3);

    @Test
    void a_thread_outlives_an_error_of_a_part_that_is_not_ours() throws InterruptedException {
        CountDownLatch broken = new CountDownLatch(1);
        Doorbell bell = new Doorbell() {
            private final Doorbell sound = new RingingBell();

            @Override
            public void ring() {
                sound.ring();
            }

            @Override
            public void await(Duration atMost) throws InterruptedException {
                if (broken.getCount() > 0) {
                    broken.countDown();
                    throw new NoClassDefFoundError("planted");
                }
                sound.await(atMost);
            }

            @Override
            public void close() {}
        };
        try (Launchpad launchpad = Launchpad.builder()
                .workers(1)
                .timings(QUICK)
                .doorbell(bell)
                .platform("test", new FakePlatform())
                .artifacts(new FakeArtifacts())
                .store(Stores.inMemory())
                .build()) {
            broken.await();
            Operation operation = launchpad.submit(
                    LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build()), Secrets.none());

            assertThat(operation.await(Duration.ofSeconds(30)).succeeded()).isTrue();
        }
    }
}
