package io.agentlaunchpad.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reply while it is spoken, as the sessions API of the ElizaOS 1.7 server streams it in server-sent events: {@code chunk} has a
 * piece of the text, {@code done} all of the reply, {@code error} why there is none. An agent that does not stream answers with
 * JSON as ever. Not for several threads at once.
 */
final class SpokenReply {

    private final Pieces pieces;
    private final StringBuilder data = new StringBuilder();
    private String event = "";
    private @Nullable JsonNode reply;
    private String fault = "the stream ended before the reply did";

    SpokenReply(Consumer<String> pieces) {
        this.pieces = new Pieces(pieces);
    }

    /** A line of the answer. */
    void line(String line) {
        if (line.isEmpty()) {
            happened(event, data.toString());
            event = "";
            data.setLength(0);
        } else if (line.startsWith("event:")) {
            event = value(line);
        } else if (line.startsWith("data:")) {
            data.append(data.isEmpty() ? "" : "\n").append(value(line));
        } else if (line.startsWith("{")) {
            take(tree(line).path("agentResponse"), line);
        }
    }

    /** The words that count, told to their end; none where the agent gave no reply: see {@link #fault}. */
    Optional<String> end() {
        Optional<String> text =
                Optional.ofNullable(reply).map(known -> known.path("text").asText(""));
        text.ifPresent(pieces::end);
        return text;
    }

    /** Why there is no reply. */
    String fault() {
        return fault;
    }

    private void happened(String what, String told) {
        switch (what) {
            case "chunk" -> pieces.add(tree(told).path("chunk").asText(""));
            case "done" -> take(tree(told), told);
            case "error" -> fault = told;
            default -> {}
        }
    }

    /** The first counts: what the agent says after it belongs to no question. */
    private void take(JsonNode given, String told) {
        if (!given.isObject()) {
            fault = told;
        } else if (reply == null) {
            reply = given;
        }
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    private static JsonNode tree(String json) {
        try {
            return Json.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
