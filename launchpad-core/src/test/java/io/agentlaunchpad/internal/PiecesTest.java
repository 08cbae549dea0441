package io.agentlaunchpad.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PiecesTest {

    private static final List<String> PARTS = List.of(
            "word", " ", "\n", "ß", "✓", "😀", "👩‍🚀", "&lt;", "&gt;", "&amp;", "&quot;", "&apos;", "&", ";", "&am",
            "<b>");

    private final List<String> told = new ArrayList<>();
    private final Pieces pieces = new Pieces(told::add);

    @RepeatedTest(300)
    void however_a_text_is_cut_its_pieces_are_the_reply_and_characters_stay_whole(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        String reply = text.toString()
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&amp;", "&")
                .strip();

        for (int from = 0; from < text.length(); ) {
            int to = from + 1 + random.nextInt(Math.min(4, text.length() - from));
            pieces.add(text.substring(from, to));
            from = to;
        }
        String before = String.join("", told);
        pieces.end(reply);

        assertThat(reply).startsWith(before);
        assertThat(String.join("", told)).isEqualTo(reply);
        assertThat(told).allSatisfy(piece -> {
            assertThat(piece).isNotEmpty();
            assertThat(Character.isLowSurrogate(piece.charAt(0))).isFalse();
            assertThat(Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                    .isFalse();
        });
    }

    @Test
    void a_piece_is_told_as_soon_as_it_is_certain() {
        pieces.add("Hello");
        assertThat(told).containsExactly("Hello");
        pieces.add(" ");
        assertThat(told).as("it may be the last").hasSize(1);
        pieces.add("you & m");
        assertThat(told).containsExactly("Hello", " you & m");
    }

    @Test
    void a_reply_that_was_never_cut_is_one_piece() {
        pieces.end("Hello yourself");
        assertThat(told).containsExactly("Hello yourself");
    }

    @Test
    void what_was_told_cannot_be_taken_back() {
        pieces.add("Perhaps");
        pieces.end("On second thoughts, no");
        assertThat(told).containsExactly("Perhaps");
    }
}
