package io.agentlaunchpad.k8s.operate;

import io.agentlaunchpad.k8s.client.Call;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who wrote which fields of an object, by its {@code managedFields} (Kubernetes, "Server-Side Apply", fieldsV1).
 *
 * @param ours what Launchpad applied
 * @param others what people and programs wrote that are no part of Kubernetes, by manager
 */
record Managed(Claim ours, Map<String, Claim> others) {

    /** Kubernetes' own: their writing is no drift. */
    private static final Set<String> CONTROLLERS =
            Set.of("kube-controller-manager", "kube-scheduler", "kubelet", "kube-apiserver", "launchpad-coming");

    /**
     * Fields of one manager.
     *
     * @param time of its last change, RFC 3339
     */
    record Claim(String time, Set<String> paths) {

        static final Claim NONE = new Claim("", Set.of());

        Set<String> without(Claim other) {
            Set<String> left = new TreeSet<>(paths);
            left.removeAll(other.paths);
            return left;
        }
    }

    static Managed of(HasMetadata object) {
        Claim ours = Claim.NONE;
        Map<String, Claim> others = new TreeMap<>();
        for (ManagedFieldsEntry entry : object.getMetadata().getManagedFields()) {
            String manager = String.valueOf(entry.getManager());
            if ("status".equals(entry.getSubresource())
                    || CONTROLLERS.contains(manager)
                    || entry.getFieldsV1() == null) {
                continue;
            }
            Set<String> paths = new TreeSet<>();
            collect("", entry.getFieldsV1().getAdditionalProperties(), paths);
            Claim claim = new Claim(Objects.requireNonNullElse(entry.getTime(), ""), paths);
            if (manager.equals(Call.MANAGER)) {
                ours = claim;
            } else {
                others.put(manager, claim);
            }
        }
        return new Managed(ours, others);
    }

    private static void collect(String path, Map<String, Object> fields, Set<String> paths) {
        fields.forEach((key, below) -> {
            if (key.equals(".") || key.startsWith("v:")) {
                paths.add(path);
                return;
            }
            String here = key.startsWith("f:") ? path + "." + key.substring(2) : path + "[" + key.substring(2) + "]";
            if (below instanceof Map<?, ?> map && !map.isEmpty()) {
                collect(
                        here,
                        map.entrySet().stream()
                                .collect(Collectors.toMap(each -> String.valueOf(each.getKey()), Map.Entry::getValue)),
                        paths);
            } else {
                paths.add(here);
            }
        });
    }

    /** What somebody else did between the two: who, and the paths. */
    List<Map.Entry<String, Set<String>>> since(Managed before) {
        Map<String, Set<String>> found = new TreeMap<>();
        others.forEach((manager, claim) -> {
            Claim old = before.others.getOrDefault(manager, Claim.NONE);
            Set<String> gained = claim.without(old);
            if (!gained.isEmpty()) {
                found.put(manager, gained);
            } else if (!claim.time().equals(old.time())) {
                found.put(manager, claim.paths());
            }
        });
        // What we applied last is gone, and nobody claims it: it was removed.
        boolean applied = !ours.time().equals(before.ours.time());
        if (!applied && found.isEmpty()) {
            Set<String> lost = before.ours.without(ours);
            others.values().forEach(claim -> lost.removeAll(claim.paths()));
            if (!lost.isEmpty()) {
                found.put(latest(), lost);
            }
        }
        return List.copyOf(found.entrySet());
    }

    private String latest() {
        return others.entrySet().stream()
                .max(Map.Entry.comparingByValue((a, b) -> a.time().compareTo(b.time())))
                .map(Map.Entry::getKey)
                .orElse("unknown");
    }
}
