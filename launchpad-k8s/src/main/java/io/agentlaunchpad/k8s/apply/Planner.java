package io.agentlaunchpad.k8s.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Manifest;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.spi.WorkContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares what would run with what runs, by the server's own dry run: defaults and conversions are no differences. */
public final class Planner {

    /** What the server writes itself. */
    private static final Set<String> VOLATILE =
            Set.of("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink");

    private static final Set<String> OWN_NOTES =
            Set.of(Labels.OBJECTS, Labels.REVISION, Labels.FENCE, Live.INVENTORY, Live.COMING);

    private final Api api;
    private final String namespace;
    private final boolean takingOver;

    public Planner(Api api, String namespace, boolean takingOver) {
        this.api = api;
        this.namespace = namespace;
        this.takingOver = takingOver;
    }

    /**
     * What applying would do to each object.
     *
     * @param warnings gets what the server would refuse
     */
    public List<Change> changes(List<Manifest> manifests, List<String> warnings, WorkContext context) {
        List<Call> gets = manifests.stream().map(each -> Call.get(path(each))).toList();
        List<Call> dry = manifests.stream()
                .map(each -> Call.apply(path(each), each.tree().toString(), takingOver, true))
                .toList();
        List<Answer> live = api.all(gets, () -> {}, context);
        List<Answer> wanted = api.all(dry, () -> {}, context);
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < manifests.size(); i++) {
            Manifest manifest = manifests.get(i);
            if (!live.get(i).ok() && !live.get(i).missing()) {
                throw Refusals.of(live.get(i), manifest.toString());
            }
            changes.add(change(manifest, live.get(i), wanted.get(i), warnings));
            if (manifest.workload() && live.get(i).ok()) {
                removed(manifests, new Live(live.get(i).json()), changes);
            }
        }
        return changes;
    }

    private static Change change(Manifest manifest, Answer live, Answer wanted, List<String> warnings) {
        boolean absent = live.missing();
        // The namespace may be what is to be created.
        if (!wanted.ok() && !(absent && wanted.missing())) {
            warnings.add(Refusals.of(wanted, manifest.toString()).getMessage());
        }
        if (absent) {
            return new Change(manifest.toString(), Change.Action.CREATE, List.of());
        }
        if (manifest.shared()) {
            return new Change(manifest.toString(), Change.Action.KEEP, List.of());
        }
        List<String> differences = new ArrayList<>();
        differ("", plain(live.json()), plain(wanted.ok() ? wanted.json() : manifest.tree()), differences);
        Change.Action action = differences.isEmpty() ? Change.Action.KEEP : Change.Action.UPDATE;
        return new Change(manifest.toString(), action, differences);
    }

    private static void removed(List<Manifest> manifests, Live live, List<Change> changes) {
        Set<String> old = live.inventory();
        old.removeAll(Applier.lines(manifests));
        for (String line : old) {
            String[] parts = line.split(" ", 3);
            if (parts.length == 3 && !parts[1].equals("PersistentVolumeClaim")) {
                changes.add(new Change(parts[1] + "/" + parts[2], Change.Action.DELETE, List.of()));
            }
        }
    }

    private static JsonNode plain(JsonNode tree) {
        if (!(tree.deepCopy() instanceof ObjectNode copy)) {
            return tree;
        }
        copy.remove("status");
        if (copy.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(VOLATILE);
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove(OWN_NOTES);
                annotations.remove("deployment.kubernetes.io/revision");
            }
        }
        return copy;
    }

    private static void differ(String path, JsonNode old, JsonNode coming, List<String> differences) {
        if (old.equals(coming)) {
            return;
        }
        if (old.isObject() && coming.isObject()) {
            Set<String> names = new TreeSet<>();
            for (Iterator<String> each = old.fieldNames(); each.hasNext(); ) {
                names.add(each.next());
            }
            coming.fieldNames().forEachRemaining(names::add);
            names.forEach(name ->
                    differ(path.isEmpty() ? name : path + "." + name, old.path(name), coming.path(name), differences));
        } else if (old.isArray() && coming.isArray() && old.size() == coming.size()) {
            for (int i = 0; i < old.size(); i++) {
                String name = old.get(i).path("name").asText("");
                differ(
                        path + "[" + (name.isEmpty() ? String.valueOf(i) : name) + "]",
                        old.get(i),
                        coming.get(i),
                        differences);
            }
        } else {
            differences.add(path + ": " + shown(old) + " → " + shown(coming));
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "none" : value.isValueNode() ? value.asText() : value.toString();
    }

    private String path(Manifest manifest) {
        return Paths.of(namespace, manifest.apiVersion(), manifest.kind(), manifest.name());
    }
}
