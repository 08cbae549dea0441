package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentEntry;
import io.agentlaunchpad.spi.AgentStanding;
import io.agentlaunchpad.spi.AgentStanding.Open;
import io.agentlaunchpad.spi.OperationRow;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent stands, by one statement, which sees one moment by itself. Which release serves stands in the agent's document,
 * where statements do not look, so the newest two come along.
 */
record JdbcStanding(Optional<AgentEntry> agent, List<Line> lines) {

    private static final String QUESTION = "SELECT 'AGENT' AS part, 0 AS revision, body FROM $agents WHERE id = ?"
            + " UNION ALL (SELECT 'OPEN', 0, body FROM $operations WHERE agent_id = ? AND state <> 'SETTLED'"
            + " ORDER BY id LIMIT 1)"
            + " UNION ALL (SELECT 'LAST', 0, body FROM $operations WHERE agent_id = ? AND state = 'SETTLED'"
            + " ORDER BY id DESC LIMIT 1)"
            + " UNION ALL (SELECT 'RELEASE', revision, body FROM $releases WHERE agent_id = ?"
            + " ORDER BY revision DESC LIMIT 2)";

    /** A document, and what it is. */
    private record Line(String part, int revision, String body) {}

    /** What is asked here of a settled operation; the rest of it is skipped. */
    private record Settled(OperationRow.@Nullable Result result) {}

    static JdbcStanding of(Session session, AgentId id) {
        List<Line> lines = session.list(
                rows -> new Line(rows.getString("part"), rows.getInt("revision"), rows.getString("body")),
                QUESTION,
                id.value(),
                id.value(),
                id.value(),
                id.value());
        return new JdbcStanding(bodies(lines, "AGENT", AgentEntry.class).findFirst(), lines);
    }

    /** Whether nothing is missing. */
    boolean whole() {
        return agent.map(AgentEntry::serving).isEmpty() || release().isPresent();
    }

    Optional<AgentStanding> standing() {
        return agent.map(row -> new AgentStanding(
                row,
                bodies(lines, "OPEN", Open.class).findFirst().orElse(null),
                bodies(lines, "LAST", Settled.class)
                        .map(Settled::result)
                        .filter(Objects::nonNull)
                        .map(OperationRow.Result::failure)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                release().map(line -> Json.read(line.body(), Release.class)).orElse(null)));
    }

    private Optional<Line> release() {
        return agent.map(AgentEntry::serving)
                .flatMap(serving -> lines.stream()
                        .filter(line -> line.part().equals("RELEASE") && line.revision() == serving)
                        .findFirst());
    }

    private static <T> Stream<T> bodies(List<Line> lines, String part, Class<T> type) {
        return lines.stream().filter(line -> line.part().equals(part)).map(line -> Json.read(line.body(), type));
    }
}
