package io.agentlaunchpad.character;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.SpecGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What we generate, judged by ElizaOS 1.7.2 itself. Needs Node and, the first time, npm's registry. */
class OfficialParserIT {

    private static final int SPECS = 500;

    @Test
    void everythingWeGenerateIsAcceptedUnchanged() throws Exception {
        Map<String, String> characters = new LinkedHashMap<>();
        for (String sample : List.of("ada", "support-desk", "minimal")) {
            characters.put(
                    "sample-" + sample,
                    CharacterFile.of(CharacterFileTest.sample(sample).spec()).json());
        }
        SpecGenerator generator = new SpecGenerator(172);
        for (int i = 0; i < SPECS; i++) {
            characters.put("spec-" + i, CharacterFile.of(generator.next()).json());
        }
        List<Path> files = Characters.all();
        assertThat(files).hasSizeGreaterThanOrEqualTo(8);
        for (Path file : files) {
            String json = CharacterFile.of(
                            CharacterImport.read(Files.readAllBytes(file)).spec())
                    .json();
            characters.put("import-" + file.getFileName().toString().replace(".json", ""), json);
        }
        Map<String, OfficialParser.Verdict> verdicts = OfficialParser.parse(characters);
        assertThat(verdicts).containsOnlyKeys(characters.keySet());
        assertThat(verdicts)
                .allSatisfy((name, verdict) ->
                        assertThat(verdict).as(name).isEqualTo(new OfficialParser.Verdict(true, true, "")));
        System.out.println("The official parser accepted " + verdicts.size() + " characters, " + files.size()
                + " of them imported.");
    }

    /** The parser is the strict one: otherwise the test above would prove nothing. */
    @Test
    void noCharacterOfTheOldFormatIsAcceptedAsItStands() throws Exception {
        Map<String, String> characters = new LinkedHashMap<>();
        for (Path file : Characters.in(Characters.OLD)) {
            characters.put(file.getFileName().toString().replace(".json", ""), Files.readString(file));
        }
        characters.put("unknown-key", "{\"name\": \"x\", \"bio\": \"y\", \"lore\": []}");
        characters.put("null-setting", "{\"name\": \"x\", \"bio\": \"y\", \"settings\": {\"a\": null}}");
        assertThat(OfficialParser.parse(characters))
                .hasSize(characters.size())
                .allSatisfy((name, verdict) ->
                        assertThat(verdict.accepted()).as(name).isFalse());
    }
}
