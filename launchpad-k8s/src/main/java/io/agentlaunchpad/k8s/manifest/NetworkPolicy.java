package io.agentlaunchpad.k8s.manifest;

import static io.agentlaunchpad.k8s.manifest.Maps.map;

import io.agentlaunchpad.agent.Egress;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.k8s.manifest.ClusterFacts.Enforced;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Whom an agent may talk to, and who may talk to it: nobody else. What a NetworkPolicy cannot say becomes a warning. It
 * knows addresses and ports, no host names; ports are those of pods, after a Service has translated them.
 */
final class NetworkPolicy {

    private static final Map<String, Integer> PORTS = new TreeMap<>(Map.of(
            "http", 80,
            "https", 443,
            "ws", 80,
            "wss", 443,
            "postgres", 5432,
            "postgresql", 5432,
            "mysql", 3306,
            "redis", 6379,
            "rediss", 6379,
            "mongodb", 27017));

    /** Link-local addresses: on clouds they give a machine's credentials to whoever asks. */
    private static final List<Object> WORLD = List.of(
            map("ipBlock", map("cidr", "0.0.0.0/0", "except", List.of("169.254.0.0/16"))),
            map("ipBlock", map("cidr", "::/0", "except", List.of("fe80::/10", "fd00:ec2::254/128"))),
            map("namespaceSelector", Map.of()));

    private static final Pattern LOCAL =
            Pattern.compile("localhost|127\\..*|0\\.0\\.0\\.0|\\[::1?]", Pattern.CASE_INSENSITIVE);

    private final Asked asked;
    private final TreeSet<Integer> everywhere = new TreeSet<>(List.of(443));
    private final TreeMap<String, TreeSet<Integer>> blocks = new TreeMap<>();
    private final TreeSet<String> namespaces = new TreeSet<>();

    private NetworkPolicy(Asked asked) {
        this.asked = asked;
    }

    static Manifest of(Asked asked) {
        NetworkPolicy policy = new NetworkPolicy(asked);
        policy.settings();
        policy.declared();
        policy.enforcement();
        return asked.manifest(
                "networking.k8s.io/v1",
                "NetworkPolicy",
                asked.names().agent(),
                map(
                        "spec",
                        map(
                                "podSelector", asked.podSelector(),
                                "policyTypes", List.of("Ingress", "Egress"),
                                "ingress", policy.ingress(),
                                "egress", policy.egress())));
    }

    private void settings() {
        asked.spec().characterSettings().forEach((name, value) -> {
            if (value instanceof JsonValue.Text text) {
                url(name, text.value());
            }
        });
        if (!asked.pglite()) {
            everywhere.add(PORTS.get("postgresql"));
        }
    }

    private void url(String setting, String text) {
        URI uri;
        try {
            uri = URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            return;
        }
        String host = uri.getHost();
        if (host == null || uri.getScheme() == null) {
            return;
        }
        Integer port = uri.getPort() >= 0
                ? Integer.valueOf(uri.getPort())
                : PORTS.get(uri.getScheme().toLowerCase(Locale.ROOT));
        if (LOCAL.matcher(host).matches()) {
            asked.warnings().add("The setting " + setting + " names " + host + ", which in a pod is the pod itself.");
        } else if (port != null && port > 0 && port <= 65_535) {
            open(host, port);
        }
    }

    private void declared() {
        TreeSet<String> names = new TreeSet<>();
        for (Egress address : asked.spec().egress()) {
            if (open(address.host(), address.port())) {
                names.add(address.toString());
            }
        }
        if (!names.isEmpty()) {
            asked.warnings()
                    .add("A NetworkPolicy knows no host names: for " + String.join(", ", names)
                            + " the port is open to every address.");
        }
    }

    /** Returns whether the port had to be opened to every address. */
    private boolean open(String host, int port) {
        Optional<String> block = Blocks.of(host);
        String[] labels = host.split("\\.", -1);
        if (LOCAL.matcher(host).matches()) {
            return false;
        } else if (block.isPresent()) {
            blocks.computeIfAbsent(block.get(), none -> new TreeSet<>()).add(port);
        } else if (labels.length == 1) {
            namespaces.add(asked.settings().namespace());
        } else if (labels.length > 2 && labels[2].equalsIgnoreCase("svc")) {
            namespaces.add(labels[1].toLowerCase(Locale.ROOT));
        } else {
            everywhere.add(port);
            return port != 443;
        }
        return false;
    }

    private List<Object> egress() {
        List<Object> rules = new ArrayList<>();
        rules.add(map("ports", List.of(port("UDP", 53), port("TCP", 53))));
        rules.add(map(
                "to",
                List.of(map(
                        "namespaceSelector", namespace("kube-system"),
                        "podSelector", map("matchLabels", map("k8s-app", "kube-dns"))))));
        rules.add(map("to", WORLD, "ports", ports(everywhere)));
        blocks.forEach((cidr, ports) ->
                rules.add(map("to", List.of(map("ipBlock", map("cidr", cidr))), "ports", ports(ports))));
        namespaces.forEach(name -> rules.add(map("to", List.of(map("namespaceSelector", namespace(name))))));
        return rules;
    }

    private List<Object> ingress() {
        List<Object> from = new ArrayList<>();
        asked.settings().callers().forEach(name -> from.add(map("namespaceSelector", namespace(name))));
        List<String> apiServers = asked.settings().apiServers().isEmpty()
                ? asked.facts().apiServers()
                : asked.settings().apiServers();
        apiServers.stream()
                .flatMap(address -> Blocks.of(address).stream())
                .forEach(block -> from.add(map("ipBlock", map("cidr", block))));
        // Where the API server reaches nodes by a tunnel, its calls come from the tunnel's own pods.
        from.add(map(
                "namespaceSelector", namespace("kube-system"),
                "podSelector", map("matchLabels", map("k8s-app", "konnectivity-agent"))));
        if (apiServers.isEmpty()) {
            asked.warnings()
                    .add("The API server's addresses are not known here: where NetworkPolicies are enforced, chat and"
                            + " readiness details through it may be cut off. Name its addresses, or allow this account to"
                            + " read the endpoint slices of the namespace default.");
        }
        return List.of(map("from", from, "ports", List.of(port("TCP", Asked.PORT))));
    }

    private void enforcement() {
        Enforced enforced = asked.facts().policies();
        if (enforced == Enforced.NO) {
            asked.warnings()
                    .add("Nothing in this cluster seems to enforce NetworkPolicies: the agent's has no effect.");
        } else if (enforced == Enforced.UNKNOWN) {
            asked.warnings()
                    .add("Whether this cluster enforces NetworkPolicies is not known: the agent's may have no effect.");
        }
    }

    private static Map<String, Object> namespace(String name) {
        return map("matchLabels", map("kubernetes.io/metadata.name", name));
    }

    private static List<Object> ports(SortedSet<Integer> ports) {
        List<Object> all = new ArrayList<>();
        ports.forEach(port -> all.add(port("TCP", port)));
        return all;
    }

    private static Map<String, Object> port(String protocol, int port) {
        return map("port", port, "protocol", protocol);
    }
}
