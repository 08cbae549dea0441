package io.agentlaunchpad.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** Writes JSON in one form, byte for byte the same on every machine. */
final class JsonWriter {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final DefaultPrettyPrinter PRETTY = new DefaultPrettyPrinter()
            .withSeparators(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));

    private JsonWriter() {}

    static String pretty(JsonValue json) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            generator.setPrettyPrinter(PRETTY.createInstance());
            write(json, generator);
        } catch (IOException e) {
            throw new UncheckedIOException("A text in memory can always be written", e);
        }
        return out.append('\n').toString();
    }

    private static void write(JsonValue json, JsonGenerator out) throws IOException {
        if (json instanceof JsonValue.Obj obj) {
            out.writeStartObject();
            for (Map.Entry<String, JsonValue> member : obj.members().entrySet()) {
                out.writeFieldName(member.getKey());
                write(member.getValue(), out);
            }
            out.writeEndObject();
        } else if (json instanceof JsonValue.Arr arr) {
            out.writeStartArray();
            for (JsonValue item : arr.items()) {
                write(item, out);
            }
            out.writeEndArray();
        } else if (json instanceof JsonValue.Text text) {
            out.writeString(text.value());
        } else if (json instanceof JsonValue.Num num) {
            out.writeNumber(num.toString());
        } else if (json instanceof JsonValue.Bool bool) {
            out.writeBoolean(bool.value());
        } else {
            out.writeNull();
        }
    }
}
