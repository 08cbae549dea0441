package io.agentlaunchpad.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The repositories below one prefix, by the distribution API: {@code GET /v2/_catalog}, {@code GET /v2/NAME/tags/list},
 * {@code DELETE /v2/NAME/manifests/DIGEST}.
 */
record RegistryCorner(URI registry, HttpClient http, Optional<String> login, String prefix) {

    private static final Pattern STRINGS = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final List<String> MANIFESTS = List.of(
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");

    static RegistryCorner plain(String host, String prefix) {
        return new RegistryCorner(URI.create("http://" + host), client().build(), Optional.empty(), prefix);
    }

    static RegistryCorner tls(String host, String prefix, Path authority, String username, String password) {
        String login = Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        HttpClient client = client().sslContext(trusting(authority)).build();
        return new RegistryCorner(URI.create("https://" + host), client, Optional.of("Basic " + login), prefix);
    }

    private static HttpClient.Builder client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10));
    }

    /** Deletes every tagged image below the prefix. */
    void clear() {
        // The catalog is sorted, so ours begin right behind the prefix; one page is at most 1000.
        List<String> ours = listed("/v2/_catalog?n=1000&last=" + prefix, "repositories");
        for (String repository : ours) {
            if (!repository.startsWith(prefix + "/")) {
                break;
            }
            for (String tag : listed("/v2/" + repository + "/tags/list", "tags")) {
                String manifest = "/v2/" + repository + "/manifests/";
                send("HEAD", manifest + tag)
                        .headers()
                        .firstValue("Docker-Content-Digest")
                        .ifPresent(digest -> send("DELETE", manifest + digest));
            }
        }
    }

    private List<String> listed(String path, String key) {
        HttpResponse<String> answer = send("GET", path);
        if (answer.statusCode() == 404) {
            return List.of();
        }
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(registry.resolve(path) + " answered " + answer.statusCode());
        }
        // Repository names and tags have no escapes and no brackets.
        Matcher array =
                Pattern.compile("\"" + key + "\"\\s*:\\s*\\[([^\\]]*)\\]").matcher(answer.body());
        return array.find()
                ? STRINGS.matcher(array.group(1))
                        .results()
                        .map(found -> found.group(1))
                        .toList()
                : List.of();
    }

    private HttpResponse<String> send(String method, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(registry.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.noBody());
        MANIFESTS.forEach(type -> request.header("Accept", type));
        login.ifPresent(value -> request.header("Authorization", value));
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException("no answer from " + registry.resolve(path), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + registry.resolve(path), interrupted);
        }
    }

    private static SSLContext trusting(Path authority) {
        try (InputStream file = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                trusted.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException failure) {
            throw new UncheckedIOException("could not read " + authority, failure);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("no usable certificate in " + authority, failure);
        }
    }
}
