package io.agentlaunchpad.k8s.manifest;

import static io.agentlaunchpad.k8s.manifest.Maps.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How an agent is reached: Service, Ingress and NetworkPolicy. */
final class Network {

    /** Of the Service. */
    static final int SERVICE_PORT = 80;

    private Network() {}

    static List<Manifest> of(Asked asked) {
        List<Manifest> all = new ArrayList<>();
        if (asked.settings().networkPolicy()) {
            all.add(NetworkPolicy.of(asked));
        }
        if (asked.web()) {
            all.add(service(asked));
        }
        if (asked.exposed()) {
            all.add(ingress(asked, asked.spec().expose().orElseThrow()));
        }
        return all;
    }

    private static Manifest service(Asked asked) {
        return asked.manifest(
                "v1",
                "Service",
                asked.names().agent(),
                map(
                        "spec",
                        map(
                                "type", "ClusterIP",
                                "selector",
                                        map(
                                                Labels.AGENT,
                                                asked.request().agentId().value()),
                                "ports",
                                        List.of(map(
                                                "name",
                                                Asked.PORT_NAME,
                                                "port",
                                                SERVICE_PORT,
                                                "protocol",
                                                "TCP",
                                                "targetPort",
                                                Asked.PORT_NAME)))));
    }

    private static Manifest ingress(Asked asked, String host) {
        Tls tls = asked.settings().tls();
        Map<String, String> annotations = new TreeMap<>();
        String secret = secret(asked, tls, annotations);
        if (secret == null) {
            asked.warnings()
                    .add(host + " is served without a certificate of its own: unless the ingress controller has"
                            + " one, the agent's token travels in the clear.");
        }
        if (asked.settings().networkPolicy() && asked.settings().callers().isEmpty()) {
            asked.warnings()
                    .add("No namespace may call the agent: where NetworkPolicies are enforced, the ingress"
                            + " controller does not reach it for " + host
                            + ". Name the controller's namespace as a caller.");
        }
        Map<String, Object> backend =
                map("service", map("name", asked.names().agent(), "port", map("name", Asked.PORT_NAME)));
        return asked.manifest(
                "networking.k8s.io/v1",
                "Ingress",
                asked.names().agent(),
                annotations,
                map(
                        "spec",
                        map(
                                "ingressClassName", asked.settings().ingressClass(),
                                "tls",
                                        secret == null
                                                ? null
                                                : List.of(map("hosts", List.of(host), "secretName", secret)),
                                "rules",
                                        List.of(map(
                                                "host",
                                                host,
                                                "http",
                                                map(
                                                        "paths",
                                                        List.of(map(
                                                                "path", "/",
                                                                "pathType", "Prefix",
                                                                "backend", backend))))))));
    }

    /** The annotations are cert-manager's, "Annotated Ingress resource". */
    private static @Nullable String secret(Asked asked, Tls tls, Map<String, String> annotations) {
        if (tls instanceof Tls.InSecret in) {
            return in.name();
        } else if (tls instanceof Tls.ByClusterIssuer by) {
            annotations.put("cert-manager.io/cluster-issuer", by.name());
            return asked.names().certificate();
        } else if (tls instanceof Tls.ByIssuer by) {
            annotations.put("cert-manager.io/issuer", by.name());
            return asked.names().certificate();
        }
        return null;
    }
}
