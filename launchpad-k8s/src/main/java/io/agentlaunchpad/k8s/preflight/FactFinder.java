package io.agentlaunchpad.k8s.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.manifest.ClusterFacts;
import io.agentlaunchpad.k8s.manifest.ClusterFacts.Enforced;
import io.agentlaunchpad.spi.WorkContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a cluster what it is and what is installed. What the account may not see stays unknown. */
final class FactFinder {

    /** Rendered Deployments name {@code lifecycle.preStop.sleep}, which servers know by default since 1.30. */
    static final int OLDEST_MINOR = 30;

    private static final List<String> NEEDED = List.of("apps/v1", "networking.k8s.io/v1");

    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)\\..*");

    private static final List<Call> QUESTIONS = List.of(
            Call.get("/version"),
            Call.get("/apis"),
            Call.get("/apis/monitoring.coreos.com/v1"),
            Call.get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
                    + "?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes"),
            Call.get("/apis/apps/v1/namespaces/kube-system/daemonsets?limit=500"));

    /** Their own kinds give them away: Cilium, Calico, Antrea, OVN-Kubernetes. */
    private static final Set<String> ENFORCING_GROUPS =
            Set.of("cilium.io", "crd.projectcalico.org", "projectcalico.org", "crd.antrea.io", "k8s.ovn.org");

    private static final Set<String> ENFORCING_AGENTS = Set.of(
            "cilium",
            "anetd",
            "calico-node",
            "canal",
            "antrea-agent",
            "ovnkube-node",
            "kube-router",
            "weave-net",
            "kindnet",
            "azure-npm",
            "romana-agent");

    /** Enforces when it was told to, and does not say. */
    private static final String AWS = "aws-node";

    private FactFinder() {}

    /**
     * The facts of a cluster.
     *
     * @throws PreflightException when it does not know the account, or is too old
     */
    static ClusterFacts find(Api api, WorkContext context) {
        List<Answer> answers = api.all(QUESTIONS, () -> {}, context);
        if (answers.stream().anyMatch(answer -> answer.status() == 401)) {
            throw new PreflightException(
                    "LOGIN_REFUSED",
                    "The API server " + api.server() + " does not accept the credentials.",
                    "renew the login of the context, or the token.",
                    null);
        }
        if (answers.get(1).ok() && !missing(versions(answers.get(1))).isEmpty()) {
            // A server that has just started answers before it knows all that it offers; then it is not ready either.
            api.ask(Call.get("/readyz"), context);
            answers = api.all(QUESTIONS, () -> {}, context);
        }
        String version = answers.get(0).json().path("gitVersion").asText();
        refuseOld(api.server(), version);
        Set<String> groups = new TreeSet<>();
        answers.get(1)
                .json()
                .path("groups")
                .forEach(group -> groups.add(group.path("name").asText()));
        if (answers.get(1).ok()) {
            refuseOthers(api.server(), versions(answers.get(1)));
        }
        return new ClusterFacts(
                version.startsWith("v") ? version.substring(1) : version,
                has(answers.get(2), "podmonitors"),
                groups.contains("cert-manager.io"),
                addresses(answers.get(3)),
                enforced(version, groups, answers.get(4)));
    }

    static void refuseOld(String server, String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            return;
        }
        boolean old = Integer.parseInt(matcher.group(1)) == 1 && Integer.parseInt(matcher.group(2)) < OLDEST_MINOR;
        if (old) {
            throw new PreflightException(
                    "KUBERNETES_TOO_OLD",
                    "The cluster " + server + " runs Kubernetes " + version + "; Launchpad needs 1." + OLDEST_MINOR
                            + " or newer.",
                    "upgrade the cluster or use another one.",
                    null);
        }
    }

    private static Set<String> versions(Answer apis) {
        Set<String> versions = new TreeSet<>();
        apis.json()
                .path("groups")
                .forEach(group -> group.path("versions")
                        .forEach(each -> versions.add(each.path("groupVersion").asText())));
        return versions;
    }

    private static List<String> missing(Set<String> versions) {
        return NEEDED.stream().filter(each -> !versions.contains(each)).toList();
    }

    static void refuseOthers(String server, Set<String> versions) {
        List<String> missing = missing(versions);
        if (!missing.isEmpty()) {
            throw new PreflightException(
                    "API_MISSING",
                    "The server " + server + " does not offer " + String.join(" and ", missing) + ".",
                    "name the API server of a Kubernetes cluster.",
                    null);
        }
    }

    private static boolean has(Answer answer, String resource) {
        for (JsonNode each : answer.json().path("resources")) {
            if (each.path("name").asText().equals(resource)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> addresses(Answer answer) {
        List<String> all = new ArrayList<>();
        for (JsonNode slice : answer.json().path("items")) {
            for (JsonNode endpoint : slice.path("endpoints")) {
                endpoint.path("addresses").forEach(address -> all.add(address.asText()));
            }
        }
        return all;
    }

    static Enforced enforced(String version, Set<String> groups, Answer agents) {
        // k3s and RKE2 with flannel bring kube-router's controller inside their own process.
        if (groups.stream().anyMatch(ENFORCING_GROUPS::contains) || version.contains("+k3s")) {
            return Enforced.YES;
        }
        if (!agents.ok()) {
            return Enforced.UNKNOWN;
        }
        Enforced found = Enforced.NO;
        for (JsonNode agent : agents.json().path("items")) {
            String name = agent.at("/metadata/name").asText();
            if (ENFORCING_AGENTS.contains(name)) {
                return Enforced.YES;
            } else if (name.equals(AWS)) {
                found = Enforced.UNKNOWN;
            }
        }
        return found;
    }
}
