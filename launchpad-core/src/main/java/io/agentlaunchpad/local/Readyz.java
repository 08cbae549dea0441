package io.agentlaunchpad.local;

import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.internal.Json;
import java.io.IOException;
import java.time.Duration;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Asks an agent whether it is ready: the runner's {@code /readyz}. */
final class Readyz {

    private static final long LONGEST_ANSWER = 256 * 1024;

    private final OkHttpClient http;

    Readyz(OkHttpClient http) {
        this.http = http.newBuilder().callTimeout(Duration.ofSeconds(3)).build();
    }

    /**
     * The agent's own word, or null where it does not answer. An answer of another process counts for nothing: two agents
     * may have been given the same port at the same moment, and only one of them has it.
     */
    @Nullable
    Application ask(int port, long pid) {
        HttpUrl url = new HttpUrl.Builder()
                .scheme("http")
                .host("127.0.0.1")
                .port(port)
                .addPathSegment("readyz")
                .build();
        try (Response response =
                http.newCall(new Request.Builder().url(url).build()).execute()) {
            String body = response.peekBody(LONGEST_ANSWER).string();
            return Json.mapper().readTree(body).path("pid").asLong(pid) == pid ? Application.read(body) : null;
        } catch (IOException e) {
            return null;
        }
    }
}
