package io.agentlaunchpad.build.internal.registry;

import io.agentlaunchpad.artifact.ImageRef;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/** The registries that are spoken to, one client per host. Safe for use by several threads. */
public final class Registries {

    static final String HUB = "registry-1.docker.io";

    private final OkHttpClient http;
    private final Logins logins;
    private final Set<String> plainHosts;
    private final Map<String, RegistryClient> clients = new ConcurrentHashMap<>();

    /**
     * @param plainHosts hosts (with port, where one is part of the name) that are spoken to in the clear
     */
    public Registries(Logins logins, Set<String> plainHosts) {
        this.logins = logins;
        this.plainHosts = Set.copyOf(plainHosts);
        this.http = new OkHttpClient.Builder()
                .connectTimeout(Duration.ofSeconds(10))
                .readTimeout(Duration.ofSeconds(60))
                .writeTimeout(Duration.ofSeconds(60))
                .connectionPool(new ConnectionPool(16, 30, TimeUnit.SECONDS))
                .followSslRedirects(false)
                .build();
    }

    public RegistryClient at(String named) {
        return clients.computeIfAbsent(
                named, name -> new RegistryClient(http, name, logins, () -> plainHosts.contains(name)));
    }

    /** The host that answers for a registry: Docker Hub's images are called docker.io, and served by another. */
    public static String served(String named) {
        return named.equals("docker.io") || named.equals("index.docker.io") ? HUB : named;
    }

    public RegistryClient of(ImageRef ref) {
        return at(ref.registry());
    }

    /** What to ask a registry for: the digest where the name has one, else the tag, else {@code latest}. */
    public static String reference(ImageRef ref) {
        return ref.digest() != null ? ref.digest() : ref.tag() != null ? ref.tag() : "latest";
    }
}
