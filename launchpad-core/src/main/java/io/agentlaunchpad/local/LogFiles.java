package io.agentlaunchpad.local;

import io.agentlaunchpad.internal.Json;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One agent's log: {@code agent.log} and the older {@code agent.log.1}, {@code .2} …, which the runner rotates by copying
 * and truncating. Read line by line; memory does not grow with the files.
 */
final class LogFiles {

    /** What is longer is cut. */
    static final int LONGEST_LINE = 64 * 1024;

    private static final int BLOCK = 8 * 1024;
    private static final int OLDEST = 100;

    private final Path log;

    LogFiles(Path log) {
        this.log = log;
    }

    /** Notes in the log that a process is about to be started; what follows is that process's. */
    void begin(String start, Map<String, Object> facts) {
        LocalFiles.touchPrivate(log);
        Map<String, Object> line = new java.util.LinkedHashMap<>();
        line.put("time", java.time.Instant.now().toString());
        line.put("level", "info");
        line.put("launchpad", "starting");
        line.put("start", start);
        line.putAll(facts);
        try (FileOutputStream out = new FileOutputStream(log.toFile(), true)) {
            out.write((Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw LocalFiles.failed("write " + log, e);
        }
    }

    /** The last lines, at most so many, of the process of that start. */
    List<String> since(String start, int atMost) {
        List<String> lines = new ArrayList<>();
        read(atMost, false, line -> {
            if (line.contains("\"launchpad\":\"starting\"") && line.contains(start)) {
                lines.clear();
            } else {
                lines.add(line);
            }
        });
        return lines;
    }

    /**
     * Passes the last lines on, oldest first.
     *
     * @param tail how many; negative for all
     * @param whole leaves out a last line that is still being written
     * @return how far {@code agent.log} was passed on
     */
    long read(int tail, boolean whole, Consumer<String> lines) {
        List<RandomAccessFile> files = new ArrayList<>();
        try {
            for (Path file : oldestFirst()) {
                files.add(new RandomAccessFile(file.toFile(), "r"));
            }
            return files.isEmpty() ? 0 : pass(files, tail, whole, lines);
        } catch (IOException e) {
            throw LocalFiles.failed("read " + log, e);
        } finally {
            files.forEach(LogFiles::close);
        }
    }

    private static long pass(List<RandomAccessFile> files, int tail, boolean whole, Consumer<String> lines)
            throws IOException {
        int first = 0;
        long offset = 0;
        if (tail >= 0) {
            long wanted = tail;
            first = files.size();
            while (first > 0 && wanted > 0) {
                first--;
                Back back = Back.in(files.get(first), wanted);
                wanted -= back.lines();
                offset = back.offset();
            }
            if (tail == 0) {
                return files.get(files.size() - 1).length();
            }
        }
        LineSplitter splitter = new LineSplitter(lines);
        long end = 0;
        for (int i = first; i < files.size(); i++) {
            end = splitter.feed(files.get(i), i == first ? offset : 0);
        }
        if (whole) {
            return end - splitter.unfinished();
        }
        splitter.end();
        return end;
    }

    /** A reader that waits for more, from a place in {@code agent.log}. */
    Follower follow(long from, Consumer<String> lines) {
        return new Follower(log, from, new LineSplitter(lines));
    }

    private List<Path> oldestFirst() {
        List<Path> files = new ArrayList<>();
        for (int n = 1; n <= OLDEST; n++) {
            Path older = log.resolveSibling(log.getFileName() + "." + n);
            if (!Files.exists(older)) {
                break;
            }
            files.add(0, older);
        }
        if (Files.exists(log)) {
            files.add(log);
        }
        return files;
    }

    private static void close(RandomAccessFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read.
        }
    }

    /** Reads what was added since the last look, across one rotation. */
    static final class Follower {

        private final Path log;
        private final LineSplitter splitter;
        private long position;

        private Follower(Path log, long position, LineSplitter splitter) {
            this.log = log;
            this.position = position;
            this.splitter = splitter;
        }

        /** Passes on what is new; false when there was nothing. */
        boolean look() {
            if (!Files.exists(log)) {
                return false;
            }
            long before = position;
            try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
                if (file.length() < position) {
                    Path older = log.resolveSibling(log.getFileName() + ".1");
                    if (Files.exists(older)) {
                        try (RandomAccessFile rest = new RandomAccessFile(older.toFile(), "r")) {
                            splitter.feed(rest, position);
                        }
                    }
                    position = 0;
                    before = -1;
                }
                position = splitter.feed(file, position);
            } catch (IOException e) {
                throw LocalFiles.failed("read " + log, e);
            }
            return position != before;
        }
    }

    /** Where the last lines of a file begin. */
    private record Back(long lines, long offset) {

        static Back in(RandomAccessFile file, long wanted) throws IOException {
            long end = file.length();
            long found = 0;
            byte[] block = new byte[BLOCK];
            for (long start = end; start > 0; ) {
                int size = (int) Math.min(BLOCK, start);
                start -= size;
                file.seek(start);
                file.readFully(block, 0, size);
                for (int i = size - 1; i >= 0; i--) {
                    if (block[i] == '\n' && start + i < end - 1 && ++found == wanted) {
                        return new Back(found, start + i + 1);
                    }
                }
            }
            return new Back(end == 0 ? 0 : found + 1, 0);
        }
    }

    /** Makes lines of bytes. */
    private static final class LineSplitter {

        private final Consumer<String> lines;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final byte[] block = new byte[BLOCK];

        LineSplitter(Consumer<String> lines) {
            this.lines = lines;
        }

        /** Reads a file from a place to its end; returns where that was. */
        long feed(RandomAccessFile file, long from) throws IOException {
            file.seek(from);
            long position = from;
            for (int size = file.read(block); size > 0; size = file.read(block)) {
                position += size;
                for (int i = 0; i < size; i++) {
                    if (block[i] == '\n') {
                        end();
                    } else if (line.size() < LONGEST_LINE) {
                        line.write(block[i]);
                    }
                }
            }
            return position;
        }

        int unfinished() {
            return line.size();
        }

        void end() {
            if (line.size() > 0) {
                String text = line.toString(StandardCharsets.UTF_8);
                line.reset();
                lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
            }
        }
    }
}
