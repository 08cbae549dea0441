package io.agentlaunchpad.chaos;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** One run: a stream of launches, kills, and the count. {@code testbed/chaos} starts it. */
public final class Chaos {

    /** How many launches go with one round of killed parts. */
    private static final int ROUND = 50;

    /** Operations that may wait or run, so that there is always something to be torn out of. */
    private static final int BACKLOG = 12;

    /** The longest pause before a kill. */
    private static final int LONGEST_PAUSE_MILLIS = 4_000;

    /** How often is looked for a worker that is at work. */
    private static final int LOOKS = 20;

    /** Without news for so long, nothing will come any more: longer than a lease and a take-back. */
    private static final long STILL_SECONDS = 360;

    private final Options options;
    private final Place place;
    private final Path directory;
    private final long began = System.nanoTime();
    private final AtomicInteger kills = new AtomicInteger();
    private final Map<String, AtomicInteger> struck = new TreeMap<>();

    private Chaos(Options options, Place place, Path directory) {
        this.options = options;
        this.place = place;
        this.directory = directory;
        options.parts().forEach(part -> struck.put(part, new AtomicInteger()));
    }

    /** Ends with 0 where nothing was lost, doubled or left unsettled; with 1 otherwise; with 2 where it could not be tried. */
    public static void main(String[] words) throws Exception {
        Options options;
        try {
            options = Options.parse(words);
            if (options.skew() != 0) {
                Crew.faketime(); // said before anything is made
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        String run = "lpt-chaos-" + Long.toHexString(System.currentTimeMillis() / 100);
        Path directory = Files.createTempDirectory(run);
        System.exit(new Chaos(options, new Place(System.getenv(), run, options.doorbell()), directory).run() ? 0 : 1);
    }

    private boolean run() throws Exception {
        say("run " + place.run() + ", seed " + options.seed() + ", doorbell " + options.doorbell() + ", "
                + options.workers() + " workers" + (options.skew() == 0 ? "" : ", clocks ±" + options.skew() + " s")
                + ", logs in " + directory);
        String runtimeImage = SmallAgent.push(place, Files.createDirectory(directory.resolve("small")));
        Finder finder = new Finder(place, directory, runtimeImage);
        onServer("create database " + place.database());
        finder.kubectl("create", "namespace", place.namespace());
        finder.kubectl("label", "namespace", place.namespace(), "launchpad.testbed/made-by=junit");
        boolean clean = false;
        try (HikariDataSource pool = place.pool(place.database(), 8)) {
            clean = through(runtimeImage, finder, pool);
        } finally {
            if (clean && !options.keep()) {
                finder.kubectl("delete", "namespace", place.namespace(), "--wait=false");
                onServer("drop database if exists " + place.database() + " with (force)");
            } else {
                say("left for a look: namespace " + place.namespace() + ", database " + place.database() + ", "
                        + directory);
            }
        }
        return clean;
    }

    private boolean through(String runtimeImage, Finder finder, HikariDataSource pool) throws Exception {
        Store store = Place.store(pool);
        store.<Integer>read(tables -> tables.outbox().size());
        Tally tally;
        int fell;
        try (Launchpad launchpad = place.launchpad(store, runtimeImage, directory.resolve("cache"))
                        .doorbell(place.bell(pool))
                        .workers(0)
                        .build();
                Crew crew = new Crew(place, runtimeImage, directory, options.workers(), options.skew())) {
            Runtime.getRuntime().addShutdownHook(new Thread(crew::close));
            Stream stream = new Stream(launchpad, options.agents(), new Random(options.seed()));
            storm(stream, crew, store);
            settle(store);
            fell = crew.fell();
            Evidence evidence = finder.find(stream.accepted(), pool);
            tally = Tally.of(evidence);
            summary(stream, evidence, fell);
        }
        tally.lost().forEach(each -> say("LOST: " + each));
        tally.doubled().forEach(each -> say("DOUBLED: " + each));
        tally.unsettled().forEach(each -> say("UNSETTLED: " + each));
        System.out.println(tally.line(options.launches(), kills.get()));
        return tally.clean() && fell == 0;
    }

    /** Launches, kills of workers and kills of parts, each at its own moments. */
    private void storm(Stream stream, Crew crew, Store store) throws Exception {
        ExecutorService hands = Executors.newFixedThreadPool(3);
        try {
            CompletionService<Void> done = new ExecutorCompletionService<>(hands);
            List<Future<Void>> begun = List.of(
                    done.submit(() -> submitAll(stream, store)),
                    done.submit(() -> killAll(stream, crew, store)),
                    done.submit(() -> strikeAll(stream)));
            for (int open = begun.size(); open > 0; ) {
                Future<Void> ended = done.poll(5, TimeUnit.SECONDS);
                if (ended == null) {
                    progress(stream, store);
                } else {
                    ended.get(); // a fault of one ends them all
                    open--;
                }
            }
        } finally {
            hands.shutdownNow();
        }
    }

    private Void submitAll(Stream stream, Store store) throws InterruptedException {
        for (int launch = 0; launch < options.launches(); launch++) {
            int number = launch;
            // The stream runs ahead of the kills by a little, so that they are spread over all of it.
            until(() -> number <= (kills.get() + 2L) * options.launches() / Math.max(1, options.kills())
                    || options.kills() == 0);
            until(() -> open(store) < BACKLOG);
            stream.submit(launch);
        }
        return null;
    }

    private Void killAll(Stream stream, Crew crew, Store store) throws InterruptedException, IOException {
        Random random = new Random(options.seed() + 1);
        for (int kill = 0; kill < options.kills(); kill++) {
            int number = kill;
            until(() -> stream.accepted().size() > (long) number * options.launches() / options.kills());
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
            Set<String> busy = busy(store);
            for (int look = 0; look < LOOKS && busy.isEmpty(); look++) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS / LOOKS));
                busy = busy(store);
            }
            crew.killOne(random, busy);
            kills.incrementAndGet();
        }
        return null;
    }

    private Void strikeAll(Stream stream) throws InterruptedException, IOException {
        Random random = new Random(options.seed() + 2);
        List<String> order = new ArrayList<>();
        for (int round = 0; round < Math.max(1, options.launches() / ROUND); round++) {
            order.addAll(options.parts());
        }
        for (int i = 0; i < order.size(); i++) {
            int due = (i + 1) * options.launches() / (order.size() + 1);
            until(() -> stream.accepted().size() >= due);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
            strike(order.get(i));
        }
        return null;
    }

    private void strike(String part) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder("testbed/chaos-harness/strike", part)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("strikes.log").toFile()))
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    part + " did not come back: " + Files.readString(directory.resolve("strikes.log")));
        }
        struck.getOrDefault(part, new AtomicInteger()).incrementAndGet();
        say(part + " was killed, and is back after " + (System.nanoTime() - start) / 1_000_000_000 + " s");
    }

    /** Waits until nothing is open and nobody is left to be told, or nothing moves any more. */
    private void settle(Store store) throws InterruptedException {
        say("all submitted; waiting for the end of it");
        long moved = System.nanoTime();
        String before = "";
        while (System.nanoTime() - moved < TimeUnit.SECONDS.toNanos(STILL_SECONDS)) {
            String now = standing(store);
            if (now.startsWith("open 0, notices 0,")) {
                return;
            }
            if (!now.equals(before)) {
                say(now);
                before = now;
                moved = System.nanoTime();
            }
            TimeUnit.SECONDS.sleep(2);
        }
        say("nothing has moved for " + STILL_SECONDS + " s");
    }

    private static String standing(Store store) {
        try {
            return store.<String>read(tables -> {
                long events = tables.agents().list(null, null, 10_000).stream()
                        .mapToLong(agent -> tables.events().last(agent.id()))
                        .sum();
                return "open " + tables.operations().open(null) + ", notices "
                        + tables.outbox().size() + ", events " + events;
            });
        } catch (LaunchpadException e) {
            return e.code();
        }
    }

    private void progress(Stream stream, Store store) {
        say("accepted " + stream.accepted().size() + " of " + options.launches() + ", kills " + kills.get() + ", "
                + standing(store));
    }

    private void summary(Stream stream, Evidence evidence, int fell) {
        Map<String, Integer> outcomes = new TreeMap<>();
        evidence.operations().forEach(row -> outcomes.merge(String.valueOf(row.outcome()), 1, Integer::sum));
        long events = evidence.agents().stream()
                .mapToLong(agent -> agent.events().size())
                .sum();
        long resumed = evidence.agents().stream()
                .flatMap(agent -> agent.events().stream())
                .filter(event -> event.type().equals("OPERATION_RESUMED"))
                .count();
        long took = (System.nanoTime() - began) / 1_000_000_000;
        say(String.format(
                Locale.ROOT,
                "%d s, outcomes %s, %d agents, %d events, gone on with after a kill %d times, submits asked again %d,"
                        + " parts killed %s, workers that fell by themselves %d",
                took,
                outcomes,
                evidence.agents().size(),
                events,
                resumed,
                stream.askedAgain(),
                struck,
                fell));
    }

    /** Operations not settled; many while the store cannot be asked. */
    private static int open(Store store) {
        try {
            return store.<Integer>read(tables -> tables.operations().open(null));
        } catch (LaunchpadException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** Names of the workers that hold an operation; none while the store cannot be asked. */
    private static Set<String> busy(Store store) {
        try {
            return store.<Set<String>>read(tables -> tables.operations().unsettled(100).stream()
                    .filter(row -> row.state() == OperationRow.State.RUNNING)
                    .map(row -> String.valueOf(row.claim().worker()))
                    .collect(Collectors.toSet()));
        } catch (LaunchpadException e) {
            return Set.of();
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void onServer(String sql) throws SQLException {
        try (HikariDataSource pool = place.pool("launchpad", 1);
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void say(String what) {
        System.out.printf(Locale.ROOT, "%4d s  %s%n", (System.nanoTime() - began) / 1_000_000_000, what);
    }
}
