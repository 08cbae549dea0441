package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.internal.RingingBell;
import io.agentlaunchpad.internal.pipeline.Timings;
import io.agentlaunchpad.jdbc.Databases;
import io.agentlaunchpad.jdbc.EncryptedSecrets;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.jdbc.KeyProvider;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process with a Launchpad on a shared database, which stops for good at one point of its work, says so, and waits to be
 * killed. What it does outside it writes to a file.
 */
final class WorkerProcess {

    /** Where a process can stop: right after the row, right after the side effect, around the notice, inside the build. */
    enum Point {
        NEVER,
        RINGING,
        BUILDING,
        APPLIED,
        APPLYING_SLOWLY,
        NEVER_HEALTHY,
        DELIVERING,
        DELIVERED
    }

    /** Of those that die: others need not wait long for what they held. */
    static final Duration SHORT_LEASE = Duration.ofSeconds(2);

    private WorkerProcess() {}

    /**
     * Arguments: database, schema, file, point, a word ({@code work}, {@code submit}, or both joined by a comma), and the
     * seconds by which its clock is ahead.
     */
    public static void main(String[] arguments) throws InterruptedException {
        JdbcStore store = JdbcStore.of(Databases.pool(arguments[0], 8)).schema(arguments[1]);
        Path log = Path.of(arguments[2]);
        Point stop = Point.valueOf(arguments[3]);
        boolean works = arguments[4].contains("work");
        Launchpad launchpad = launchpad(
                store,
                log,
                stop,
                works ? 2 : 0,
                "process-" + ProcessHandle.current().pid(),
                Duration.ofSeconds(Long.parseLong(arguments[5])),
                SHORT_LEASE);
        System.out.println("UP");
        if (arguments[4].contains("submit")) {
            submit(launchpad);
        }
        new CountDownLatch(1).await();
    }

    static Operation submit(Launchpad launchpad) {
        return launchpad.submit(
                LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build()).idempotencyKey("the-one"),
                Secrets.of("A", "1"));
    }

    /** One that looks at its claims often, so that tests are quick. */
    static Launchpad launchpad(
            JdbcStore store, Path log, Point stop, int workers, String name, Duration ahead, Duration lease) {
        FakePlatform platform = new FakePlatform();
        if (stop == Point.NEVER_HEALTHY) {
            platform.healthyWhen(release -> {
                System.out.println("AT " + stop);
                return false;
            });
        }
        SecretStore secrets = EncryptedSecrets.in(store, KeyProvider.of("test", new byte[32]));
        return Launchpad.builder()
                .store(store)
                .doorbell(new Bell(stop))
                .platform("test", recording(platform, secrets, log, stop))
                .artifacts(new FakeArtifacts().beforeBuild(() -> reach(Point.BUILDING, stop)))
                .notifier(new Recorder(log, stop))
                .workers(workers)
                .workerName(name)
                .clock(Clock.offset(Clock.systemUTC(), ahead))
                .timings(new Timings(
                        lease, Duration.ofMillis(500), Duration.ofMillis(200), 5, Duration.ofMillis(100), 8))
                .build();
    }

    private static Platform recording(Platform platform, SecretStore secrets, Path log, Point stop) {
        return (Platform) Proxy.newProxyInstance(
                Platform.class.getClassLoader(), new Class<?>[] {Platform.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("secrets")) {
                        return secrets;
                    }
                    try {
                        Object result = method.invoke(platform, arguments);
                        if (method.getName().equals("apply")) {
                            write(log, "apply " + ((io.agentlaunchpad.release.Release) arguments[0]).revision());
                            reach(Point.APPLIED, stop);
                            if (stop == Point.APPLYING_SLOWLY) {
                                System.out.println("AT " + stop);
                                TimeUnit.SECONDS.sleep(3);
                                write(log, "woke");
                            }
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    static void write(Path log, String line) {
        try {
            Files.writeString(
                    log, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reach(Point here, Point stop) {
        if (here == stop) {
            System.out.println("AT " + here);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private record Recorder(Path log, Point stop) implements Notifier {

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public void deliver(Notice notice, WorkContext context) {
            reach(Point.DELIVERING, stop);
            write(log, "notice " + notice.id());
            reach(Point.DELIVERED, stop);
        }
    }

    private static final class Bell implements Doorbell {
        private final RingingBell bell = new RingingBell();
        private final Point stop;

        Bell(Point stop) {
            this.stop = stop;
        }

        @Override
        public void ring() {
            reach(Point.RINGING, stop);
            bell.ring();
        }

        @Override
        public void await(Duration atMost) throws InterruptedException {
            bell.await(atMost);
        }

        @Override
        public void close() {}
    }
}
