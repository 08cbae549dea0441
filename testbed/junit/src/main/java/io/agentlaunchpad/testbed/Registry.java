package io.agentlaunchpad.testbed;

/** A part of a plain (HTTP) container registry that is this test's alone; its images are deleted afterwards. */
public final class Registry implements AutoCloseable {

    private final String host;
    private final String baseImage;
    private final RegistryCorner corner;

    private Registry(String host, String baseImage, RegistryCorner corner) {
        this.host = host;
        this.baseImage = baseImage;
        this.corner = corner;
    }

    static Registry open(Settings settings, String name) {
        String host = settings.get("LAUNCHPAD_TEST_REGISTRY");
        return new Registry(host, settings.get("LAUNCHPAD_TEST_BASE_IMAGE"), RegistryCorner.plain(host, name));
    }

    /** The registry, {@code host:port}, as images are named; for pods too. */
    public String host() {
        return host;
    }

    /** Where this test may push: {@code host:port/prefix}; put {@code /name:tag} behind it. */
    public String repository() {
        return host + "/" + corner.prefix();
    }

    /** A Node image for agents, in this registry: user 65532 exists, {@code node} is on the path. */
    public String baseImage() {
        return baseImage;
    }

    @Override
    public void close() {
        corner.clear();
    }
}
