package io.agentlaunchpad.build.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.TestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker Hub has several names, and is served by another host than its images are named by. */
class DockerHubTest {

    private static final Login ADA = new Login("ada", "secret");
    private static final String DIGEST = "sha256:" + "0".repeat(64);

    private final List<String> asked = new CopyOnWriteArrayList<>();

    private Optional<Login> find(String host) {
        asked.add(host);
        return Optional.of(ADA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io", "index.docker.io"})
    void itsImagesAndItsLoginKeepItsNameWhileAnotherHostIsAsked(String name) {
        List<String> hosts = new CopyOnWriteArrayList<>();
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    hosts.add(chain.request().url().host());
                    boolean in = Credentials.basic("ada", "secret")
                            .equals(chain.request().header("Authorization"));
                    return new Response.Builder()
                            .request(chain.request())
                            .protocol(Protocol.HTTP_1_1)
                            .code(in ? 200 : 401)
                            .message("")
                            .header("Docker-Content-Digest", DIGEST)
                            .header("WWW-Authenticate", "Basic realm=\"all\"")
                            .body(ResponseBody.create("{}", null))
                            .build();
                })
                .build();
        RegistryClient client = new RegistryClient(http, name, this::find, () -> false);

        assertThat(client.digestOf("acme/ada", "1", TestContext.patient())).contains(DIGEST);
        assertThat(hosts).containsExactly("registry-1.docker.io", "registry-1.docker.io");
        assertThat(asked).containsExactly(name);
        assertThat(new Registries(this::find, Set.of()).at(name).ref("acme/ada", DIGEST))
                .isEqualTo(ImageRef.parse(name + "/acme/ada@" + DIGEST));
    }

    @Test
    void aGivenLoginIsItsByAnyOfItsNamesAndNobodyElses() {
        Logins none = host -> Optional.empty();
        Logins logins = none.with("docker.io", ADA);
        assertThat(List.of("docker.io", "index.docker.io", "registry-1.docker.io"))
                .allMatch(host -> logins.find(host).equals(Optional.of(ADA)));
        assertThat(logins.find("registry.example")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io", "index.docker.io"})
    void dockersLoginIsFoundUnderDockersKey(String name, @TempDir Path temp) throws Exception {
        String auth = Base64.getEncoder().encodeToString("ada:secret".getBytes());
        Path config = Files.writeString(
                temp.resolve("config.json"),
                "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"" + auth + "\"}}}");
        assertThat(new DockerLogins(config).find(name)).contains(ADA);
    }
}
