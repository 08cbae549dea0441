package io.agentlaunchpad.k8s.preflight;

import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether Secrets exist that belong to somebody else. Their values are not asked for: the server sends the metadata alone
 * (kubernetes.io, "Receiving resources as metadata").
 */
final class Existence {

    private static final String METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    private static final long SECONDS = 20;

    private Existence() {}

    /** In the order of the names; what cannot be told counts as existing. */
    static List<Boolean> of(Api api, String namespace, List<String> names, WorkContext context) {
        context.check();
        List<CompletableFuture<HttpResponse<byte[]>>> sent = names.stream()
                .map(name -> api.client()
                        .getHttpClient()
                        .sendAsync(
                                api.request("/api/v1/namespaces/" + namespace + "/secrets/" + name)
                                        .header("Accept", METADATA)
                                        .timeout(SECONDS, TimeUnit.SECONDS)
                                        .build(),
                                byte[].class))
                .toList();
        return sent.stream().map(each -> !missing(each, context)).toList();
    }

    private static boolean missing(CompletableFuture<HttpResponse<byte[]>> sent, WorkContext context) {
        try (WorkContext.Registration registration = context.onCancel(() -> sent.cancel(true))) {
            return sent.get(SECONDS, TimeUnit.SECONDS).code() == 404;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("The thread was interrupted while it waited.", "try again.");
        } catch (ExecutionException | CancellationException | TimeoutException e) {
            context.check();
            return false;
        }
    }
}
