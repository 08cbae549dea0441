package io.agentlaunchpad.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.internal.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets log lines through from a time on. A line without a time, such as one of a stack trace, goes with the one before it. */
final class SinceFilter implements Consumer<String> {

    private final @Nullable Instant since;
    private final Consumer<String> next;
    private boolean open;

    SinceFilter(@Nullable Instant since, Consumer<String> next) {
        this.since = since;
        this.next = next;
        this.open = since == null;
    }

    @Override
    public void accept(String line) {
        if (since != null) {
            Instant time = timeOf(line);
            open = time == null ? open : !time.isBefore(since);
        }
        if (open) {
            next.accept(line);
        }
    }

    /** The runner writes ISO-8601, ElizaOS milliseconds. */
    private static @Nullable Instant timeOf(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try {
            JsonNode time = Json.mapper().readTree(line).path("time");
            if (time.isNumber()) {
                return Instant.ofEpochMilli(time.asLong());
            }
            return time.isTextual() ? Instant.parse(time.asText()) : null;
        } catch (JsonProcessingException | DateTimeException e) {
            return null;
        }
    }
}
