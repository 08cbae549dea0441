package io.agentlaunchpad.k8s.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.error.PreflightException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomizingTest {

    @Test
    void a_customizer_adds_what_a_team_wants_and_the_template_is_another_one() {
        Manifest plain = deployment(render(Samples.ada().build(), (agent, object) -> object));
        Manifest mine = deployment(render(
                Samples.ada().build(),
                (agent, object) -> isDeployment(object)
                        ? set(object, "spec.template.spec.nodeSelector", Map.of("disk", "ssd"))
                        : set(object, "metadata.labels.team", "maths")));

        assertThat(mine.tree().at("/spec/template/spec/nodeSelector/disk").asText())
                .isEqualTo("ssd");
        assertThat(template(mine)).isNotEqualTo(template(plain));
    }

    @Test
    void a_customizer_that_changes_nothing_gives_the_same_text() {
        Rendering plain = AgentObjects.render(
                Samples.request(Samples.ada().build()), ManifestSettings.in("agents"), Samples.FACTS);
        Rendering same = render(Samples.ada().build(), (agent, object) -> object);

        assertThat(Manifests.write(same.manifests())).isEqualTo(Manifests.write(plain.manifests()));
    }

    @ParameterizedTest
    @CsvSource({
        "apiVersion, v2",
        "kind, Pod",
        "metadata.name, other",
        "metadata.namespace, kube-system",
        "metadata.labels.app\\.kubernetes\\.io/managed-by, helm",
        "metadata.labels.agentlaunchpad\\.io/agent, other",
        "metadata.labels.agentlaunchpad\\.io/new, mine",
        "metadata.annotations.agentlaunchpad\\.io/owner, other",
        "spec.selector, all",
        "spec.replicas, 3",
        "spec.strategy.type, RollingUpdate",
        "spec.template.metadata.labels.agentlaunchpad\\.io/agent, other",
        "spec.template.metadata.annotations.agentlaunchpad\\.io/generation, 9",
    })
    void what_launchpad_needs_stays_as_it_is(String path, String value) {
        String said = "." + path.replace("\\", "").replaceAll("(labels|annotations)\\..*", "$1");

        assertThatThrownBy(() -> render(
                        Samples.ada().build(),
                        (agent, object) -> isDeployment(object) ? set(object, path, value) : object))
                .isInstanceOfSatisfying(
                        PreflightException.class, e -> assertThat(e.code()).isEqualTo("CUSTOMIZER_REFUSED"))
                .hasMessageContaining("The customizer changed")
                .hasMessageContaining(said.startsWith(".spec.strategy") ? ".spec.strategy" : said)
                .hasMessageContaining("Fix: ");
    }

    @Test
    void the_policy_keeps_the_pods_it_means() {
        assertThatThrownBy(() -> render(
                        Samples.ada().build(),
                        (agent, object) -> new JsonValue.Text("NetworkPolicy").equals(object.get("kind"))
                                ? set(object, "spec.podSelector", Map.of())
                                : object))
                .hasMessageContaining(".spec.podSelector of NetworkPolicy/");
    }

    @Test
    void the_agents_container_keeps_its_name_among_others() {
        JsonValue.Obj sidecar = new JsonValue.Obj(
                Map.of("name", new JsonValue.Text("proxy"), "image", new JsonValue.Text("example/proxy")));

        Manifest beside = deployment(render(Samples.ada().build(), containers(agent -> List.of(sidecar, agent))));

        assertThat(beside.tree().at("/spec/template/spec/containers")).hasSize(2);
        assertThatThrownBy(() -> render(
                        Samples.ada().build(),
                        containers(agent -> List.of(set((JsonValue.Obj) agent, "name", "main")))))
                .hasMessageContaining("changed .spec.template.spec.containers[name=agent] of Deployment/");
    }

    @Test
    void an_agent_that_may_run_twice_may_have_another_strategy() {
        Manifest mine = deployment(render(
                Samples.shared().build(),
                (agent, object) ->
                        isDeployment(object) ? set(object, "spec.strategy", Map.of("type", "Recreate")) : object));

        assertThat(mine.tree().at("/spec/strategy/type").asText()).isEqualTo("Recreate");
    }

    @Test
    void a_customizer_that_fails_is_named_with_the_object() {
        BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj> failing = (agent, object) -> {
            throw new IllegalStateException("no such team");
        };

        assertThatThrownBy(() -> AgentObjects.render(
                        Samples.request(Samples.ada().build()),
                        ManifestSettings.in("agents").customizers(List.of((agent, object) -> object, failing)),
                        Samples.FACTS))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("Customizer 2 failed on ServiceAccount/")
                .hasMessageContaining("no such team");
    }

    /** Other containers of the Deployment, made of its only one. */
    private static BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj> containers(
            Function<JsonValue, List<JsonValue>> change) {
        return (agent, object) -> {
            if (!isDeployment(object)) {
                return object;
            }
            JsonNode own = Customizing.node(object).at("/spec/template/spec/containers/0");
            return set(
                    object, "spec.template.spec.containers", new JsonValue.Arr(change.apply(Customizing.value(own))));
        };
    }

    private static Rendering render(AgentSpec spec, BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj> customizer) {
        return AgentObjects.render(
                Samples.request(spec), ManifestSettings.in("agents").customizers(List.of(customizer)), Samples.FACTS);
    }

    private static Manifest deployment(Rendering rendering) {
        return rendering.manifests().stream()
                .filter(Manifest::workload)
                .findFirst()
                .orElseThrow();
    }

    private static String template(Manifest deployment) {
        return deployment
                .tree()
                .at("/spec/template/metadata/annotations")
                .path(Labels.TEMPLATE)
                .asText();
    }

    private static boolean isDeployment(JsonValue.Obj object) {
        return new JsonValue.Text("Deployment").equals(object.get("kind"));
    }

    /** Names parted by dots; a dot of a name itself has a backslash before it. */
    private static JsonValue.Obj set(JsonValue.Obj object, String path, Object value) {
        String[] names = path.split("(?<!\\\\)\\.", 2);
        UnaryOperator<JsonValue> change = names.length == 1
                ? before -> JsonValue.of(value)
                : before -> set(
                        before instanceof JsonValue.Obj inner ? inner : new JsonValue.Obj(Map.of()), names[1], value);
        Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
        String name = names[0].replace("\\", "");
        members.put(name, change.apply(members.getOrDefault(name, JsonValue.Null.NULL)));
        return new JsonValue.Obj(members);
    }
}
