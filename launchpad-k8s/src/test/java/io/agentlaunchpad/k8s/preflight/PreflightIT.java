package io.agentlaunchpad.k8s.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.SecretRef;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.k8s.AuditLog;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.manifest.AgentObjects;
import io.agentlaunchpad.k8s.manifest.ClusterFacts;
import io.agentlaunchpad.k8s.manifest.Manifest;
import io.agentlaunchpad.k8s.manifest.ManifestSettings;
import io.agentlaunchpad.k8s.manifest.Tls;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Against a real API server, mostly as an account that has few rights. */
@RealCluster
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PreflightIT {

    private static final AgentSpec ADA =
            AgentSpec.named("ada").bio("Explains mathematics").build();
    private static final AgentSpec SHARED = AgentSpec.named("ada")
            .bio("Explains mathematics")
            .database(Database.POSTGRESQL)
            .secretNames("POSTGRES_URL")
            .build();

    private static final Pattern RECEIVED = Pattern.compile("\"requestReceivedTimestamp\":\"([^\"]+)\"");

    @TempDir
    private Path folder;

    @Test
    void an_administrator_learns_what_the_cluster_is(Cluster cluster) {
        try (Account admin = Account.admin(cluster)) {
            ClusterFacts facts = new Preflight(admin.api()).facts(TestWork.of());

            assertThat(facts.version()).matches("1\\.\\d+\\.\\d+.*");
            assertThat(facts.apiServers()).isNotEmpty();
            assertThat(facts.policies()).isNotEqualTo(ClusterFacts.Enforced.UNKNOWN);
            assertThat(check(admin, ADA, ManifestSettings.in(cluster.namespace())))
                    .isEmpty();
        }
    }

    @Test
    void the_least_role_suffices_and_what_it_cannot_see_stays_unknown(Cluster cluster) {
        try (Account account = Account.leastRights(cluster)) {
            ManifestSettings settings = ManifestSettings.in(cluster.namespace());
            ClusterFacts facts = new Preflight(account.api()).facts(TestWork.of());

            assertThat(check(account, ADA, settings)).isEmpty();
            assertThat(facts.apiServers()).isEmpty();
            assertThat(facts.policies()).isEqualTo(ClusterFacts.Enforced.UNKNOWN);
        }
    }

    @Test
    void the_optional_rights_of_the_file_let_the_account_see_it_all(Cluster cluster) throws IOException {
        List<String> documents = Account.documents(cluster);
        try (Account account = Account.leastRights(cluster)) {
            for (String document : documents.subList(3, documents.size())) {
                outside(cluster, "apply", document);
            }
            ClusterFacts facts = new Preflight(account.api()).facts(TestWork.of());

            assertThat(facts.apiServers()).isNotEmpty();
            assertThat(facts.policies()).isNotEqualTo(ClusterFacts.Enforced.UNKNOWN);
            refused(account, ADA, ManifestSettings.in(cluster.namespace()).volume("gold", 1L << 30), "gold");
        } finally {
            for (String document : documents.subList(3, documents.size())) {
                outside(cluster, "delete", document);
            }
        }
    }

    /** Objects outside the namespace get names of this test's own. */
    private void outside(Cluster cluster, String verb, String document) throws IOException {
        Path file = folder.resolve("document.yaml");
        Files.writeString(file, document.replace("name: launchpad-", "name: " + cluster.namespace() + "-"));
        String namespace = document.contains("namespace: kube-system}") ? "kube-system" : "default";
        cluster.kubectl(verb, "--namespace=" + namespace, "-f", file.toString());
    }

    @Test
    void every_object_can_be_applied_watched_and_removed_with_the_least_role(Cluster cluster) {
        cluster.enforce("restricted");
        try (Account account = Account.leastRights(cluster)) {
            AgentSpec spec = ADA.toBuilder().expose("ada.agents.example").build();
            Api api = account.api();
            for (Manifest manifest : rendered(spec, ManifestSettings.in(cluster.namespace()))) {
                String kinds = Paths.of(cluster.namespace(), manifest.apiVersion(), manifest.kind());
                String path = kinds + "/" + manifest.name();

                assertOk(api, Call.apply(path, manifest.tree().toString(), false, false));
                assertOk(api, Call.get(path));
                assertOk(api, Call.get(kinds));
                assertOk(api, Call.get(kinds + "?watch=true&timeoutSeconds=1"));
                assertOk(api, new Call("DELETE", path, null, null, java.time.Duration.ofSeconds(10)));
            }
            String secrets = Paths.of(cluster.namespace(), "v1", "Secret");
            String secret = "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"x\"}}";
            assertOk(api, Call.create(secrets, secret));
            assertOk(api, Call.get(secrets));
            assertOk(api, new Call("DELETE", secrets + "/x", null, null, java.time.Duration.ofSeconds(10)));
            assertOk(
                    api, Call.get("/api/v1/namespaces/" + cluster.namespace() + "/events?watch=true&timeoutSeconds=1"));
            Answer nodes = api.ask(Call.get("/api/v1/nodes"), TestWork.of());
            assertThat(nodes.status()).isEqualTo(403);
        }
    }

    @Test
    void every_missing_right_is_named_at_once_and_so_is_the_account(Cluster cluster) {
        try (Account account = Account.nobody(cluster)) {
            AgentSpec spec = ADA.toBuilder().expose("ada.agents.example").build();

            PreflightException e = refused(
                    account,
                    spec,
                    ManifestSettings.in(cluster.namespace()),
                    "The account " + account.name() + " may not, in the namespace " + cluster.namespace() + ": ",
                    "get namespaces; ",
                    "get, list, watch, create, patch, delete deployments.apps; ",
                    "get, list, create, patch, delete secrets; ",
                    "get, list, watch, create, patch, delete ingresses.networking.k8s.io; ",
                    "list, watch events.");
            assertThat(e.code()).isEqualTo("RIGHTS_MISSING");
            assertThat(e.fix()).contains("docs/rbac.yaml");
        }
    }

    @Test
    void a_right_that_only_costs_a_convenience_is_a_warning(Cluster cluster) {
        try (Account account = Account.leastRights(cluster, "resources: [pods/proxy]", "resources: [pods/attach]")) {
            assertThat(check(account, ADA, ManifestSettings.in(cluster.namespace())))
                    .containsExactly("This account may not get, create pods/proxy in the namespace "
                            + cluster.namespace()
                            + ": there is no chat and no readiness detail through the API server.");
        }
    }

    @Test
    void a_refusal_is_not_remembered(Cluster cluster) {
        try (Account account = Account.nobody(cluster)) {
            Preflight preflight = new Preflight(account.api());
            ManifestSettings settings = ManifestSettings.in(cluster.namespace());
            assertThatThrownBy(() -> preflight.check(id(ADA), ADA, settings, TestWork.of()))
                    .isInstanceOf(PreflightException.class);

            Account.leastRights(cluster).close();

            assertThat(preflight.check(id(ADA), ADA, settings, TestWork.of())).isEmpty();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "LAUNCHPAD_TEST_AUDIT_LOG", matches = ".+", disabledReason = "no audit log")
    void a_second_agent_costs_no_request(Cluster cluster) throws IOException {
        Instant begun = Instant.now();
        try (Account account = Account.leastRights(cluster)) {
            Preflight preflight = new Preflight(account.api());
            ManifestSettings settings = ManifestSettings.in(cluster.namespace());
            preflight.check(id(ADA), ADA, settings, TestWork.of());
            Instant checked = Instant.now();

            AgentSpec other = AgentSpec.named("other").bio("Another one").build();
            preflight.check(id(other), other, settings, TestWork.of());

            // Once, at the end: to read it takes a while, and what is known of quotas is not known for long.
            Map<Boolean, Long> requests = requests(begun, account)
                    .collect(Collectors.partitioningBy(at -> at.isBefore(checked), Collectors.counting()));
            assertThat(requests.get(true)).isBetween(40L, 90L);
            assertThat(requests.get(false)).isZero();
        }
    }

    /** When the server received each. */
    private static Stream<Instant> requests(Instant since, Account account) throws IOException {
        return AuditLog.ofTheTestbed().since(since, "\"username\":\"" + account.name() + "\"").stream()
                .filter(line -> line.contains("\"stage\":\"ResponseComplete\""))
                .map(RECEIVED::matcher)
                .peek(received -> assertThat(received.find()).isTrue())
                .map(received -> Instant.parse(received.group(1)));
    }

    @Test
    void a_namespace_that_is_not_there_is_refused_unless_it_may_be_made(Cluster cluster) {
        try (Account admin = Account.admin(cluster);
                Account account = Account.leastRights(cluster)) {
            ManifestSettings nowhere = ManifestSettings.in(cluster.namespace() + "-not");

            refused(admin, ADA, nowhere, "There is no namespace " + nowhere.namespace());
            assertThat(check(admin, ADA, nowhere.createNamespace(true))).isEmpty();
            refused(account, ADA, nowhere.createNamespace(true), "may not, in the namespace " + nowhere.namespace());
        }
    }

    @Test
    void a_quota_without_room_is_refused_and_one_with_room_is_not(Cluster cluster) {
        quota(cluster, "{requests.memory: 400Mi, pods: 5}");
        try (Account account = Account.leastRights(cluster)) {
            ManifestSettings settings = ManifestSettings.in(cluster.namespace());

            PreflightException e = refused(
                    account,
                    ADA,
                    settings,
                    "The quota tight of the namespace " + cluster.namespace()
                            + " has 400Mi of requests.memory left, the agent needs 512Mi more.");
            assertThat(e.code()).isEqualTo("QUOTA_EXCEEDED");

            quota(cluster, "{requests.memory: 600Mi, pods: 5}");
            assertThat(check(account, ADA, settings)).isEmpty();
        }
    }

    @Test
    void the_share_of_the_pod_that_is_replaced_counts_as_free(Cluster cluster) {
        quota(cluster, "{requests.memory: 600Mi, pods: 1}");
        try (Account account = Account.leastRights(cluster)) {
            ManifestSettings settings = ManifestSettings.in(cluster.namespace()).ephemeral(true);
            apply(account, cluster, rendered(ADA, settings));
            awaitPods(cluster, "1");

            assertThat(check(account, ADA, settings)).isEmpty();
            AgentSpec other = AgentSpec.named("other").bio("Another one").build();
            refused(account, other, settings, "has 0 of pods left, the agent needs 1 more");
            AgentSpec larger = ADA.toBuilder().memory("2Gi").build();
            refused(account, larger, settings, "has 88Mi of requests.memory left, the agent needs 512Mi more");
        }
    }

    @Test
    void a_rolling_update_without_room_for_one_more_pod_is_a_warning(Cluster cluster) {
        quota(cluster, "{pods: 1}");
        try (Account account = Account.leastRights(cluster)) {
            ManifestSettings settings = ManifestSettings.in(cluster.namespace());
            apply(account, cluster, rendered(SHARED, settings));
            awaitPods(cluster, "1");

            assertThat(check(account, SHARED, settings))
                    .containsExactly("The quota tight of the namespace " + cluster.namespace()
                            + " has no room for one more pod (pods: 0 left): a new release of the agent cannot start"
                            + " beside the old one.");
            refused(account, SHARED.withReplicas(2), settings, "has 0 of pods left, the agent needs 1 more");
        }
    }

    @Test
    void a_quota_of_something_that_pods_do_not_state_is_a_warning(Cluster cluster) {
        quota(cluster, "{limits.ephemeral-storage: 10Gi}");
        try (Account account = Account.leastRights(cluster)) {
            assertThat(check(account, ADA, ManifestSettings.in(cluster.namespace())))
                    .singleElement()
                    .asString()
                    .contains("limits limits.ephemeral-storage, which the agent's pods do not state");
        }
    }

    @Test
    void several_refusals_come_at_once(Cluster cluster) {
        try (Account admin = Account.admin(cluster)) {
            ManifestSettings settings = ManifestSettings.in(cluster.namespace())
                    .volume("gold", 1L << 30)
                    .imagePullSecrets(List.of("registry-login"));

            PreflightException e = refused(
                    admin,
                    ADA,
                    settings,
                    "There is no StorageClass gold; the cluster has [",
                    "There is no Secret registry-login in the namespace " + cluster.namespace());
            assertThat(e.code()).isEqualTo("PREFLIGHT_FAILED");

            cluster.kubectl("create", "secret", "generic", "registry-login");
            refused(admin, ADA, settings, "There is no StorageClass gold");
        }
    }

    @Test
    void a_secret_that_the_agent_refers_to_must_be_there(Cluster cluster) {
        try (Account account = Account.leastRights(cluster)) {
            AgentSpec spec = ADA.toBuilder()
                    .secretRef("OPENAI_API_KEY", SecretRef.of("model-keys", "openai"))
                    .build();
            ManifestSettings settings = ManifestSettings.in(cluster.namespace());

            refused(account, spec, settings, "There is no Secret model-keys", "the secret OPENAI_API_KEY refers to");
            cluster.kubectl("create", "secret", "generic", "model-keys");
            assertThat(check(account, spec, settings)).isEmpty();
        }
    }

    @Test
    void an_ingress_that_nobody_serves_is_a_warning(Cluster cluster) {
        try (Account admin = Account.admin(cluster)) {
            AgentSpec spec = ADA.toBuilder().expose("ada.agents.example").build();
            ManifestSettings settings = ManifestSettings.in(cluster.namespace());

            assertThat(check(admin, spec, settings.ingress("nginx", new Tls.ByIssuer("house"))))
                    .anyMatch(line -> line.startsWith("There is no IngressClass nginx;"))
                    .anyMatch(line -> line.startsWith("cert-manager is not installed"));
            assertThat(check(admin, spec, settings.ingress(null, new Tls.InSecret("wildcard"))))
                    .anyMatch(line -> line.startsWith("The cluster has no default IngressClass;"))
                    .anyMatch(line -> line.startsWith("There is no Secret wildcard in the namespace"));
        }
    }

    @Test
    void a_customizer_that_breaks_the_namespaces_policy_level_is_refused(Cluster cluster) {
        try (Account account = Account.leastRights(cluster)) {
            ManifestSettings settings = ManifestSettings.in(cluster.namespace())
                    .customizers(List.of((agent, object) -> hostNetwork(object)));

            assertThat(check(account, ADA, settings)).isEmpty();
            cluster.enforce("baseline");
            PreflightException e = refusedAfresh(account, ADA, settings, "violates PodSecurity \"baseline");
            assertThat(e.code()).isEqualTo("POD_SECURITY");
        }
    }

    private static JsonValue.Obj hostNetwork(JsonValue.Obj object) {
        if (!(object.get("spec") instanceof JsonValue.Obj spec)
                || !(spec.get("template") instanceof JsonValue.Obj template)
                || !(template.get("spec") instanceof JsonValue.Obj pod)) {
            return object;
        }
        return with(object, "spec", with(spec, "template", with(template, "spec", with(pod, "hostNetwork", true))));
    }

    private static JsonValue.Obj with(JsonValue.Obj object, String name, Object value) {
        Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
        members.put(name, JsonValue.of(value));
        return new JsonValue.Obj(members);
    }

    @Test
    void a_limit_range_that_forbids_the_agents_size_is_refused(Cluster cluster) {
        cluster.apply("{apiVersion: v1, kind: LimitRange, metadata: {name: small},"
                + " spec: {limits: [{type: Container, max: {memory: 256Mi}}]}}");
        try (Account account = Account.leastRights(cluster)) {
            PreflightException e = refused(
                    account,
                    ADA,
                    ManifestSettings.in(cluster.namespace()),
                    "maximum memory usage per Container is 256Mi");
            assertThat(e.code()).isEqualTo("LIMIT_RANGE");
        }
    }

    @Test
    void a_token_that_is_no_good_is_refused(Cluster cluster) {
        try (Account account = Account.bearing(cluster, "nonsense")) {
            PreflightException e =
                    refused(account, ADA, ManifestSettings.in(cluster.namespace()), "does not accept the credentials");
            assertThat(e.code()).isEqualTo("LOGIN_REFUSED");
        }
    }

    @Test
    void cancelled_work_asks_nothing(Cluster cluster) {
        try (Account admin = Account.admin(cluster)) {
            TestWork work = TestWork.of();
            work.cancel();

            assertThatThrownBy(() -> new Preflight(admin.api())
                            .check(id(ADA), ADA, ManifestSettings.in(cluster.namespace()), work))
                    .isInstanceOf(CancelledException.class);
        }
    }

    private static List<String> check(Account account, AgentSpec spec, ManifestSettings settings) {
        return new Preflight(account.api()).check(id(spec), spec, settings, TestWork.of());
    }

    private static PreflightException refused(
            Account account, AgentSpec spec, ManifestSettings settings, CharSequence... words) {
        PreflightException refusal =
                catchThrowableOfType(PreflightException.class, () -> check(account, spec, settings));
        assertThat(refusal).isNotNull();
        assertThat(refusal).message().contains(words);
        return refusal;
    }

    /** A label of a namespace takes a moment to reach the admission plugin's cache. */
    private static PreflightException refusedAfresh(
            Account account, AgentSpec spec, ManifestSettings settings, CharSequence... words) {
        for (int i = 0; i < 50; i++) {
            if (catchThrowableOfType(PreflightException.class, () -> check(account, spec, settings)) != null) {
                break;
            }
        }
        return refused(account, spec, settings, words);
    }

    private static AgentId id(AgentSpec spec) {
        return AgentId.of(Owner.LOCAL, spec.name());
    }

    private static void quota(Cluster cluster, String hard) {
        cluster.kubectl("delete", "resourcequota", "tight", "--ignore-not-found");
        cluster.apply("{apiVersion: v1, kind: ResourceQuota, metadata: {name: tight}, spec: {hard: " + hard + "}}");
        cluster.kubectl("wait", "resourcequota/tight", "--for=jsonpath={.status.hard}", "--timeout=60s");
    }

    private static List<Manifest> rendered(AgentSpec spec, ManifestSettings settings) {
        Artifact image = new Artifact.Image(
                ImageRef.parse("registry.invalid/agents/ada@sha256:" + "0123456789abcdef".repeat(4)));
        Release.Run run = new Release.Run(spec.resources().replicas(), 1);
        return AgentObjects.render(
                        new PlanRequest(id(spec), Owner.LOCAL, spec, image, null, run),
                        settings,
                        ClusterFacts.unknown())
                .manifests();
    }

    private static void apply(Account account, Cluster cluster, List<Manifest> manifests) {
        for (Manifest manifest : manifests) {
            ObjectNode tree = manifest.tree();
            String path = Paths.of(cluster.namespace(), manifest.apiVersion(), manifest.kind(), manifest.name());
            assertOk(account.api(), Call.apply(path, tree.toString(), false, false));
        }
    }

    private static void awaitPods(Cluster cluster, String count) {
        cluster.kubectl("wait", "resourcequota/tight", "--for=jsonpath={.status.used.pods}=" + count, "--timeout=60s");
    }

    private static void assertOk(Api api, Call call) {
        Answer answer = api.ask(call, TestWork.of());
        assertThat(answer.ok()).as("%s: %s", call, answer.text()).isTrue();
    }
}
