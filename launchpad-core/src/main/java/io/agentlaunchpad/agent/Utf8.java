package io.agentlaunchpad.agent;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes to text, strictly; names the encoding that a wrong one probably is. */
final class Utf8 {

    private Utf8() {}

    /** The text without its byte order mark; null, with a problem, when it is too big or not UTF-8. */
    static @Nullable String decode(byte[] bytes, Problems problems) {
        if (tooBig(bytes.length, problems)) {
            return null;
        }
        if (wide(bytes)) {
            problems.add("$", "The input is UTF-16 or UTF-32, not UTF-8.", "save the file as UTF-8.");
            return null;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            problems.add(
                    "$",
                    "The input is not UTF-8: byte " + in.position() + " is malformed (Latin-1 or Windows-1252?).",
                    "save the file as UTF-8.");
            return null;
        }
        String text = out.flip().toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    static boolean tooBig(long bytes, Problems problems) {
        if (bytes <= JsonValue.MAX_BYTES) {
            return false;
        }
        problems.add(
                "$",
                "The input has more than " + JsonValue.MAX_BYTES + " bytes (1 MiB).",
                "move long texts out of it; large knowledge belongs into a knowledge plugin's documents.");
        return true;
    }

    /** How many bytes the text takes; a lone surrogate counts as three. */
    static long length(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /** A byte order mark of another encoding, or zero bytes where the first JSON characters must stand. */
    private static boolean wide(byte[] bytes) {
        if (bytes.length < 2) {
            return false;
        }
        int mark = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
        return mark == 0xFEFF || mark == 0xFFFE || bytes[0] == 0 || bytes[1] == 0;
    }
}
