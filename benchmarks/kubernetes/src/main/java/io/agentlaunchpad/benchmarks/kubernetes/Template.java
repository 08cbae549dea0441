package io.agentlaunchpad.benchmarks.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.release.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The objects that Launchpad made for one agent, as kubectl applies them for another: what the release rendered, and the
 * Secrets beside it.
 *
 * @param items their JSON
 * @param name of the agent they were made for
 */
record Template(ArrayNode items, String name) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Template of(Corner corner, Release release) throws IOException {
        ArrayNode items = (ArrayNode) JSON.readTree(release.objects());
        // kubectl is told where, and refuses objects that say otherwise.
        items.forEach(item -> ((ObjectNode) item.path("metadata")).remove("namespace"));
        JsonNode secrets = JSON.readTree(
                corner.kubectl("get", "secrets", "-l", "agentlaunchpad.io/agent=" + release.agentId(), "-o", "json"));
        for (JsonNode secret : secrets.path("items")) {
            ObjectNode metadata = (ObjectNode) secret.path("metadata");
            metadata.retain("name", "labels", "annotations");
            items.add(secret);
        }
        return new Template(items, release.spec().name());
    }

    int size() {
        return items.size();
    }

    /** A file with the objects of these agents. */
    Path file(List<String> names) throws IOException {
        String one = items.toString();
        ObjectNode list = JSON.createObjectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        ArrayNode all = list.putArray("items");
        AgentId mine = Agents.id(name);
        for (String other : names) {
            String text = one.replace(mine.value(), Agents.id(other).value()).replace(name, other);
            JSON.readTree(text).forEach(all::add);
        }
        Path file = Files.createTempFile("bench-objects", ".json");
        Files.writeString(file, list.toString());
        return file;
    }
}
