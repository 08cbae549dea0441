package io.agentlaunchpad.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.k8s.KubernetesPlatform;
import io.agentlaunchpad.local.LocalPlatform;
import io.agentlaunchpad.spi.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KubernetesAutoConfigurationTest {

    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: here
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {token: t}}]
            contexts:
            - {name: here, context: {cluster: c, user: u, namespace: from-context}}
            - {name: there, context: {cluster: c, user: u}}
            """;

    @TempDir
    private Path home;

    private ApplicationContextRunner app;

    @BeforeEach
    void anApplicationThatPushesImages() throws Exception {
        Path kubeconfig = Files.writeString(home.resolve("kubeconfig"), KUBECONFIG);
        app = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        LaunchpadAutoConfiguration.class,
                        LaunchpadBuildAutoConfiguration.class,
                        LaunchpadKubernetesAutoConfiguration.class,
                        LaunchpadStoreAutoConfiguration.class))
                .withPropertyValues(
                        "launchpad.home=" + home,
                        "launchpad.store.kind=memory",
                        "launchpad.workers=0",
                        "launchpad.platform.kubernetes.kubeconfig=" + kubeconfig);
    }

    private ApplicationContextRunner enabled() {
        return app.withPropertyValues(
                "launchpad.platform.kubernetes.enabled=true", "launchpad.artifacts.pushing-to=registry.example/agents");
    }

    @Test
    void agents_run_on_kubernetes_only_where_it_is_asked_for() {
        enabled().run(context -> {
            assertThat(context).hasSingleBean(Launchpad.class);
            KubernetesPlatform platform = context.getBean("kubernetes", KubernetesPlatform.class);
            assertThat(platform.contextName()).isEqualTo("here");
            assertThat(platform.namespaceName()).isEqualTo("from-context");
        });
        app.run(context -> assertThat(context).doesNotHaveBean(Platform.class));
    }

    @Test
    void its_settings_are_properties() {
        enabled()
                .withPropertyValues(
                        "launchpad.platform.kubernetes.context=there",
                        "launchpad.platform.kubernetes.namespace=agents",
                        "launchpad.platform.kubernetes.create-namespace=true",
                        "launchpad.platform.kubernetes.ephemeral=true",
                        "launchpad.platform.kubernetes.image-pull-secret=pull",
                        "launchpad.platform.kubernetes.ingress-class=nginx",
                        "launchpad.platform.kubernetes.cluster-issuer=letsencrypt",
                        "launchpad.platform.kubernetes.callable-from=ingress,monitoring",
                        "launchpad.platform.kubernetes.api-servers=10.0.0.1",
                        "launchpad.platform.kubernetes.without-network-policy=true",
                        "launchpad.platform.kubernetes.taking-over=true",
                        "launchpad.platform.kubernetes.waiting-for-nodes=5m")
                .run(context -> {
                    KubernetesPlatform platform = context.getBean(KubernetesPlatform.class);
                    assertThat(platform.contextName()).isEqualTo("there");
                    assertThat(platform.namespaceName()).isEqualTo("agents");
                });
    }

    @Test
    void in_cluster_and_a_kubeconfig_contradict_each_other() {
        enabled()
                .withPropertyValues("launchpad.platform.kubernetes.in-cluster=true")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(WiringException.class)
                        .hasMessageContaining("in-cluster"));
    }

    @Test
    void a_platform_of_the_application_takes_its_place_and_without_the_module_there_is_none() {
        app.withPropertyValues("launchpad.platform.kubernetes.enabled=true")
                .withBean("mine", Platform.class, () -> LocalPlatform.under(home))
                .withBean(
                        io.agentlaunchpad.spi.ArtifactBuilder.class,
                        () -> io.agentlaunchpad.local.ProjectDirectories.under(home))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(KubernetesPlatform.class));
        enabled()
                .withClassLoader(new FilteredClassLoader("io.agentlaunchpad.k8s", "io.agentlaunchpad.build"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Platform.class));
    }
}
