package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.UnreachableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real npm client and the registry that this machine uses. */
class LockResolverIT {

    private static final String GIPHY = "@elizaos/plugin-giphy";

    private final LockResolver resolver = new LockResolver(Npm.onPath());

    @Test
    void a_plugin_outside_the_table_is_pinned_and_installs_on_top_of_the_shipped_versions(@TempDir Path cache) {
        Lock shipped = Samples.coreLock();
        long start = System.nanoTime();
        Lock lock = resolver.resolve(Samples.plugins("@elizaos/plugin-openai", GIPHY), soon());
        System.out.printf(
                "other plugin resolved: %d ms%n",
                Duration.ofNanos(System.nanoTime() - start).toMillis());
        assertThat(lock.plugins().get(GIPHY)).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(lock.installedPackages()).containsAll(shipped.installedPackages());
        assertThat(lock.installedPackages().stream().filter(name -> name.startsWith("@elizaos/core@")))
                .containsExactly("@elizaos/core@1.7.2");
        assertThat(lock.slim()).isTrue();
        assertThat(lock.packageLock()).doesNotContain("\"resolved\"");
        assertThat(lock.catalog()
                        .find(GIPHY)
                        .orElseThrow()
                        .setting("GIPHY_API_KEY")
                        .orElseThrow()
                        .required())
                .isTrue();
        try (Dependencies installed = DependencyInstallerIT.installer(cache, Map.of())
                .install(Lock.fromJson(lock.toJson()), Target.host(), soon())) {
            assertThat(installed.nodeModules().resolve(GIPHY + "/package.json")).exists();
        }
    }

    @Test
    void the_version_asked_for_is_taken_and_a_plugin_that_pins_a_core_of_its_own_shares_the_agents() {
        String[] asked = {"@elizaos/plugin-openai@1.5.18", "@elizaos/plugin-elevenlabs@1.6.0"};
        Lock lock = resolver.resolve(Samples.plugins(asked), soon());
        assertThat(lock.plugins())
                .containsEntry("@elizaos/plugin-openai", "1.5.18")
                .containsEntry("@elizaos/plugin-elevenlabs", "1.6.0");
        assertThat(lock.fits(Samples.plugins(asked))).isTrue();
        assertThat(lock.installedPackages().stream().filter(name -> name.startsWith("@elizaos/core@")))
                .containsExactly("@elizaos/core@1.7.2");
    }

    @Test
    void a_plugin_for_another_elizaos_is_refused() {
        assertThatThrownBy(() -> resolver.resolve(Samples.plugins("@elizaos/plugin-web-search@0.25.6-alpha.1"), soon()))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("made for ElizaOS 0.25");
    }

    @Test
    void unknown_packages_and_versions_are_named() {
        assertThatThrownBy(() -> resolver.resolve(Samples.plugins("@elizaos/plugin-that-nobody-wrote"), soon()))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("The registry has no package @elizaos/plugin-that-nobody-wrote");
        assertThatThrownBy(() -> resolver.resolve(Samples.plugins(GIPHY + "@99.1.2"), soon()))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("no such version of " + GIPHY + "@99.1.2");
    }

    @Test
    void an_unreachable_registry_may_be_tried_again(@TempDir Path npmCache) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("npm_config_registry", "http://ada:secret99@127.0.0.1:1/");
        environment.put("npm_config_cache", npmCache.toString());
        assertThatThrownBy(() -> new LockResolver(Npm.onPath(environment)).resolve(Samples.plugins(GIPHY), soon()))
                .isInstanceOf(UnreachableException.class)
                .message()
                .doesNotContain("secret99");
    }

    private static Bounds soon() {
        return Bounds.within(Duration.ofMinutes(3));
    }
}
