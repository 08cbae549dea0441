package io.agentlaunchpad.notify;

import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** One POST of JSON. Addresses may be secrets: messages name the receiver and its host only. */
final class Posting {

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]", "::1");

    /** Redirects are not followed: they would carry news to an address that nobody configured. */
    private static final OkHttpClient CLIENT = new OkHttpClient.Builder()
            .followRedirects(false)
            .retryOnConnectionFailure(false)
            .build();

    private Posting() {}

    static void checkAddress(URI address, String what) {
        String host = address.getHost();
        boolean secure = "https".equals(address.getScheme());
        boolean local = "http".equals(address.getScheme()) && host != null && LOOPBACK.contains(host);
        if (host == null || !(secure || local)) {
            throw new WiringException(
                    "The " + what + " address with scheme \"" + address.getScheme() + "\" cannot be used.",
                    "use an https address; http is for this machine only.");
        }
    }

    static void post(String receiver, URI address, String body, Map<String, String> headers, WorkContext context) {
        context.check();
        Request.Builder request = new Request.Builder().url(address.toString()).post(RequestBody.create(body, JSON));
        headers.forEach(request::header);
        Call call = CLIENT.newCall(request.build());
        call.timeout().timeout(Math.max(1, context.remaining().toMillis()), java.util.concurrent.TimeUnit.MILLISECONDS);
        try (WorkContext.Registration interrupt = context.onCancel(call::cancel);
                Response response = call.execute()) {
            judge(receiver, address, response.code());
        } catch (IOException e) {
            throw new UnreachableException(
                    "UNREACHABLE",
                    "The " + receiver + " at " + address.getHost() + " could not be reached: "
                            + e.getClass().getSimpleName() + ".",
                    "check the address, the network and its certificate.",
                    null);
        }
    }

    private static void judge(String receiver, URI address, int status) {
        if (status / 100 == 2) {
            return;
        }
        String what = "The " + receiver + " at " + address.getHost() + " answered HTTP " + status + ".";
        if (status == 408 || status == 429 || status >= 500) {
            throw new UnreachableException("UNREACHABLE", what, "nothing; it is tried again.", null);
        }
        throw new DeployException("NOTICE_REFUSED", what, "check the address and its secret.", null);
    }
}
