package io.agentlaunchpad.build.internal.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Fetches bearer tokens, after the distribution project's token and OAuth2 authentication pages. */
final class Tokens {

    private Tokens() {}

    @SuppressWarnings("try")
    static String fetch(
            OkHttpClient http,
            Challenge challenge,
            String scope,
            Optional<Login> login,
            String host,
            String doing,
            WorkContext context)
            throws IOException {
        HttpUrl realm = HttpUrl.parse(String.valueOf(challenge.parameters().get("realm")));
        if (realm == null || (!realm.isHttps() && !Transport.isLoopback(realm.host()))) {
            throw Faults.ofStatus(401, "its token service \"" + realm + "\" is no https address", host, doing);
        }
        String service = challenge.parameters().getOrDefault("service", "");
        Request.Builder request = new Request.Builder();
        if (login.isPresent() && login.get().isToken()) {
            request.url(realm)
                    .post(new FormBody.Builder()
                            .add("grant_type", "refresh_token")
                            .add("refresh_token", login.get().password())
                            .add("client_id", "launchpad")
                            .add("service", service)
                            .add("scope", scope)
                            .build());
        } else {
            HttpUrl.Builder url = realm.newBuilder();
            if (!service.isEmpty()) {
                url.addQueryParameter("service", service);
            }
            for (String one : scope.split(" ", -1)) {
                url.addQueryParameter("scope", one);
            }
            request.url(url.build());
            login.filter(known -> realm.isHttps())
                    .ifPresent(known ->
                            request.header("Authorization", okhttp3.Credentials.basic(known.user(), known.password())));
        }
        context.check();
        Call call = http.newCall(request.build());
        try (WorkContext.Registration ignored = context.onCancel(call::cancel);
                Response response = call.execute()) {
            if (!response.isSuccessful()) {
                throw Faults.ofStatus(response.code(), Transport.text(response), host, doing);
            }
            JsonNode answer = OciJson.lenient(response.body().bytes());
            String token =
                    answer.path("token").asText(answer.path("access_token").asText());
            if (token.isEmpty()) {
                throw Faults.ofStatus(401, "its token service gave no token", host, doing);
            }
            return token;
        }
    }
}
