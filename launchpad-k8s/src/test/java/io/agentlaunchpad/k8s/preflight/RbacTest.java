package io.agentlaunchpad.k8s.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RbacTest {

    @Test
    void the_file_grants_exactly_the_rights_that_the_preflight_asks_for() throws IOException {
        List<Right> used = new ArrayList<>(Right.ALWAYS);
        used.addAll(List.of(Right.POD_MONITOR, Right.METRICS));
        Set<String> asked = new TreeSet<>();
        used.forEach(
                right -> right.verbs().forEach(verb -> asked.add(right.group() + "/" + right.resource() + ":" + verb)));

        Set<String> granted = new TreeSet<>();
        for (PolicyRule rule : role().getRules()) {
            rule.getApiGroups()
                    .forEach(group -> rule.getResources()
                            .forEach(resource ->
                                    rule.getVerbs().forEach(verb -> granted.add(group + "/" + resource + ":" + verb))));
        }

        assertThat(granted).isEqualTo(asked);
    }

    private static Role role() throws IOException {
        return Arrays.stream(Files.readString(Path.of("../docs/rbac.yaml")).split("\n---\n"))
                .filter(document -> document.contains("kind: Role\n"))
                .map(document -> Serialization.unmarshal(document, Role.class))
                .findFirst()
                .orElseThrow();
    }
}
