package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.PreflightException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockTest {

    private static final String MANIFEST =
            "{\"name\":\"eliza-plugin-x\",\"version\":\"2.0.0\",\"agentConfig\":{\"pluginParameters\":{\"X_KEY\":{\"required\":true}}}}";

    @Test
    void a_lock_survives_its_json_and_keeps_its_hash() {
        Lock lock = Samples.coreLock().withBaseImage("node@sha256:" + "a".repeat(64));
        Lock read = Lock.fromJson(lock.toJson());
        assertThat(read).isEqualTo(lock);
        assertThat(read.hash()).isEqualTo(lock.hash());
        assertThat(read.toJson()).isEqualTo(lock.toJson());
    }

    @Test
    void the_hash_changes_with_every_part() {
        Lock lock = Samples.coreLock();
        assertThat(List.of(
                        lock.withBaseImage("node@sha256:" + "a".repeat(64)).hash(),
                        Samples.lock(Samples.bot()).hash(),
                        new LockResolver(Npm.onPath())
                                .full()
                                .resolve(Samples.plugins("@elizaos/plugin-openai"), soon())
                                .hash()))
                .doesNotHaveDuplicates()
                .doesNotContain(lock.hash());
    }

    @Test
    void dependencies_are_shared_by_locks_that_differ_in_runner_and_base_image_only() {
        Lock lock = Samples.coreLock();
        Lock other = new Lock(
                lock.elizaVersion(),
                "other",
                true,
                lock.plugins(),
                new TreeMap<>(),
                lock.packageLock(),
                "node@sha256:x");
        assertThat(other.hash()).isNotEqualTo(lock.hash());
        assertThat(DependencyInstaller.key(other, Target.host()))
                .isEqualTo(DependencyInstaller.key(lock, Target.host()));
        assertThat(DependencyInstaller.key(lock, Target.linux("arm64")))
                .isNotEqualTo(DependencyInstaller.key(lock, Target.linux("x64")));
    }

    @Test
    void a_lock_fits_the_plugins_it_was_made_for() {
        Lock lock = Samples.coreLock();
        assertThat(lock.fits(Samples.plugins("@elizaos/plugin-openai"))).isTrue();
        assertThat(lock.fits(Samples.plugins("@elizaos/plugin-sql", "@elizaos/plugin-openai@1.6.0")))
                .isTrue();
        assertThat(lock.fits(Samples.plugins("@elizaos/plugin-openai@1.5.0"))).isFalse();
        assertThat(lock.fits(Samples.plugins())).isFalse();
        assertThat(lock.fits(Samples.plugins("@elizaos/plugin-openai", "@elizaos/plugin-mcp")))
                .isFalse();
    }

    @Test
    void what_other_plugins_say_about_themselves_is_kept() {
        Lock lock = Samples.coreLock();
        Lock with = new Lock(
                lock.elizaVersion(),
                lock.runnerVersion(),
                true,
                lock.plugins(),
                new TreeMap<>(Map.of("eliza-plugin-x", MANIFEST)),
                lock.packageLock(),
                null);
        assertThat(Lock.fromJson(with.toJson())
                        .catalog()
                        .find("eliza-plugin-x")
                        .orElseThrow()
                        .setting("X_KEY")
                        .orElseThrow()
                        .required())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"format\": 2, \"packageLock\": {}}", "{\"format\": 1}", "{"})
    void what_is_no_lock_is_refused(String text) {
        assertThatThrownBy(() -> Lock.fromJson(text))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("resolve");
    }

    @Test
    void plugins_of_the_table_are_locked_without_npm_and_the_slim_set_is_smaller() {
        LockResolver resolver = new LockResolver(Npm.onPath(Map.of("PATH", "/nowhere")));
        List<PluginRef> plugins = Samples.plugins("@elizaos/plugin-openai", "@elizaos/plugin-knowledge@1.6.1");
        assertThat(resolver.isShipped(plugins)).isTrue();
        Lock slim = resolver.resolve(plugins, soon());
        Lock full = resolver.full().resolve(plugins, soon());
        assertThat(slim.slim()).isTrue();
        assertThat(slim.plugins())
                .containsOnlyKeys(
                        "@elizaos/plugin-bootstrap",
                        "@elizaos/plugin-knowledge",
                        "@elizaos/plugin-openai",
                        "@elizaos/plugin-sql");
        assertThat(full.packageCount()).isGreaterThan(slim.packageCount() + 50);
        assertThat(full.installedPackages()).containsAll(slim.installedPackages());
        assertThat(slim.installedPackages()).contains("@elizaos/core@1.7.2", "cors@2.8.5");
    }

    @Test
    void other_plugins_need_npm_and_its_absence_is_said() {
        LockResolver resolver = new LockResolver(Npm.onPath(Map.of("PATH", "/nowhere")));
        List<PluginRef> plugins = Samples.plugins("@elizaos/plugin-openai@1.5.0");
        assertThat(resolver.isShipped(plugins)).isFalse();
        assertThatThrownBy(() -> resolver.resolve(plugins, soon()))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("Node.js was not found on PATH");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--registry=http://x",
                "../../etc",
                "/etc/passwd",
                "git+ssh://x/y",
                "a b",
                "@elizaos/",
                "plugin@$(id)",
                "plugin@file:../x",
                "plugin@-x"
            })
    void what_is_no_package_name_never_reaches_npm(String name) {
        assertThatThrownBy(() -> new LockResolver(Npm.onPath()).resolve(Samples.plugins(name), soon()))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("not the name of an npm package");
    }

    @Test
    void pruning_here_is_the_reference_pruning(@TempDir Path temp) throws Exception {
        String script = """
                import { readFileSync } from 'node:fs';
                import { pruneLock } from './src/test/node/tools/prune-lock.mjs';
                const [, lock, roots, unused] = process.argv.map((text) => text[0] === '/' ? text : JSON.parse(text));
                const all = JSON.parse(readFileSync(lock, 'utf8'));
                console.log(JSON.stringify(roots.map((root) => pruneLock(all, root, unused))));
                """;
        Path lockFile = Path.of("src/main/resources/io/agentlaunchpad/project/locks/package-lock.json");
        JsonNode unused = Json.read(ProjectResources.text("plugins.json")).path("unused");
        PluginTable table = PluginTable.shipped();
        List<TreeMap<String, String>> sets = new ArrayList<>();
        for (Map.Entry<String, String> plugin : table.plugins().entrySet()) {
            TreeMap<String, String> dependencies = new TreeMap<>(table.base());
            dependencies.put(plugin.getKey(), plugin.getValue());
            sets.add(dependencies);
        }
        ArrayNode roots = Json.MAPPER.createArrayNode();
        sets.forEach(set -> roots.add(PluginTable.root(set)));
        Path out = temp.resolve("out.json");
        int exit = new ProcessBuilder(
                        "node",
                        "--input-type=module",
                        "-e",
                        script,
                        lockFile.toAbsolutePath().toString(),
                        Json.compact(roots),
                        Json.compact(unused))
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        assertThat(exit).isZero();
        JsonNode reference = Json.read(Files.readString(out));
        assertThat(reference).hasSize(sets.size());
        for (int i = 0; i < sets.size(); i++) {
            assertThat(Json.write(table.lock(sets.get(i), true)))
                    .as(sets.get(i).toString())
                    .isEqualTo(Json.write(reference.get(i)));
        }
    }

    @Test
    void a_plugin_whose_range_led_to_the_core_of_another_elizaos_is_refused_too() {
        JsonNode lock = Json.MAPPER.valueToTree(Map.of(
                "packages",
                Map.of(
                        "node_modules/eliza-plugin-x", Map.of("version", "2.0.0"),
                        "node_modules/eliza-plugin-x/node_modules/@elizaos/core", Map.of("version", "0.25.9"))));

        assertThatThrownBy(() ->
                        LockResolver.lean(lock, new TreeMap<>(), List.of(new PluginRef("eliza-plugin-x", null)), true))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("eliza-plugin-x@2.0.0 is made for ElizaOS 0.25.9");
    }

    private static Bounds soon() {
        return Bounds.within(Duration.ofMinutes(1));
    }
}
