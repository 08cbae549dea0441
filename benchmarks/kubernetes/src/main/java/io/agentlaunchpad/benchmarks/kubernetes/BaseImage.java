package io.agentlaunchpad.benchmarks.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The testbed's base image with a server of a few lines in the place of an agent: nothing is built, and it is ready at once. */
record BaseImage(Artifact.Image image) implements ArtifactBuilder {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SERVER = "process.on('SIGTERM', () => process.exit(0));"
            + "require('http').createServer((q, a) => a.end('{\"status\":\"ready\"}')).listen(3000, '0.0.0.0')";

    /** As the registry has it now. */
    static BaseImage find() throws IOException, InterruptedException {
        ImageRef ref = ImageRef.parse(Corner.variable("LAUNCHPAD_TEST_BASE_IMAGE"));
        String[] parts = ref.toString().split("/", 2);
        int colon = parts[1].lastIndexOf(':');
        URI manifest = URI.create("http://" + parts[0] + "/v2/" + parts[1].substring(0, colon) + "/manifests/"
                + parts[1].substring(colon + 1));
        HttpResponse<Void> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(manifest)
                                .header(
                                        "Accept",
                                        "application/vnd.oci.image.manifest.v1+json,"
                                                + " application/vnd.docker.distribution.manifest.v2+json")
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        String digest = answer.headers().firstValue("Docker-Content-Digest").orElseThrow();
        return new BaseImage(new Artifact.Image(ref.withDigest(digest)));
    }

    /** Has the container run the server. */
    static JsonValue.Obj serving(AgentSpec agent, JsonValue.Obj object) {
        try {
            ObjectNode tree = (ObjectNode) JSON.readTree(object.pretty());
            if (!tree.path("kind").asText().equals("Deployment")) {
                return object;
            }
            ((ObjectNode) tree.at("/spec/template/spec/containers/0"))
                    .putArray("command")
                    .add("node")
                    .add("-e")
                    .add(SERVER);
            return (JsonValue.Obj) JsonValue.read(tree.toString().getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Artifact.Kind makes() {
        return Artifact.Kind.IMAGE;
    }

    @Override
    public Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        return new Resolved("lock", List.of(), List.of());
    }

    @Override
    public Artifact build(Request request, WorkContext context) {
        return image;
    }

    @Override
    public void publish(Artifact artifact, WorkContext context) {}

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        return List.of();
    }

    @Override
    public void discard(AgentId agentId, Artifact artifact, WorkContext context) {}
}
