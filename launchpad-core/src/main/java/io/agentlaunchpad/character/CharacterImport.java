package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.error.InvalidAgentException;
import java.util.List;

/**
 * An ElizaOS character file read as an agent configuration: of 1.x, or of 0.x, which 1.x refuses.
 *
 * <p>Secrets in the file go to {@link AgentPayload#secrets()}; the {@linkplain #configurationJson() configuration} names
 * them and nothing more. What a configuration has no place for is left out; {@link #report()} tells.
 *
 * <pre>{@code
 * CharacterImport imported = CharacterImport.read(Files.readString(file));
 * launchpad.launch(LaunchRequest.of(imported.spec()), imported.payload().secrets());
 * }</pre>
 *
 * @param format which ElizaOS the file was written for
 * @param payload specification, secrets and warnings
 * @param report what was changed or left out, in the order of the file
 */
public record CharacterImport(Format format, AgentPayload payload, List<ImportNote> report) {

    /** A generation of the character format. */
    public enum Format {
        /** With {@code modelProvider}, {@code clients}, {@code lore}, or {@code user} in its examples. */
        ELIZA_0,
        /** What ElizaOS 1.x reads. */
        ELIZA_1
    }

    public CharacterImport {
        report = List.copyOf(report);
    }

    /**
     * Reads a character.
     *
     * @throws InvalidAgentException when it is no JSON object, or lacks what no import can add, such as a bio
     */
    public static CharacterImport read(String json) {
        return of(JsonValue.read(json));
    }

    /** Reads a character in UTF-8; see {@link #read(String)}. */
    public static CharacterImport read(byte[] json) {
        return of(JsonValue.read(json));
    }

    private static CharacterImport of(JsonValue json) {
        Notes notes = new Notes();
        JsonValue.Obj character = Notes.object(json);
        Conversion conversion = new Conversion(character, PluginCatalog.shipped(), notes);
        AgentPayload payload = AgentPayload.parse(conversion.configuration().pretty());
        return new CharacterImport(conversion.format(), payload, notes.list(character));
    }

    /** The specification. */
    public AgentSpec spec() {
        return payload.spec();
    }

    /** The configuration in the wire format; its secrets are masks, to be filled in or passed apart. */
    public String configurationJson() {
        return spec().toJson();
    }
}
