package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.error.PreflightException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A runtime image that was built elsewhere, by Launchpad or from the Dockerfile of an export, and what it says of itself.
 * Its labels are believed: whoever names an image trusts its maker.
 *
 * @param ref by digest
 * @param plugins version by name
 * @param runner version of its runner
 */
record GivenRuntime(ImageRef ref, SortedMap<String, String> plugins, String runner) {

    private static final String FIX_REBUILD =
            "build it anew with this version: `launchpad build` pushes one, and so does the Dockerfile of `launchpad"
                    + " export` (docker build --target runtime); or leave the runtime image out.";

    GivenRuntime {
        plugins = Collections.unmodifiableSortedMap(new TreeMap<>(plugins));
    }

    /**
     * @throws PreflightException if it is no runtime image, or one that cannot run as our agents do
     */
    static GivenRuntime of(BaseImages.Image image) {
        String plugins = image.label(Labels.PLUGINS);
        String runner = image.label(Labels.RUNNER);
        if (plugins.isEmpty() || runner.isEmpty()) {
            throw new PreflightException(
                    "RUNTIME_IMAGE_UNKNOWN",
                    "The image " + image.ref() + " does not say which plugins and runner it holds (labels "
                            + Labels.PLUGINS + " and " + Labels.RUNNER + "), so it is taken for no runtime image.",
                    FIX_REBUILD,
                    null);
        }
        JsonNode config = image.config().path("config");
        String user = config.path("User").asText();
        JsonNode entry = config.path("Entrypoint");
        if (!user.matches("[1-9]\\d*(:\\d+)?")) {
            throw unfit(image.ref(), "runs as user \"" + user + "\", not as a number other than 0");
        }
        if (!entry.path(entry.size() - 1).asText().equals("runner")
                || !config.path("WorkingDir").asText().equals(RuntimeContent.APP)) {
            throw unfit(
                    image.ref(),
                    "starts " + entry + " in \"" + config.path("WorkingDir").asText() + "\", not the" + " runner in "
                            + RuntimeContent.APP);
        }
        return new GivenRuntime(image.ref(), versions(plugins), runner);
    }

    private static PreflightException unfit(ImageRef ref, String why) {
        return new PreflightException(
                "RUNTIME_IMAGE_UNFIT", "The runtime image " + ref + " " + why + ".", FIX_REBUILD, null);
    }

    /**
     * Whether an agent can stand on it.
     *
     * @param current the runner of this version of Launchpad
     * @throws PreflightException with everything that it lacks
     */
    void check(AgentSpec spec, String current) {
        List<String> lacks = new ArrayList<>();
        for (PluginRef wanted : spec.effectivePlugins()) {
            String there = plugins.get(wanted.name());
            String version = wanted.version();
            if (there == null) {
                lacks.add("it has no " + wanted.name());
            } else if (version != null && !version.equals(there)) {
                lacks.add("it has " + wanted.name() + " " + there + ", not " + version);
            }
        }
        if (!runner.equals(current)) {
            lacks.add("its runner is " + runner + ", this version of Launchpad's " + current);
        }
        if (!lacks.isEmpty()) {
            throw new PreflightException(
                    "RUNTIME_IMAGE_MISMATCH",
                    "The runtime image " + ref + " is not for agent " + spec.name() + ": " + String.join("; ", lacks)
                            + ".",
                    FIX_REBUILD,
                    null);
        }
    }

    /** As the label has it: {@code name@version,…}. */
    String written() {
        List<String> all = new ArrayList<>();
        plugins.forEach((name, version) -> all.add(name + "@" + version));
        return String.join(",", all);
    }

    static SortedMap<String, String> versions(String written) {
        SortedMap<String, String> versions = new TreeMap<>();
        for (String one : written.split(",", -1)) {
            int at = one.lastIndexOf('@');
            if (at > 0) {
                versions.put(one.substring(0, at).strip(), one.substring(at + 1).strip());
            }
        }
        return versions;
    }
}
