package io.agentlaunchpad.k8s.manifest;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.SecretRef;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Agents as people launch them, and how the cluster they go to is. */
final class Samples {

    static final Owner OWNER = Owner.of("customer-7");
    static final Artifact IMAGE =
            new Artifact.Image(ImageRef.parse("registry.example/agents/ada@sha256:" + "0123456789abcdef".repeat(4)));
    static final ClusterFacts FACTS =
            new ClusterFacts("1.34.4", false, false, List.of("203.0.113.7"), ClusterFacts.Enforced.YES);

    private Samples() {}

    static AgentSpec.Builder ada() {
        return AgentSpec.named("Ada_Lovelace").bio("Explains mathematics").plugin("@elizaos/plugin-openai");
    }

    static AgentSpec.Builder shared() {
        return ada().database(Database.POSTGRESQL).secretNames("POSTGRES_URL", "OPENAI_API_KEY");
    }

    static PlanRequest request(AgentSpec spec) {
        return request(spec, IMAGE, "4f1c9a", spec.resources().replicas());
    }

    static PlanRequest request(AgentSpec spec, @Nullable Artifact artifact, @Nullable String version, int replicas) {
        AgentId id = AgentId.of(OWNER, spec.name());
        return new PlanRequest(id, OWNER, spec, artifact, version, new Release.Run(replicas, 1));
    }

    /** By the name of their golden file; each in the namespace it is given. */
    static Map<String, Function<String, Rendering>> all() {
        Map<String, Function<String, Rendering>> all = new LinkedHashMap<>();
        all.put("pglite", ns -> AgentObjects.render(request(ada().build()), ManifestSettings.in(ns), FACTS));
        all.put(
                "postgresql-3-replicas",
                ns -> AgentObjects.render(
                        request(shared().replicas(3)
                                .setting("@elizaos/plugin-openai", "OPENAI_BASE_URL", "http://10.7.0.9:8080/v1")
                                .egress("db.example:6432", "10.1.2.3/16:9000", "[2001:db8::7]:443", "api.example:443")
                                .build()),
                        ManifestSettings.in(ns)
                                .imagePullSecrets(List.of("registry-login"))
                                .callers(List.of("monitoring", "ingress-nginx")),
                        FACTS));
        all.put(
                "exposed-tls-secret",
                ns -> AgentObjects.render(
                        request(ada().expose("ada.agents.example").build()),
                        ManifestSettings.in(ns)
                                .ingress("nginx", new Tls.InSecret("wildcard-agents-example"))
                                .callers(List.of("ingress-nginx")),
                        FACTS));
        all.put(
                "exposed-cert-manager",
                ns -> AgentObjects.render(
                        request(ada().expose("ada.agents.example").build()),
                        ManifestSettings.in(ns).ingress(null, new Tls.ByClusterIssuer("letsencrypt")),
                        FACTS));
        all.put(
                "ephemeral",
                ns -> AgentObjects.render(
                        request(ada().build(), IMAGE, null, 1),
                        ManifestSettings.in(ns).ephemeral(true).networkPolicy(false),
                        FACTS));
        all.put(
                "bot-channels",
                ns -> AgentObjects.render(
                        request(shared().discord("123456789012345678")
                                .telegram()
                                .web(false)
                                .secretNames("DISCORD_API_TOKEN", "TELEGRAM_BOT_TOKEN")
                                .build()),
                        ManifestSettings.in(ns),
                        FACTS));
        all.put(
                "secret-refs",
                ns -> AgentObjects.render(
                        request(ada().secretRef("OPENAI_API_KEY", SecretRef.of("model-keys", "openai"))
                                .setting(
                                        "@elizaos/plugin-openai",
                                        "OPENAI_BASE_URL",
                                        "http://model.models.svc.cluster.local:8080/v1")
                                .waive("@elizaos/plugin-openai", "OPENAI_EMBEDDING_API_KEY")
                                .build()),
                        ManifestSettings.in(ns).volume("fast", 5L << 30),
                        FACTS));
        all.put(
                "stopped",
                ns -> AgentObjects.render(request(ada().build(), IMAGE, "4f1c9a", 0), ManifestSettings.in(ns), FACTS));
        all.put(
                "unbuilt",
                ns -> AgentObjects.render(
                        request(ada().build(), null, "4f1c9a", 1),
                        ManifestSettings.in(ns).createNamespace(true),
                        ClusterFacts.unknown()));
        all.put("hostile-names", ns -> {
            AgentSpec spec = AgentSpec.named("-_9--UPPER__" + "x".repeat(37) + "-")
                    .bio("Says: {{ .Values.evil }} $(HOME) \u202e ---\n- apiVersion: v1")
                    .memory("1")
                    .memory("100000001")
                    .cpu("10m")
                    .build();
            Owner owner = Owner.of("'; kubectl delete ns --all # \"\u2028---\u2028kind: Pod {{x}} $(HOME) ü");
            AgentId id = new AgentId("9" + "-".repeat(61) + "z");
            return AgentObjects.render(
                    new PlanRequest(id, owner, spec, IMAGE, "v", new Release.Run(1, Integer.MAX_VALUE)),
                    ManifestSettings.in(ns),
                    FACTS);
        });
        all.put(
                "pod-monitor",
                ns -> AgentObjects.render(
                        request(ada().build()),
                        ManifestSettings.in(ns),
                        new ClusterFacts("1.34.4", true, true, List.of("203.0.113.7"), ClusterFacts.Enforced.NO)));
        return all;
    }
}
