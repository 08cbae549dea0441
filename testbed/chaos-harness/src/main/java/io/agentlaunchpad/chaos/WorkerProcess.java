package io.agentlaunchpad.chaos;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that does nothing but work: one of those that are killed. It ends with its parent, however that ends. */
public final class WorkerProcess {

    private static final int AT_ONCE = 2;

    private WorkerProcess() {}

    /** Arguments: run, doorbell, runtime image, directory of the run. The rest stands in the testbed's variables. */
    public static void main(String[] arguments) throws IOException {
        Place place = new Place(System.getenv(), arguments[0], arguments[1]);
        Path directory = Path.of(arguments[3]);
        HikariDataSource pool = place.pool(place.database(), AT_ONCE + 6);
        Launchpad launchpad = place.launchpad(Place.store(pool), arguments[2], directory.resolve("cache"))
                .doorbell(place.bell(pool))
                .notifier(new Noting(directory.resolve("notices")))
                .workers(AT_ONCE)
                .build();
        System.in.transferTo(OutputStream.nullOutputStream()); // nothing is said here; the end is that of the parent
        launchpad.close();
        pool.close();
    }

    /** Writes down whom it told. Lines this short are appended whole, also by several processes at once. */
    private record Noting(Path file) implements Notifier {

        @Override
        public String name() {
            return "noting";
        }

        @Override
        public void deliver(Notice notice, WorkContext context) {
            try {
                Files.writeString(file, notice.id() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
