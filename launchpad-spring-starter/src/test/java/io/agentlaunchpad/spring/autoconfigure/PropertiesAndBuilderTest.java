package io.agentlaunchpad.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.LaunchpadBuilder;
import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.build.trivy.TrivyScanner;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.k8s.KubernetesPlatform;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.Quotas;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Law: a property calls the method of the same name, and every method has its property unless a bean or code sets it. */
class PropertiesAndBuilderTest {

    static Stream<Arguments> both() {
        return Stream.of(
                Arguments.of(
                        LaunchpadProperties.class,
                        LaunchpadBuilder.class,
                        Set.of(),
                        // Ports are beans; time is for tests.
                        Set.of(
                                "artifacts",
                                "scanner",
                                "platform",
                                "store",
                                "doorbell",
                                "notifier",
                                "listener",
                                "observer",
                                "plugins",
                                "clock")),
                Arguments.of(LaunchpadProperties.Policy.class, LaunchPolicy.class, Set.of(), Set.of()),
                Arguments.of(LaunchpadProperties.Quotas.class, Quotas.class, Set.of(), Set.of()),
                // The schema is there before the store; who joins is Spring.
                Arguments.of(StoreProperties.class, JdbcStore.class, Set.of("kind"), Set.of("of", "joining")),
                // The severity is set on the policy, where both have it.
                Arguments.of(LaunchpadProperties.Scan.class, ScanPolicy.class, Set.of(), Set.of("failOn")),
                Arguments.of(LaunchpadProperties.Health.class, HealthPolicy.class, Set.of(), Set.of("healthyWithin")),
                Arguments.of(LaunchpadProperties.Limits.class, LimitPolicy.class, Set.of(), Set.of()),
                Arguments.of(
                        KubernetesProperties.class,
                        KubernetesPlatform.class,
                        Set.of("enabled"),
                        // The current context is what no property gives; objects are adjusted by code.
                        Set.of("currentContext", "customizing")),
                // One processor type exists for those who build on another one: code alone.
                Arguments.of(BuildProperties.Artifacts.class, JibImageBuilder.class, Set.of(), Set.of("platform")),
                Arguments.of(
                        BuildProperties.Trivy.class,
                        TrivyScanner.class,
                        Set.of("enabled", "token"),
                        Set.of("onPath", "credentials")));
    }

    @ParameterizedTest(name = "{0} and {1}")
    @MethodSource("both")
    void each_property_has_a_method_of_its_name_and_each_method_a_property(
            Class<?> properties, Class<?> builder, Set<String> propertiesAlone, Set<String> methodsAlone) {
        Set<String> named = Arrays.stream(properties.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> !propertiesAlone.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> settable = Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.getReturnType() == builder && !method.isSynthetic())
                .filter(method -> !Set.of("standard").contains(method.getName()))
                .map(Method::getName)
                .filter(name -> !methodsAlone.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isEqualTo(settable);
    }
}
