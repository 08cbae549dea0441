package io.agentlaunchpad.k8s.preflight;

import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Whether Secrets exist that belong to somebody else. Their values are not asked for: the server sends the metadata alone
 * (kubernetes.io, "Receiving resources as metadata").
 */
final class Existence {

    private static final Map<String, String> METADATA =
            Map.of("Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Existence() {}

    /** In the order of the names; what cannot be told counts as existing. */
    static List<Boolean> of(Api api, String namespace, List<String> names, WorkContext context) {
        List<Call> calls = names.stream()
                .map(name -> new Call("GET", Paths.of(namespace, "v1", "Secret", name), null, null, LIMIT, METADATA))
                .toList();
        List<Answer> answers = api.all(calls, () -> {}, context);
        return answers.stream().map(answer -> !answer.missing()).toList();
    }
}
