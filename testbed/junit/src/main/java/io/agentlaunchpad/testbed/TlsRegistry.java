package io.agentlaunchpad.testbed;

import java.nio.file.Path;

/** As {@link Registry}, but with TLS by a CA that nobody knows, and with a password. */
public final class TlsRegistry implements AutoCloseable {

    private final String host;
    private final Path authority;
    private final String username;
    private final String password;
    private final String baseImage;
    private final RegistryCorner corner;

    private TlsRegistry(Settings settings, String name) {
        this.host = settings.get("LAUNCHPAD_TEST_REGISTRY_TLS");
        this.authority = Path.of(settings.get("LAUNCHPAD_TEST_REGISTRY_TLS_CA"));
        this.username = settings.get("LAUNCHPAD_TEST_REGISTRY_TLS_USERNAME");
        this.password = settings.get("LAUNCHPAD_TEST_REGISTRY_TLS_PASSWORD");
        this.baseImage = settings.get("LAUNCHPAD_TEST_REGISTRY_TLS_BASE_IMAGE");
        this.corner = RegistryCorner.tls(host, name, authority, username, password);
    }

    static TlsRegistry open(Settings settings, String name) {
        return new TlsRegistry(settings, name);
    }

    /** The registry, {@code host:port}, as images are named; for pods too. */
    public String host() {
        return host;
    }

    /** Where this test may push: {@code host:port/prefix}; put {@code /name:tag} behind it. */
    public String repository() {
        return host + "/" + corner.prefix();
    }

    /** The Node image for agents, in this registry. */
    public String baseImage() {
        return baseImage;
    }

    /** The CA's certificate, as PEM. */
    public Path authority() {
        return authority;
    }

    /** Who may pull, push and delete. */
    public String username() {
        return username;
    }

    /** The password of {@link #username()}. */
    public String password() {
        return password;
    }

    @Override
    public void close() {
        corner.clear();
    }
}
