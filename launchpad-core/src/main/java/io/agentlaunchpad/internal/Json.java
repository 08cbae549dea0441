package io.agentlaunchpad.internal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.operation.OperationId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** Launchpad's own records as JSON: ids as plain strings, times as ISO-8601, unknown fields of later versions ignored. */
public final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(ids())
            .addMixIn(Artifact.class, ArtifactKinds.class)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    /** The mapper for records of this project. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /** One record as one line. */
    public static String write(Object record) {
        try {
            return MAPPER.writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "A record of type " + record.getClass().getName() + " has no JSON form", e);
        }
    }

    /** One record from its JSON. */
    public static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new StoreException(
                    "STORE_UNREADABLE",
                    "A stored " + type.getSimpleName() + " cannot be read: " + e.getOriginalMessage() + ".",
                    "restore the file or row from a backup, or use the Launchpad version that wrote it.",
                    null);
        }
    }

    private static SimpleModule ids() {
        SimpleModule module = new SimpleModule("launchpad");
        text(module, AgentId.class, AgentId::value, AgentId::new);
        text(module, Owner.class, Owner::id, Owner::of);
        text(module, OperationId.class, OperationId::value, OperationId::new);
        text(module, ImageRef.class, ImageRef::toString, ImageRef::parse);
        text(module, Path.class, Path::toString, Path::of);
        module.addSerializer(AgentSpec.class, new SpecWriter());
        module.addDeserializer(AgentSpec.class, new SpecReader());
        return module;
    }

    private static <T> void text(
            SimpleModule module, Class<T> type, Function<? super T, String> write, Function<String, ? extends T> read) {
        module.addSerializer(type, new StdSerializer<T>(type) {
            private static final long serialVersionUID = 1L;

            @Override
            public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(write.apply(value));
            }

            @Override
            public void serializeWithType(
                    T value,
                    JsonGenerator out,
                    SerializerProvider provider,
                    com.fasterxml.jackson.databind.jsontype.TypeSerializer types)
                    throws IOException {
                serialize(value, out, provider);
            }
        });
        module.addDeserializer(type, new StdDeserializer<T>(type) {
            private static final long serialVersionUID = 1L;

            @Override
            public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
                return read.apply(in.getValueAsString());
            }
        });
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Artifact.Project.class, name = "project"),
        @JsonSubTypes.Type(value = Artifact.Image.class, name = "image")
    })
    private interface ArtifactKinds {}

    private static final class SpecWriter extends StdSerializer<AgentSpec> {
        private static final long serialVersionUID = 1L;

        SpecWriter() {
            super(AgentSpec.class);
        }

        @Override
        public void serialize(AgentSpec spec, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeTree(MAPPER.readTree(spec.toJson()));
        }
    }

    private static final class SpecReader extends StdDeserializer<AgentSpec> {
        private static final long serialVersionUID = 1L;

        SpecReader() {
            super(AgentSpec.class);
        }

        @Override
        public AgentSpec deserialize(JsonParser in, DeserializationContext context) throws IOException {
            JsonNode tree = in.readValueAsTree();
            return AgentSpec.fromJson(tree.toString());
        }
    }
}
