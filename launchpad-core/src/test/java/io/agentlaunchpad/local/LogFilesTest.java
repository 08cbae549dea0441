package io.agentlaunchpad.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.Masking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading an agent's log, which is rotated under the reader's feet. */
class LogFilesTest {

    @TempDir
    Path folder;

    private Path log;
    private LogFiles files;

    @BeforeEach
    void open() {
        log = folder.resolve("agent.log");
        files = new LogFiles(log);
    }

    @Test
    void the_last_lines_come_from_as_many_files_as_it_takes() throws IOException {
        write(log.resolveSibling("agent.log.2"), 1, 3);
        write(log.resolveSibling("agent.log.1"), 4, 6);
        write(log, 7, 8);

        assertThat(tail(0)).isEmpty();
        assertThat(tail(1)).containsExactly("line 8");
        assertThat(tail(2)).containsExactly("line 7", "line 8");
        assertThat(tail(4)).containsExactly("line 5", "line 6", "line 7", "line 8");
        assertThat(tail(8)).hasSize(8);
        assertThat(tail(100)).hasSize(8).startsWith("line 1");
        assertThat(tail(-1)).hasSize(8).startsWith("line 1");
    }

    @Test
    void there_may_be_no_log_yet_or_an_empty_one() throws IOException {
        assertThat(tail(5)).isEmpty();
        Files.writeString(log, "");
        assertThat(tail(5)).isEmpty();
        assertThat(tail(-1)).isEmpty();
    }

    @Test
    void lines_across_blocks_and_of_any_length_are_whole_or_cut_at_the_bound() throws IOException {
        String longer = "ü".repeat(20_000);
        String tooLong = "x".repeat(LogFiles.LONGEST_LINE + 10);
        Files.writeString(log, "first\n" + longer + "\n" + tooLong + "\nlast");

        assertThat(tail(-1)).containsExactly("first", longer, tooLong.substring(0, LogFiles.LONGEST_LINE), "last");
        assertThat(tail(3)).hasSize(3).startsWith(longer);
    }

    @Test
    void a_follower_sees_what_is_added_once_also_over_a_rotation() throws IOException {
        write(log, 1, 2);
        List<String> lines = new ArrayList<>();
        LogFiles.Follower follower = files.follow(files.read(-1, true, lines::add), lines::add);

        append("line 3\nline");
        follower.look();
        append(" 4\n");
        follower.look();
        // As the runner rotates: a last line, copy, truncate, a first line.
        append("line 5\n");
        Files.copy(log, log.resolveSibling("agent.log.1"));
        Files.writeString(log, "");
        append("line 6\n");
        follower.look();
        assertThat(follower.look()).isFalse();

        assertThat(lines)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 6).mapToObj(n -> "line " + n).toList());
    }

    @Test
    void the_lines_of_one_start_begin_after_its_mark() throws IOException {
        files.begin("one", Map.of("revision", 1));
        append("of one\n");
        files.begin("two", Map.of("revision", 2));
        append("of two\n");

        assertThat(files.since("two", 100)).containsExactly("of two");
    }

    @Test
    void lines_from_a_time_on_take_those_without_a_time_along() {
        List<String> lines = new ArrayList<>();
        SinceFilter filter = new SinceFilter(Instant.parse("2026-01-01T00:00:10Z"), lines::add);

        filter.accept("before any time");
        filter.accept("{\"time\":\"2026-01-01T00:00:09Z\",\"msg\":\"old\"}");
        filter.accept("  at old");
        filter.accept("{\"time\":" + Instant.parse("2026-01-01T00:00:10Z").toEpochMilli() + ",\"msg\":\"new\"}");
        filter.accept("  at new");
        filter.accept("{broken");

        assertThat(lines).hasSize(3).element(1).isEqualTo("  at new");
    }

    @Test
    void masking_finds_a_value_in_json_and_in_urls_too() {
        Masking masking = Masking.of(List.of("a\"b c/d", "abc"));

        assertThat(masking.mask("plain a\"b c/d json a\\\"b c/d url a%22b+c%2Fd a%22b%20c%2Fd abc"))
                .isEqualTo("plain *** json *** url *** *** abc");
    }

    @Test
    void masking_finds_a_value_trimmed_on_one_line_and_line_by_line_but_not_the_frame_of_a_key() {
        Masking masking = Masking.of(List.of(
                "sk-firsthalf\r\nsecondhalf\n",
                "pin\n\n",
                "-----BEGIN KEY-----\nMIIEvQIB\nshort\n-----END KEY-----\n"));

        assertThat(masking.mask("sk-firsthalf\r\nsecondhalf, sk-firsthalf secondhalf, secondhalf\nsk-firsthalf"))
                .isEqualTo("***, ***, ***\n***");
        assertThat(masking.mask("a pin is short; -----BEGIN KEY----- MIIEvQIB"))
                .isEqualTo("a pin is short; -----BEGIN KEY----- ***");
    }

    private List<String> tail(int count) {
        List<String> lines = new ArrayList<>();
        files.read(count, false, lines::add);
        return lines;
    }

    private static void write(Path file, int from, int to) throws IOException {
        Files.write(
                file, IntStream.rangeClosed(from, to).mapToObj(n -> "line " + n).toList());
    }

    private void append(String text) throws IOException {
        Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
