package io.agentlaunchpad.spring.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentlaunchpad.spring.security.Refusal;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractGenericHttpMessageConverter;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/** The API's own JSON: the same in every application, however that one has set up its own. Reads and writes our records only. */
final class Wire extends AbstractGenericHttpMessageConverter<Object> {

    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A value of another kind is a mistake of the client's, and not to be guessed at.
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    kinds -> kinds.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .addModule(new SimpleModule()
                    .addDeserializer(Instant.class, new Times())
                    .addDeserializer(Integer.class, new Wholes()))
            .build();

    Wire() {
        super(MediaType.APPLICATION_JSON, MediaType.APPLICATION_PROBLEM_JSON);
    }

    static byte[] bytes(Object answer) {
        return JSON.writeValueAsBytes(answer);
    }

    static String text(Object answer) {
        return JSON.writeValueAsString(answer);
    }

    static JsonNode tree(String json) {
        return JSON.readTree(json);
    }

    private static boolean ours(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == Answers.class || outer == Bodies.class;
    }

    @Override
    protected boolean supports(Class<?> type) {
        return ours(type);
    }

    @Override
    public boolean canRead(Type type, @Nullable Class<?> context, @Nullable MediaType media) {
        return type instanceof Class<?> plain && ours(plain) && canRead(media);
    }

    @Override
    public boolean canWrite(@Nullable Type type, Class<?> plain, @Nullable MediaType media) {
        return ours(plain) && canWrite(media);
    }

    @Override
    protected void writeInternal(Object answer, @Nullable Type type, HttpOutputMessage output) throws IOException {
        output.getBody().write(bytes(answer));
    }

    @Override
    protected Object readInternal(Class<?> type, HttpInputMessage input) throws IOException {
        return read(type, type, input);
    }

    @Override
    public Object read(Type type, @Nullable Class<?> context, HttpInputMessage input) throws IOException {
        byte[] body = input.getBody().readAllBytes();
        try {
            Object read = JSON.readValue(body, JSON.constructType(type));
            if (read == null) {
                throw malformed("null where an object is asked for");
            }
            Forms.check(read);
            return read;
        } catch (UnrecognizedPropertyException e) {
            throw malformed("it has a key that is not known here");
        } catch (DatabindException e) {
            throw malformed("a value is not of its kind");
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw malformed("it is no JSON" + (at == null ? "" : " at line " + at.getLineNr()));
        }
    }

    /** Times as texts alone; a number could be seconds or milliseconds. */
    private static final class Times extends StdDeserializer<Instant> {

        Times() {
            super(Instant.class);
        }

        @Override
        public @Nullable Instant deserialize(JsonParser parser, DeserializationContext context) {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return (Instant) context.handleUnexpectedToken(Instant.class, parser);
            }
            String text = parser.getString();
            try {
                return DateTime.parse(text);
            } catch (DateTimeException e) {
                return (Instant) context.handleWeirdStringValue(Instant.class, text, "not a time");
            }
        }
    }

    /** Whole numbers, also where they are written as 3.0: to JSON Schema those are integers too. */
    private static final class Wholes extends StdDeserializer<Integer> {

        Wholes() {
            super(Integer.class);
        }

        @Override
        public @Nullable Integer deserialize(JsonParser parser, DeserializationContext context) {
            if (!parser.currentToken().isNumeric()) {
                return (Integer) context.handleUnexpectedToken(Integer.class, parser);
            }
            try {
                return parser.getDecimalValue().intValueExact();
            } catch (ArithmeticException e) {
                return (Integer) context.handleWeirdNumberValue(Integer.class, 0, "not a whole number, or too large");
            }
        }
    }

    private static Refusal malformed(String why) {
        return new Refusal(
                400,
                "MALFORMED_BODY",
                "The body cannot be read: " + why + ".",
                "send the JSON that docs/openapi.json describes.");
    }
}
