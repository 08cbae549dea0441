package io.agentlaunchpad.build.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.error.LaunchpadException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Credentials;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins that end, come late or are wrong, at a registry that answers within this process. */
class RegistryLoginTest {

    private static final String DIGEST = "sha256:" + "0".repeat(64);

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Optional<Login> known = Optional.of(new Login("ada", "first"));
    private volatile String right = "first";
    private volatile int refusal = 401;
    private volatile boolean bearer;
    private volatile boolean strangersGetTokens;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private RegistryClient client(Interceptor... before) {
        OkHttpClient.Builder http = new OkHttpClient.Builder();
        List.of(before).forEach(http::addInterceptor);
        return new RegistryClient(
                http.addInterceptor(this::answer).build(), "registry.example", this::find, () -> false);
    }

    private Optional<Login> find(String host) {
        asked.add(host);
        return known;
    }

    /** By name and password, or by tokens that hold both; a stranger is told so, a wrong login gets the refusal. */
    private Response answer(Interceptor.Chain chain) {
        String authorization = chain.request().header("Authorization");
        String good = Credentials.basic("ada", right);
        if (chain.request().url().encodedPath().equals("/token")) {
            requests.add("token");
            if (strangersGetTokens && authorization == null) {
                return answer(chain.request(), 200, "{\"token\":\"of a stranger\"}");
            }
            return good.equals(authorization)
                    ? answer(chain.request(), 200, "{\"token\":\"" + right + "\"}")
                    : answer(chain.request(), refusal, "{}");
        }
        requests.add(chain.request().method());
        boolean in = (bearer ? "Bearer " + right : good).equals(authorization);
        // A token that ended is no wrong login: the registry says where to get the next.
        return answer(chain.request(), in ? 200 : authorization == null || bearer ? 401 : refusal, "{}");
    }

    private Response answer(Request request, int status, String body) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .header("Docker-Content-Digest", DIGEST)
                .header(
                        "WWW-Authenticate",
                        bearer ? "Bearer realm=\"https://registry.example/token\"" : "Basic realm=\"all\"")
                .body(ResponseBody.create(body, null))
                .build();
    }

    private static void assertKnown(RegistryClient client) {
        assertThat(client.digestOf("agents/ada", "1", TestContext.patient())).contains(DIGEST);
    }

    private static void assertUnauthorized(RegistryClient client) {
        assertThatThrownBy(() -> client.digestOf("agents/ada", "1", TestContext.patient()))
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("REGISTRY_UNAUTHORIZED"));
    }

    @ParameterizedTest
    @CsvSource({"false, 401", "false, 403", "true, 401", "true, 403"})
    void aPasswordThatEndedIsAskedForAnew(boolean byToken, int refused) {
        bearer = byToken;
        refusal = refused;
        RegistryClient client = client();
        assertKnown(client);
        assertThat(asked).hasSize(1);

        known = Optional.of(new Login("ada", "second"));
        right = "second";
        assertKnown(client);
        assertKnown(client);
        assertThat(asked).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoginThatComesAfterARefusalIsFound(boolean byToken) {
        bearer = byToken;
        known = Optional.empty();
        RegistryClient client = client();
        assertUnauthorized(client);

        known = Optional.of(new Login("ada", "first"));
        assertKnown(client);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoginThatIsStillTheSameIsRefusedForGood(boolean byToken) {
        bearer = byToken;
        known = Optional.of(new Login("ada", "wrong"));
        assertUnauthorized(client());
        assertThat(asked).hasSize(2);
    }

    @Test
    void twoRequestsThatCameAsStrangersBothGoOnWithTheLogin() {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        AtomicBoolean first = new AtomicBoolean(true);
        RegistryClient client = client(chain -> {
            Response response = chain.proceed(chain.request());
            if (first.getAndSet(false)) {
                sent.complete(null);
                goOn.join();
            }
            return response;
        });
        CompletableFuture<Optional<String>> slow =
                CompletableFuture.supplyAsync(() -> client.digestOf("agents/ada", "1", TestContext.patient()));
        CompletableFuture.anyOf(sent, slow).join();
        assertKnown(client);
        goOn.complete(null);
        assertThat(slow.join()).contains(DIGEST);
    }

    @Test
    void aStrangersTokenThatComesAfterAnotherRequestFoundALoginIsNoRefusalOfThatLogin() {
        bearer = true;
        strangersGetTokens = true;
        known = Optional.empty();
        CompletableFuture<Void> given = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        AtomicBoolean first = new AtomicBoolean(true);
        RegistryClient client = client(chain -> {
            Response response = chain.proceed(chain.request());
            if (chain.request().url().encodedPath().equals("/token") && first.getAndSet(false)) {
                given.complete(null);
                goOn.join();
            }
            return response;
        });
        CompletableFuture<Optional<String>> slow =
                CompletableFuture.supplyAsync(() -> client.digestOf("agents/ada", "1", TestContext.patient()));
        CompletableFuture.anyOf(given, slow).join();
        known = Optional.of(new Login("ada", "first"));
        assertKnown(client);
        goOn.complete(null);
        assertThat(slow.join()).contains(DIGEST);
    }

    @Test
    void aConnectionThatBreaksAtTheTokenServiceIsNoRefusal() {
        bearer = true;
        AtomicBoolean breaks = new AtomicBoolean(true);
        assertKnown(client(chain -> {
            if (chain.request().url().encodedPath().equals("/token") && breaks.getAndSet(false)) {
                throw new IOException("Connection reset");
            }
            return chain.proceed(chain.request());
        }));
        assertThat(requests).containsExactly("HEAD", "HEAD", "token", "HEAD");
    }

    @Test
    void otherProgramsGetTheLoginOfToday() {
        RegistryClient client = client();
        assertKnown(client);
        known = Optional.of(new Login("ada", "second"));
        assertThat(client.login()).isEqualTo(known);
    }
}
