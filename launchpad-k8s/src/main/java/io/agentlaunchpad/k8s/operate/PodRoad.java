package io.agentlaunchpad.k8s.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Masking;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.client.Trees;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Names;
import io.agentlaunchpad.k8s.rollout.Facts;
import io.agentlaunchpad.k8s.rollout.Informers;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.WorkContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The road to an agent's pods: the API server's pod proxy for requests, its log endpoint for logs. Nothing is sent twice.
 */
public final class PodRoad implements AgentAccess {

    static final int PORT = 3000;

    private static final Logger LOG = LoggerFactory.getLogger(PodRoad.class);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** The runner's own pages, which ask for no token. */
    private static final Set<String> OPEN = Set.of("/livez", "/readyz", "/metrics");

    private final Api api;
    private final String namespace;
    private final KubernetesSecrets secrets;
    private final PodLogs logs;
    private final Informers informers;

    /** Tokens by agent, as long as its pod is the same: another agent of the same name has another. */
    private final Map<AgentId, Token> tokens = new ConcurrentHashMap<>();

    public PodRoad(Api api, String namespace, KubernetesSecrets secrets, PodLogs logs, Informers informers) {
        this.api = api;
        this.namespace = namespace;
        this.secrets = secrets;
        this.logs = logs;
        this.informers = informers;
    }

    /** The host it is exposed under, else its name inside the cluster. */
    @Override
    public Optional<URI> url(AgentId agentId) {
        WorkContext errand = io.agentlaunchpad.k8s.client.Errand.within(Duration.ofSeconds(30));
        String name = Names.of(agentId).agent();
        List<Answer> found = api.all(
                List.of(
                        Call.get(Paths.of(namespace, "apps/v1", "Deployment", name)),
                        Call.get(Paths.of(namespace, "networking.k8s.io/v1", "Ingress", name)),
                        Call.get(Paths.of(namespace, "v1", "Service", name))),
                () -> {},
                errand);
        if (!found.get(0).ok() || found.get(0).json().at("/spec/replicas").asInt() == 0) {
            return Optional.empty();
        }
        JsonNode ingress = found.get(1).json();
        String host = found.get(1).ok() ? ingress.at("/spec/rules/0/host").asText("") : "";
        if (!host.isEmpty()) {
            boolean tls = !ingress.at("/spec/tls").isEmpty();
            return Optional.of(URI.create((tls ? "https://" : "http://") + host));
        }
        int port = found.get(2).json().at("/spec/ports/0/port").asInt(PORT);
        return found.get(2).ok()
                ? Optional.of(URI.create("http://" + name + "." + namespace + ".svc:" + port))
                : Optional.empty();
    }

    @Override
    public Response send(AgentId agentId, Request request, WorkContext context) {
        return exchange(agentId, request, call -> api.once(call, context), context);
    }

    @Override
    public Response stream(AgentId agentId, Request request, Consumer<String> lines, WorkContext context) {
        return exchange(agentId, request, call -> api.stream(call, lines, context), context);
    }

    private Response exchange(AgentId agentId, Request request, Function<Call, Answer> road, WorkContext context) {
        context.check();
        Place watched = watched(agentId);
        if (watched != null) {
            try {
                return exchange(agentId, watched, request, road, context);
            } catch (NotFoundException e) {
                // What is watched can be a moment old: that pod is gone and has got nothing.
                LOG.debug("{} is gone: {}", watched.pod(), e.getMessage());
            }
        }
        return exchange(agentId, asked(agentId, context), request, road, context);
    }

    private Response exchange(
            AgentId agentId, Place place, Request request, Function<Call, Answer> road, WorkContext context) {
        String token = OPEN.contains(request.path()) ? "" : token(agentId, place.uid(), context);
        return exchange(agentId, place.pod(), token, request, road, context);
    }

    /** A request to a certain pod, without the agent's token. */
    Response send(AgentId agentId, String pod, Request request, WorkContext context) {
        return exchange(agentId, pod, "", request, call -> api.once(call, context), context);
    }

    private Response exchange(
            AgentId agentId,
            String pod,
            String token,
            Request request,
            Function<Call, Answer> road,
            WorkContext context) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Accept", "application/json, text/plain, */*");
        if (!token.isEmpty()) {
            headers.put("X-API-KEY", token);
        }
        Duration limit = context.remaining().compareTo(LONGEST) < 0 ? context.remaining() : LONGEST;
        Call call = new Call(
                request.method(),
                Paths.of(namespace, "v1", "Pod", pod) + ":" + PORT + "/proxy" + request.path(),
                request.body() == null ? null : "application/json",
                request.body(),
                limit.isZero() ? Duration.ofMillis(1) : limit,
                headers);
        Answer answer = road.apply(call);
        if (ofServer(answer)) {
            throw barred(agentId, answer);
        }
        Map<String, String> first = new HashMap<>();
        answer.headers().forEach((name, values) -> first.put(name, values.get(0)));
        return new Response(answer.status(), first, answer.text());
    }

    @Override
    public void logs(AgentId agentId, LogQuery query, Consumer<String> lines, WorkContext context) {
        context.check();
        String name = Names.of(agentId).agent();
        Answer deployment = api.ask(Call.get(Paths.of(namespace, "apps/v1", "Deployment", name)), context);
        if (!deployment.ok()) {
            throw absent(agentId);
        }
        Masking masking = masking(agentId, context);
        logs.read(
                agentId,
                query,
                line -> {
                    if (!context.stopped()) {
                        lines.accept(masking.mask(line));
                    }
                },
                context);
    }

    /** Hides every value that the agent has or had, and its token. */
    Masking masking(AgentId agentId, WorkContext context) {
        List<String> values = new ArrayList<>();
        for (JsonNode secret : secrets.list(agentId, context)) {
            values.addAll(KubernetesSecrets.values(secret).values());
        }
        return Masking.of(values);
    }

    /** A ready pod among those that are being watched anyway, the youngest; null where there is none. */
    private @Nullable Place watched(AgentId agentId) {
        return informers.podsIfWatched(agentId.value()).orElse(List.of()).stream()
                .filter(Facts::ready)
                .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
                .map(pod ->
                        new Place(pod.getMetadata().getName(), pod.getMetadata().getUid()))
                .orElse(null);
    }

    /** The best pod to talk to, by asking: ready before running, young before old. */
    private Place asked(AgentId agentId, WorkContext context) {
        Answer found = api.ask(
                Call.get(Paths.of(namespace, "v1", "Pod") + Selection.labels(Labels.selector(agentId))), context);
        if (!found.ok()) {
            throw Refusals.of(found, "The list of pods");
        }
        List<JsonNode> pods = new ArrayList<>();
        found.json().path("items").forEach(pods::add);
        return pods.stream()
                .filter(pod -> pod.path("status").path("phase").asText().equals("Running"))
                .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
                .max(Comparator.comparing(PodRoad::ready)
                        .thenComparing(pod ->
                                pod.path("metadata").path("creationTimestamp").asText()))
                .map(pod -> pod.path("metadata"))
                .map(pod -> new Place(pod.path("name").asText(), pod.path("uid").asText()))
                .orElseThrow(() -> absent(agentId));
    }

    private static boolean ready(JsonNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private String token(AgentId agentId, String pod, WorkContext context) {
        Token known = tokens.get(agentId);
        if (known != null && known.pod().equals(pod)) {
            return known.value();
        }
        Answer found = api.ask(
                Call.get(Paths.of(namespace, "v1", "Secret", Names.of(agentId).identity())), context);
        if (!found.ok() && !found.missing()) {
            throw Refusals.of(found, "Secret/" + Names.of(agentId).identity());
        }
        String value = found.ok() ? Trees.text(found.json(), Names.IDENTITY_TOKEN) : "";
        tokens.put(agentId, new Token(pod, value));
        return value;
    }

    /** Whether the API server itself answered instead of the agent. */
    private static boolean ofServer(Answer answer) {
        return !answer.ok()
                && answer.json().path("kind").asText().equals("Status")
                && answer.json().path("apiVersion").asText().equals("v1");
    }

    private RuntimeException barred(AgentId agentId, Answer answer) {
        if (answer.status() == 403) {
            return new PreflightException(
                    "PROXY_BARRED",
                    "The API server lets nobody with these rights through to pods: " + answer.message() + ".",
                    "grant get and create on pods/proxy in namespace " + namespace + " (docs/rbac.yaml).",
                    null);
        }
        if (answer.missing()) {
            return absent(agentId);
        }
        return new UnreachableException(
                "AGENT_UNREACHABLE",
                "Agent " + agentId + " did not answer: " + answer.message() + ".",
                "look at its log, or try again.",
                null);
    }

    private NotFoundException absent(AgentId agentId) {
        return new NotFoundException(
                "Agent " + agentId + " does not run in namespace " + namespace + ".", "start it, or check the id.");
    }

    private record Token(String pod, String value) {}

    /** The pod that a request goes to. */
    private record Place(String pod, String uid) {}
}
