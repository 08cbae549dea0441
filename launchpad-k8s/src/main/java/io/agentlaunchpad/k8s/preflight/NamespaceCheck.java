package io.agentlaunchpad.k8s.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.manifest.ClusterFacts;
import io.agentlaunchpad.k8s.manifest.ManifestSettings;
import io.agentlaunchpad.k8s.manifest.Tls;
import io.agentlaunchpad.spi.WorkContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What holds for all agents of one shape in a namespace: it is there, rights, storage class, named Secrets, Ingress. */
final class NamespaceCheck {

    /**
     * What the answers depend on; equal needs have equal answers for a while.
     *
     * @param namespace of the agents
     * @param make whether it may be made
     * @param volume whether a volume is claimed
     * @param storageClass of the volume, or null for the default
     * @param exposed whether an Ingress is made
     * @param ingressClass of it, or null for the default
     * @param tls of it
     * @param pullSecrets names
     */
    record Needs(
            String namespace,
            boolean make,
            boolean volume,
            @Nullable String storageClass,
            boolean exposed,
            @Nullable String ingressClass,
            Tls tls,
            List<String> pullSecrets) {

        static Needs of(ManifestSettings settings, boolean volume, boolean exposed) {
            return new Needs(
                    settings.namespace(),
                    settings.createNamespace(),
                    volume,
                    settings.storageClass(),
                    exposed,
                    settings.ingressClass(),
                    settings.tls(),
                    settings.imagePullSecrets());
        }
    }

    private static final String DEFAULT_STORAGE = "storageclass.kubernetes.io/is-default-class";
    private static final String DEFAULT_INGRESS = "ingressclass.kubernetes.io/is-default-class";

    private final Api api;
    private final Needs needs;
    private final ClusterFacts facts;
    private final WorkContext context;
    private final Findings findings = new Findings();

    private NamespaceCheck(Api api, Needs needs, ClusterFacts facts, WorkContext context) {
        this.api = api;
        this.needs = needs;
        this.facts = facts;
        this.context = context;
    }

    static Findings of(Api api, Needs needs, ClusterFacts facts, WorkContext context) {
        return new NamespaceCheck(api, needs, facts, context).run();
    }

    private Findings run() {
        boolean there = namespace();
        List<Right> rights = new ArrayList<>(Right.ALWAYS);
        if (facts.podMonitors()) {
            rights.add(Right.POD_MONITOR);
        }
        Rights.check(api, needs.namespace(), rights, findings, context);
        if (needs.volume()) {
            storageClass();
        }
        if (needs.exposed()) {
            ingress();
        }
        if (there) {
            secrets();
        }
        return findings;
    }

    private boolean namespace() {
        Answer answer = api.ask(Call.get("/api/v1/namespaces/" + needs.namespace()), context);
        if (answer.ok()
                && !answer.json().at("/metadata/deletionTimestamp").asText().isEmpty()) {
            findings.refuse(
                    "NAMESPACE_ENDING",
                    "The namespace " + needs.namespace() + " is being deleted.",
                    "wait until it is gone, or use another one.");
        } else if (answer.missing() && !needs.make()) {
            findings.refuse(
                    "NAMESPACE_MISSING",
                    "There is no namespace " + needs.namespace() + " in the cluster " + api.server() + ".",
                    "create it, name another one, or call createNamespace().");
        } else if (answer.missing() && !Rights.mayMakeNamespaces(api, context)) {
            findings.refuse(
                    "RIGHTS_MISSING",
                    "There is no namespace " + needs.namespace() + ", and this account may not create namespaces.",
                    "have the namespace created, or the right granted (docs/rbac.yaml, at its end).");
        }
        return answer.ok();
    }

    /** Storage classes belong to the cluster; who may not see them learns of a wrong one from the rollout. */
    private void storageClass() {
        String wanted = needs.storageClass();
        Optional<JsonNode> classes = list("/apis/storage.k8s.io/v1/storageclasses");
        if (classes.isEmpty()) {
            return;
        }
        if (wanted != null && !named(classes.get(), wanted)) {
            findings.refuse(
                    "STORAGE_CLASS_MISSING",
                    "There is no StorageClass " + wanted + "; the cluster has " + names(classes.get()) + ".",
                    "name one of them, or run the agent without a volume (ephemeral).");
        } else if (wanted == null && !marked(classes.get(), DEFAULT_STORAGE)) {
            findings.refuse(
                    "STORAGE_CLASS_MISSING",
                    "The cluster has no default StorageClass; it has " + names(classes.get()) + ".",
                    "name one of them, or run the agent without a volume (ephemeral).");
        }
    }

    private void ingress() {
        String wanted = needs.ingressClass();
        list("/apis/networking.k8s.io/v1/ingressclasses").ifPresent(classes -> {
            if (wanted != null && !named(classes, wanted)) {
                findings.warn("There is no IngressClass " + wanted + "; the cluster has " + names(classes)
                        + ": nobody may serve the agent's Ingress.");
            } else if (wanted == null && !marked(classes, DEFAULT_INGRESS)) {
                findings.warn("The cluster has no default IngressClass; it has " + names(classes)
                        + ": nobody may serve the agent's Ingress.");
            }
        });
        boolean certificates = needs.tls() instanceof Tls.ByClusterIssuer || needs.tls() instanceof Tls.ByIssuer;
        if (certificates && !facts.certManager()) {
            findings.warn("cert-manager is not installed: nobody makes the certificate of the agent's Ingress.");
        }
    }

    private void secrets() {
        Map<String, String> wanted = new LinkedHashMap<>();
        needs.pullSecrets().forEach(name -> wanted.put(name, "pull"));
        if (needs.exposed() && needs.tls() instanceof Tls.InSecret in) {
            wanted.put(in.name(), "certificate");
        }
        List<Boolean> found = Existence.of(api, needs.namespace(), List.copyOf(wanted.keySet()), context);
        int i = 0;
        for (Map.Entry<String, String> each : wanted.entrySet()) {
            if (found.get(i++)) {
                continue;
            }
            String what = "There is no Secret " + each.getKey() + " in the namespace " + needs.namespace();
            if (each.getValue().equals("pull")) {
                findings.refuse(
                        "PULL_SECRET_MISSING",
                        what + ", which images are to be pulled with.",
                        "create it (kubectl create secret docker-registry), or name another one.");
            } else {
                findings.warn(what + ", which the certificate of the agent's Ingress is to come from.");
            }
        }
    }

    private Optional<JsonNode> list(String path) {
        Answer answer = api.ask(Call.get(path), context);
        return answer.ok() ? Optional.of(answer.json().path("items")) : Optional.empty();
    }

    private static boolean named(JsonNode items, String name) {
        return names(items).contains(name);
    }

    private static List<String> names(JsonNode items) {
        List<String> all = new ArrayList<>();
        items.forEach(item -> all.add(item.at("/metadata/name").asText()));
        return all;
    }

    private static boolean marked(JsonNode items, String annotation) {
        for (JsonNode item : items) {
            if (item.path("metadata")
                    .path("annotations")
                    .path(annotation)
                    .asText()
                    .equals("true")) {
                return true;
            }
        }
        return false;
    }
}
