package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.error.BuildException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Everything decided for an agent's image.
 *
 * @param platform the system it is for
 * @param base the image below the runtime, by digest; null where a runtime image is given
 * @param project the project's own lock; null where a runtime image is given
 * @param given the runtime image built elsewhere; null where Launchpad builds it
 * @param asked the name of base or runtime as it was asked for, with the tag that was resolved
 */
record ImageLock(
        ImagePlatform platform,
        @Nullable ImageRef base,
        @Nullable String project,
        @Nullable GivenRuntime given,
        String asked) {

    private static final int FORMAT = 1;

    /** The given runtime image, by digest; null where Launchpad builds it. */
    @Nullable
    ImageRef runtime() {
        return given == null ? null : given.ref();
    }

    String toJson() {
        ObjectNode json = OciJson.object();
        json.put("imageFormat", FORMAT);
        json.put("target", platform.toString());
        json.put("asked", asked);
        if (base != null) {
            json.put("baseImage", base.toString());
        }
        if (given != null) {
            json.put("runtimeImage", given.ref().toString());
            json.put("runtimePlugins", given.written());
            json.put("runtimeRunner", given.runner());
        }
        if (project != null) {
            json.set("project", OciJson.lenient(project.getBytes(StandardCharsets.UTF_8)));
        }
        return new String(OciJson.bytes(json), StandardCharsets.UTF_8);
    }

    /**
     * @throws BuildException if it is no lock of an image
     */
    static ImageLock fromJson(String text) {
        JsonNode json = OciJson.lenient(text.getBytes(StandardCharsets.UTF_8));
        if (json.path("imageFormat").asInt() != FORMAT) {
            throw new BuildException(
                    "INVALID_LOCK",
                    "The lock is none of an image (format "
                            + json.path("imageFormat").asText("none") + ").",
                    "refresh the agent's lock; it was made by another builder or version.",
                    null);
        }
        JsonNode project = json.path("project");
        return new ImageLock(
                ImagePlatform.parse(json.path("target").asText()),
                ref(json.path("baseImage")),
                project.isObject() ? new String(OciJson.bytes(project), StandardCharsets.UTF_8) : null,
                given(json),
                json.path("asked").asText());
    }

    private static @Nullable GivenRuntime given(JsonNode json) {
        ImageRef ref = ref(json.path("runtimeImage"));
        return ref == null
                ? null
                : new GivenRuntime(
                        ref,
                        GivenRuntime.versions(json.path("runtimePlugins").asText()),
                        json.path("runtimeRunner").asText());
    }

    /** Whether a text is a lock of ours; another builder's is resolved anew. */
    static boolean isOne(@Nullable String text) {
        return text != null
                && OciJson.lenient(text.getBytes(StandardCharsets.UTF_8))
                                .path("imageFormat")
                                .asInt()
                        == FORMAT;
    }

    private static @Nullable ImageRef ref(JsonNode node) {
        return node.isTextual() ? ImageRef.parse(node.asText()) : null;
    }
}
