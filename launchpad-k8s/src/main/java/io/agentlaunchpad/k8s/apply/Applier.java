package io.agentlaunchpad.k8s.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.client.Trees;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Manifest;
import io.agentlaunchpad.k8s.manifest.Manifests;
import io.agentlaunchpad.k8s.manifest.Names;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Applies releases. First a look at what is there, then the other objects at once, the Deployment last and only if nobody
 * wrote it meanwhile. What can be refused beforehand is refused before anything is changed. Whatever is interrupted, applying
 * again finishes it.
 */
public final class Applier {

    /** Kinds of which an apply could swallow a stranger's object silently; the others collide in fields both must set. */
    private static final Set<String> SILENT = Set.of("ServiceAccount", "PersistentVolumeClaim", "ConfigMap");

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RACES = 20;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Api api;
    private final String namespace;
    private final boolean takingOver;
    private final Rehearsal rehearsal;

    public Applier(Api api, String namespace, boolean takingOver, Rehearsal rehearsal) {
        this.api = api;
        this.namespace = namespace;
        this.takingOver = takingOver;
        this.rehearsal = rehearsal;
    }

    /**
     * What was applied.
     *
     * @param uid of the Deployment
     * @param generation of it: its controller's word counts from here on
     * @param warnings for people
     */
    public record Applied(String uid, long generation, List<String> warnings) {}

    /** Makes the namespace run this release; see {@link io.agentlaunchpad.spi.Platform#apply}. */
    public Applied apply(Release release, Fence fence, WorkContext context) {
        context.check();
        List<Manifest> all = Manifests.read(release.objects());
        Manifest workload = all.stream().filter(Manifest::workload).findFirst().orElseThrow();
        List<Manifest> others =
                all.stream().filter(each -> !each.shared() && !each.workload()).toList();
        Live live = lookAround(release, workload, others, context);
        List<String> warnings = new ArrayList<>();
        String hash = Manifests.hash(release.objects());
        boolean same = hash.equals(live.annotation(Labels.OBJECTS));
        if (!same) {
            warnings.addAll(rehearsal.rehearse(workload, live.tree(), fence, context));
        }
        for (Manifest shared : all.stream().filter(Manifest::shared).toList()) {
            makeShared(shared, fence::check, context);
        }
        announce(others, workload, live, fence, context);
        applyOthers(release, others, workload, fence, context);
        Live applied = applyWorkload(release, workload, others, hash, live, fence, context);
        prune(release, others, live, fence, context);
        return new Applied(applied.uid(), applied.generation(), warnings);
    }

    /** What the Deployment is now; refuses strangers that applying would take over silently. */
    private Live lookAround(Release release, Manifest workload, List<Manifest> others, WorkContext context) {
        List<Manifest> silent =
                others.stream().filter(each -> SILENT.contains(each.kind())).toList();
        // A new agent has no inventory that could spare a question: all are asked at once.
        boolean fresh = release.revision() == 1;
        List<Manifest> asked = new ArrayList<>(List.of(workload));
        asked.addAll(fresh ? silent : List.of());
        List<Live> found = look(asked, context);
        refuseStrangers(release, asked, found);
        Live live = found.get(0);
        if (!fresh) {
            Set<String> known = live.inventory();
            List<Manifest> doubtful =
                    silent.stream().filter(each -> !known.contains(line(each))).toList();
            refuseStrangers(release, doubtful, look(doubtful, context));
        }
        return live;
    }

    /** What is there of them now. */
    private List<Live> look(List<Manifest> manifests, WorkContext context) {
        List<Answer> answers =
                api.all(manifests.stream().map(each -> Call.get(path(each))).toList(), () -> {}, context);
        List<Live> found = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            if (!answer.ok() && !answer.missing()) {
                throw Refusals.of(answer, manifests.get(i).toString());
            }
            found.add(new Live(answer.ok() ? answer.json() : JsonNodeFactory.instance.objectNode()));
        }
        return found;
    }

    private void refuseStrangers(Release release, List<Manifest> manifests, List<Live> found) {
        for (int i = 0; i < found.size(); i++) {
            Live live = found.get(i);
            if (live.exists()
                    && !takingOver
                    && !live.belongsTo(release.agentId().value())) {
                throw new ConflictException(
                        "NOT_OURS",
                        manifests.get(i) + " exists in namespace " + namespace
                                + " and was not made by Launchpad for this agent.",
                        "remove or rename it, choose another agent name, or take it over on purpose"
                                + " (KubernetesPlatform.takingOver()).",
                        null);
            }
        }
    }

    /** Makes what other agents use too, where it is absent. */
    public void makeShared(Manifest shared, Runnable before, WorkContext context) {
        Answer found = api.ask(Call.get(path(shared)), context);
        if (found.missing()) {
            Answer made = api.call(
                    Call.create(
                            Paths.of(namespace, shared.apiVersion(), shared.kind()),
                            shared.tree().toString()),
                    before,
                    context);
            if (!made.ok() && !made.reason().equals("AlreadyExists")) {
                throw Refusals.of(made, shared.toString());
            }
        }
    }

    /** Writes down what is to come and what is to go, so that whoever goes on after a crash in the middle knows what to prune. */
    private void announce(List<Manifest> others, Manifest workload, Live live, Fence fence, WorkContext context) {
        if (!changes(others, live)) {
            return;
        }
        ObjectNode mark = bare(workload);
        Set<String> all = live.lines(Live.COMING);
        all.addAll(toCome(others, live));
        all.addAll(toGo(others, live));
        mark.withObject("/metadata/annotations").put(Live.COMING, String.join("\n", all));
        coming(mark, workload, fence, context);
    }

    /** Whether the release has other objects than what lives. */
    private static boolean changes(List<Manifest> others, Live live) {
        return live.exists()
                && !(toCome(others, live).isEmpty() && toGo(others, live).isEmpty());
    }

    private static Set<String> toCome(List<Manifest> others, Live live) {
        Set<String> all = lines(others);
        all.removeAll(live.inventory());
        return all;
    }

    private static Set<String> toGo(List<Manifest> others, Live live) {
        Set<String> all = live.inventory();
        all.removeAll(lines(others));
        // Data goes with its agent only.
        all.removeIf(line -> line.contains(" PersistentVolumeClaim "));
        return all;
    }

    private void coming(ObjectNode mark, Manifest workload, Fence fence, WorkContext context) {
        Call call = new Call(
                "PATCH",
                path(workload) + "?fieldManager=launchpad-coming&force=true",
                "application/apply-patch+yaml",
                mark.toString(),
                Duration.ofSeconds(20));
        Answer answer = api.call(call, fence::check, context);
        if (!answer.ok()) {
            throw Refusals.of(answer, workload.toString());
        }
    }

    private void applyOthers(
            Release release, List<Manifest> others, Manifest workload, Fence fence, WorkContext context) {
        List<Call> calls = new ArrayList<>();
        others.forEach(each -> calls.add(Call.apply(path(each), each.tree().toString(), takingOver, false)));
        calls.add(identity(release, workload));
        List<Answer> answers = api.all(calls, fence::check, context);
        for (int i = 0; i < others.size(); i++) {
            Answer answer = answers.get(i);
            if (!answer.ok() && !grown(others.get(i), context)) {
                throw Refusals.of(answer, others.get(i).toString());
            }
            outlast(others.get(i), calls.get(i), answer, fence, context);
        }
        Answer identity = answers.get(others.size());
        String name = Names.of(release.agentId()).identity();
        // A quota that is used up, or a policy, refuses the Secret before the server sees that it is there already.
        if (!identity.ok()
                && !identity.reason().equals("AlreadyExists")
                && !api.ask(Call.get(Paths.of(namespace, "v1", "Secret", name)), context)
                        .ok()) {
            throw Refusals.of(identity, "Secret/" + name);
        }
    }

    /**
     * What was deleted and is held by a finalizer, such as an ingress controller's, takes an apply and still goes: it is
     * applied until it is another one. A claim is not waited for: the pods that hold it go only when the Deployment is applied.
     */
    private void outlast(Manifest manifest, Call call, Answer first, Fence fence, WorkContext context) {
        Answer answer = first;
        while (!manifest.kind().equals("PersistentVolumeClaim")
                && answer.json().path("metadata").hasNonNull("deletionTimestamp")) {
            context.progress("Waiting for " + manifest + " to go: it was deleted, and a finalizer holds it");
            Api.pause(LOOK_AGAIN, context);
            answer = api.call(call, fence::check, context);
            if (!answer.ok()) {
                throw Refusals.of(answer, manifest.toString());
            }
        }
    }

    /** The agent's own token and salt: made by the first who applies, never changed, shown to nobody. */
    private Call identity(Release release, Manifest workload) {
        Map<String, String> labels = new java.util.TreeMap<>(Labels.of(release.agentId()));
        labels.put(Selection.VALUES, "identity");
        ObjectNode tree = Trees.secret(
                Names.of(release.agentId()).identity(),
                "agentlaunchpad.io/identity",
                labels,
                Trees.texts(workload.tree().path("metadata").path("annotations")),
                true,
                Map.of(Names.IDENTITY_TOKEN, random(), Names.IDENTITY_SALT, random()));
        return Call.create(Paths.of(namespace, "v1", "Secret"), tree.toString());
    }

    /** A volume that somebody made larger stays so: it cannot shrink. */
    private boolean grown(Manifest manifest, WorkContext context) {
        if (!manifest.kind().equals("PersistentVolumeClaim")) {
            return false;
        }
        Answer live = api.ask(Call.get(path(manifest)), context);
        String at = "/spec/resources/requests/storage";
        return live.ok()
                && Amounts.of(live.json().at(at))
                                .compareTo(Amounts.of(manifest.tree().at(at)))
                        > 0;
    }

    private Live applyWorkload(
            Release release,
            Manifest workload,
            List<Manifest> others,
            String hash,
            Live first,
            Fence fence,
            WorkContext context) {
        Live live = first;
        for (int race = 0; ; race++) {
            ObjectNode tree = workload.tree().deepCopy();
            ObjectNode metadata = tree.withObject("/metadata");
            ObjectNode annotations = metadata.withObject("/annotations");
            annotations.put(Labels.OBJECTS, hash);
            annotations.put(Live.INVENTORY, String.join("\n", lines(others)));
            // Kept where nothing changes, so that applying again writes nothing.
            boolean same = hash.equals(live.annotation(Labels.OBJECTS));
            annotations.put(
                    Labels.REVISION, same ? live.annotation(Labels.REVISION) : String.valueOf(release.revision()));
            annotations.put(Labels.FENCE, same ? live.annotation(Labels.FENCE) : String.valueOf(fence.number()));
            if (live.exists()) {
                metadata.put("resourceVersion", live.version());
            }
            Answer answer =
                    api.call(Call.apply(path(workload), tree.toString(), takingOver, false), fence::check, context);
            if (answer.ok()) {
                return new Live(answer.json());
            }
            boolean raced = answer.status() == 409 && !Refusals.isOwnership(answer) && race < RACES;
            if (!raced) {
                throw Refusals.of(answer, workload.toString());
            }
            Live now = look(List.of(workload), context).get(0);
            // Controllers write its status all the time; another release is another matter.
            if (!now.annotation(Labels.OBJECTS).equals(live.annotation(Labels.OBJECTS))
                    && !now.annotation(Labels.OBJECTS).equals(hash)) {
                throw Refusals.of(answer, workload.toString());
            }
            live = now;
        }
    }

    private void prune(Release release, List<Manifest> others, Live before, Fence fence, WorkContext context) {
        for (String line : toGo(others, before)) {
            String[] parts = line.split(" ", 3);
            if (parts.length == 3) {
                remove(release, parts, fence, context);
            }
        }
        if (!before.lines(Live.COMING).isEmpty() || changes(others, before)) {
            Manifest workload = Manifests.read(release.objects()).stream()
                    .filter(Manifest::workload)
                    .findFirst()
                    .orElseThrow();
            coming(bare(workload), workload, fence, context);
        }
    }

    private void remove(Release release, String[] parts, Fence fence, WorkContext context) {
        String path = Paths.of(namespace, parts[0], parts[1], parts[2]);
        Answer found = api.ask(Call.get(path), context);
        Live live = new Live(found.json());
        if (!found.ok() || !live.belongsTo(release.agentId().value())) {
            return;
        }
        Answer gone = api.call(Call.delete(path, live.uid()), fence::check, context);
        if (!gone.ok() && !gone.missing() && gone.status() != 409) {
            throw Refusals.of(gone, parts[1] + "/" + parts[2]);
        }
    }

    private static ObjectNode bare(Manifest workload) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("apiVersion", workload.apiVersion()).put("kind", workload.kind());
        tree.putObject("metadata").put("name", workload.name());
        return tree;
    }

    private String path(Manifest manifest) {
        return Paths.of(namespace, manifest.apiVersion(), manifest.kind(), manifest.name());
    }

    static Set<String> lines(List<Manifest> manifests) {
        Set<String> all = new TreeSet<>();
        manifests.forEach(each -> all.add(line(each)));
        return all;
    }

    private static String line(Manifest manifest) {
        return manifest.apiVersion() + " " + manifest.kind() + " " + manifest.name();
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII);
    }
}
