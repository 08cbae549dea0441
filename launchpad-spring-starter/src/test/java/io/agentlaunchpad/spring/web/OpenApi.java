package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.spring.security.Permission;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.ValueConstants;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Describes the running controllers in OpenAPI 3.1. */
final class OpenApi {

    /** What {@link Parameters#text} lets pass. */
    private static final String PRINTABLE = "[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]";

    private static final String VISIBLE = "[^\\s\\u0000-\\u001f\\u007f-\\u00a0]";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, ObjectNode> paths = new TreeMap<>();
    private final Map<String, ObjectNode> schemas = new TreeMap<>();

    static String of(Map<RequestMappingInfo, HandlerMethod> mappings, String basePath) throws IOException {
        OpenApi api = new OpenApi();
        mappings.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().getMethodsCondition() + " "
                        + entry.getKey().getParamsCondition()))
                .forEach(entry -> entry.getKey().getPatternValues().stream()
                        .filter(path -> path.startsWith(basePath))
                        .forEach(path -> api.add(
                                path.substring(basePath.length()),
                                entry.getKey(),
                                entry.getValue().getMethod())));
        return api.document(basePath);
    }

    private String document(String basePath) throws IOException {
        ObjectNode root = JSON.objectNode();
        root.put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "Launchpad")
                .put("version", "1")
                .put(
                        "description",
                        "Launches and looks after ElizaOS agents. Changes are accepted with 202 and followed by their"
                                + " operation or the agent's events.");
        root.putArray("servers").addObject().put("url", basePath);
        ArrayNode security = root.putArray("security");
        security.addObject().putArray("apiKey");
        security.addObject().putArray("bearer");
        link();
        ObjectNode all = root.putObject("paths");
        paths.forEach(all::set);
        ObjectNode components = root.putObject("components");
        ObjectNode schemes = components.putObject("securitySchemes");
        schemes.putObject("apiKey").put("type", "apiKey").put("in", "header").put("name", "X-API-Key");
        schemes.putObject("bearer").put("type", "http").put("scheme", "bearer");
        schema(Answers.ProblemDetail.class);
        try (InputStream in = OpenApi.class.getResourceAsStream("agent-configuration.json")) {
            schemas.put("AgentConfiguration", (ObjectNode) JsonMapper.shared().readTree(Objects.requireNonNull(in)));
        }
        ObjectNode known = components.putObject("schemas");
        schemas.forEach(known::set);
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /** Where to go with what a launch answers. */
    private void link() {
        ObjectNode accepted = (ObjectNode) Objects.requireNonNull(paths.get("/agents"))
                .path("post")
                .path("responses")
                .path("202");
        ObjectNode links = accepted.putObject("links");
        paths.forEach((path, item) -> item.forEach(operation -> {
            String from = path.startsWith("/agents/{id}") ? "agentId" : "operationId";
            if (path.contains("{id}")) {
                String name = operation.path("operationId").asString();
                links.putObject(name)
                        .put("operationId", name)
                        .putObject("parameters")
                        .put("id", "$response.body#/" + from);
            }
        }));
    }

    private void add(String path, RequestMappingInfo info, Method method) {
        String verb =
                info.getMethodsCondition().getMethods().iterator().next().name().toLowerCase(Locale.ROOT);
        ObjectNode item = paths.computeIfAbsent(path, none -> JSON.objectNode());
        boolean merged = item.has(verb);
        ObjectNode operation = merged ? (ObjectNode) item.get(verb) : item.putObject(verb);
        if (!merged) {
            operation.put("operationId", method.getName());
            operation.put("summary", info.getName());
        }
        if (Arrays.stream(method.getParameters())
                .anyMatch(each -> each.isAnnotationPresent(CallerArgument.OrNobody.class))) {
            ArrayNode open = operation.putArray("security");
            open.addObject();
            open.addObject().putArray("apiKey");
        }
        parameters(operation, info, method);
        responses(operation, method);
    }

    private void parameters(ObjectNode operation, RequestMappingInfo info, Method method) {
        ArrayNode parameters = operation.withArray("parameters");
        for (Parameter parameter : method.getParameters()) {
            if (parameter.isAnnotationPresent(PathVariable.class)) {
                String kind = info.getPatternValues().iterator().next().contains("/operations/")
                        ? "operationId"
                        : parameter.getName().equals("id") ? "agentId" : parameter.getName();
                described(put(parameters, parameter.getName(), "path", true, parameter.getType(), null), kind);
            }
            RequestParam query = parameter.getAnnotation(RequestParam.class);
            if (query != null) {
                String fallback =
                        query.defaultValue().equals(ValueConstants.DEFAULT_NONE) ? null : query.defaultValue();
                formed(
                        put(parameters, parameter.getName(), "query", false, parameter.getType(), fallback),
                        parameter.getAnnotation(Form.class));
            }
            RequestHeader header = parameter.getAnnotation(RequestHeader.class);
            if (header != null) {
                formed(
                        put(parameters, header.name(), "header", header.required(), parameter.getType(), null),
                        parameter.getAnnotation(Form.class));
            }
            RequestBody body = parameter.getAnnotation(RequestBody.class);
            if (body != null) {
                ObjectNode described = operation.putObject("requestBody");
                described.put("required", body.required() || parameter.getType() == byte[].class);
                described
                        .putObject("content")
                        .putObject("application/json")
                        .set(
                                "schema",
                                parameter.getType() == byte[].class
                                        ? ref("AgentConfiguration")
                                        : schema(parameter.getType()));
            }
        }
        info.getParamsCondition().getExpressions().forEach(expression -> {
            put(parameters, expression.getName(), "query", false, String.class, null)
                    .putArray("enum")
                    .add(String.valueOf(expression.getValue()));
        });
        if (parameters.isEmpty()) {
            operation.remove("parameters");
        }
    }

    /** The form that {@link Form} gives a value. */
    private static void formed(ObjectNode schema, @Nullable Form form) {
        if (form == null) {
            return;
        }
        boolean number = schema.path("type").asString("").equals("integer");
        if (form.least() > 0 || number) {
            schema.put(number ? "minimum" : "minLength", form.least());
        }
        if (form.most() < Integer.MAX_VALUE) {
            schema.put(number ? "maximum" : "maxLength", form.most());
        }
        if (!number && form.least() > 0 && form.pattern().isEmpty()) {
            schema.put("pattern", "^" + PRINTABLE + "*" + VISIBLE + PRINTABLE + "*$");
        }
        if (form.time()) {
            schema.put("format", "date-time");
        }
        if (!form.pattern().isEmpty()) {
            schema.put("pattern", "^" + form.pattern() + "$");
        }
        if (form.oneOf().length > 0) {
            ArrayNode values = schema.putArray("enum");
            Arrays.stream(form.oneOf()).forEach(values::add);
        }
    }

    /** In a body, null is as good as absence. */
    private static void orNull(ObjectNode schema) {
        String type = schema.path("type").asString();
        schema.putArray("type").add(type).add("null");
        if (schema.get("enum") instanceof ArrayNode values) {
            values.addNull();
        }
    }

    /** The form that ids have. */
    private static void described(ObjectNode schema, String name) {
        switch (name) {
            case "agentId" -> schema.put("pattern", "^" + AgentDirectory.ID + "$");
            case "operationId" -> schema.put("pattern", "^op-[0-9a-f]{24}$");
            case "keyId" -> schema.put("pattern", "^key-[0-9a-z]+$");
            default -> {}
        }
    }

    private ObjectNode put(
            ArrayNode parameters, String name, String in, boolean required, Class<?> type, @Nullable String fallback) {
        for (JsonNode known : parameters) {
            if (known.path("name").asString().equals(name)) {
                return (ObjectNode) known.get("schema");
            }
        }
        ObjectNode parameter =
                parameters.addObject().put("name", name).put("in", in).put("required", required);
        ObjectNode schema = schema(type);
        if (fallback != null) {
            schema.set(
                    "default",
                    type == String.class
                            ? JSON.stringNode(fallback)
                            : JsonMapper.shared().readTree(fallback));
        }
        parameter.set("schema", schema);
        return schema;
    }

    private void responses(ObjectNode operation, Method method) {
        ObjectNode responses = operation.withObject("/responses");
        ResponseStatus given = AnnotatedElementUtils.findMergedAnnotation(method, ResponseStatus.class);
        String status = given == null ? "200" : String.valueOf(given.code().value());
        Type type = method.getGenericReturnType();
        boolean entity = type instanceof ParameterizedType generic && generic.getRawType() == ResponseEntity.class;
        Streaming streaming = method.getAnnotation(Streaming.class);
        Type body = streaming != null
                ? streaming.value()
                : entity ? ((ParameterizedType) type).getActualTypeArguments()[0] : type;
        ObjectNode response = responses.withObject("/" + status);
        response.put("description", status.equals("202") ? "Accepted; the work goes on" : "As asked");
        if (body == Answers.Accepted.class || body == Answers.AgentView.class) {
            header(response, "ETag", "changes with every operation on the agent; for If-Match");
        }
        if (body == Answers.Accepted.class) {
            header(response, "Location", "the operation");
        }
        ObjectNode content = response.withObject("/content");
        if (body == SseEmitter.class) {
            ObjectNode events = event(content);
            boolean log = method.getName().equals("follow");
            events.put(
                    "description",
                    log
                            ? "Events named line, whose data is a JSON string; where the log cannot be read, one named problem, whose data"
                                    + " is a ProblemDetail."
                            : "Events whose data is an EventView.");
            if (!log) {
                schema(Answers.EventView.class);
            }
        } else if (body == byte[].class) {
            Arrays.stream(method.getAnnotation(GetMapping.class).produces())
                    .forEach(media -> content.putObject(media)
                            .putObject("schema")
                            .put("type", "object")
                            .put("description", "CycloneDX 1.6 (ECMA-424)"));
        } else {
            content.putObject("application/json").set("schema", schema(body));
        }
        if (streaming != null) {
            schema(streaming.pieces());
            event(content)
                    .put(
                            "description",
                            "Events named chunk as the words come, whose data is a "
                                    + streaming.pieces().getSimpleName()
                                    + "; then one: reply, whose data is the JSON answer, or problem, whose data is a ProblemDetail."
                                    + " The reply counts, should it say something else than the chunks.");
        }
        ObjectNode problem = responses.putObject("default");
        problem.put("description", "What went wrong, with a stable code and the way out");
        problem.putObject("content")
                .putObject("application/problem+json")
                .set("schema", schema(Answers.ProblemDetail.class));
    }

    /** One event of a stream: its fields as the wire has them. */
    private static ObjectNode event(ObjectNode content) {
        ObjectNode event = content.putObject("text/event-stream").putObject("schema");
        event.put("type", "object");
        ObjectNode fields = event.putObject("properties");
        List.of("id", "event", "data").forEach(name -> fields.putObject(name).put("type", "string"));
        return event;
    }

    private static void header(ObjectNode response, String name, String meaning) {
        response.withObject("/headers")
                .putObject(name)
                .put("description", meaning)
                .putObject("schema")
                .put("type", "string");
    }

    private static ObjectNode ref(String name) {
        return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    private ObjectNode schema(Type type) {
        ObjectNode schema = JSON.objectNode();
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            schema.put("type", "array").set("items", schema(generic.getActualTypeArguments()[0]));
            return schema;
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            schema.put("type", "object").set("additionalProperties", schema(generic.getActualTypeArguments()[1]));
            return schema;
        }
        Class<?> plain = (Class<?>) type;
        if (plain == JsonNode.class) {
            return ref("AgentConfiguration");
        }
        if (plain.isRecord()) {
            return record(plain);
        }
        if (plain.isEnum()) {
            ArrayNode names = schema.put("type", "string").putArray("enum");
            Arrays.stream(plain.getEnumConstants()).forEach(each -> names.add(each.toString()));
            return schema;
        }
        Map<Class<?>, String> types = new LinkedHashMap<>();
        types.put(String.class, "string");
        types.put(int.class, "integer");
        types.put(Integer.class, "integer");
        types.put(long.class, "integer");
        types.put(boolean.class, "boolean");
        types.put(Instant.class, "string");
        types.put(URI.class, "string");
        schema.put("type", Objects.requireNonNull(types.get(plain), () -> "no schema for " + plain));
        if (plain == int.class || plain == Integer.class) {
            schema.put("format", "int32");
        } else if (plain == long.class) {
            schema.put("format", "int64");
        } else if (plain == Instant.class) {
            schema.put("format", "date-time");
        } else if (plain == URI.class) {
            schema.put("format", "uri");
        }
        return schema;
    }

    private ObjectNode record(Class<?> type) {
        String name = type.getSimpleName();
        if (!schemas.containsKey(name)) {
            ObjectNode schema = JSON.objectNode().put("type", "object");
            schemas.put(name, schema);
            ArrayNode required = JSON.arrayNode();
            ObjectNode properties = JSON.objectNode();
            for (RecordComponent component : type.getRecordComponents()) {
                Form form = component.getAnnotation(Form.class);
                ObjectNode part = schema(component.getGenericType());
                formed(part, form);
                described(part, component.getName());
                if (component.getName().equals("permissions")) {
                    ArrayNode all = ((ObjectNode) part.get("items")).putArray("enum");
                    Arrays.stream(Permission.values()).map(Permission::label).forEach(all::add);
                }
                boolean optional = type.getEnclosingClass() == Bodies.class && (form == null || !form.required());
                if (optional) {
                    orNull(part);
                }
                properties.set(component.getName(), part);
                if (!nullable(component.getAnnotatedType()) || (form != null && form.required())) {
                    required.add(component.getName());
                }
            }
            if (type.getEnclosingClass() == Bodies.class) {
                schema.put("additionalProperties", false);
            }
            if (!required.isEmpty()) {
                schema.set("required", required);
            }
            schema.set("properties", properties);
        }
        return ref(name);
    }

    private static boolean nullable(AnnotatedElement type) {
        return type.isAnnotationPresent(Nullable.class);
    }
}
