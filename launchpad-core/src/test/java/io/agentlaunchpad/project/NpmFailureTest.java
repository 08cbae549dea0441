package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.PreflightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpmFailureTest {

    @ParameterizedTest
    @CsvSource({
        "ECONNREFUSED, REGISTRY_UNREACHABLE, true",
        "ENOTFOUND, REGISTRY_UNREACHABLE, true",
        "E503, REGISTRY_UNREACHABLE, true",
        "SELF_SIGNED_CERT_IN_CHAIN, REGISTRY_TLS, true",
        "E401, REGISTRY_REFUSED, false",
        "E404, UNKNOWN_PACKAGE, false",
        "ETARGET, UNKNOWN_VERSION, false",
        "ERESOLVE, DEPENDENCY_CONFLICT, false",
        "EINTEGRITY, INTEGRITY, false",
        "ENOSPC, DISK_FULL, false",
        "EACCES, NOT_WRITABLE, false",
        "EUNHEARDOF, NPM_FAILED, false",
    })
    void npms_code_decides_what_is_said_and_whether_to_try_again(String npmCode, String code, boolean retryable) {
        LaunchpadException failure = NpmFailure.of(
                "resolving x",
                "x@1",
                List.of(
                        "npm warn noise",
                        "npm error code " + npmCode,
                        "npm error its own words",
                        "npm error A complete log of this run can be found in: /x"));
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageContaining("its own words");
        assertThat(failure.getMessage()).doesNotContain("noise").doesNotContain("complete log");
    }

    @Test
    void credentials_in_npms_words_are_masked() {
        String token = "npm_" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2";
        assertThat(Masking.mask("GET https://ada:geheim99@registry.example/x failed"))
                .isEqualTo("GET https://***@registry.example/x failed");
        assertThat(Masking.mask("//registry.example/:_authToken=abcdef123456")).doesNotContain("abcdef");
        assertThat(Masking.mask("Authorization: Bearer abcdef123456")).doesNotContain("abcdef");
        assertThat(Masking.mask("sent " + token + " to it")).isEqualTo("sent *** to it");
    }

    @Test
    void an_agents_secrets_are_not_handed_to_npm_and_a_persons_settings_are() {
        Map<String, String> clean = Npm.withoutSecrets(Map.of(
                "OPENAI_API_KEY", "x",
                "LAUNCHPAD_HOME", "x",
                "POSTGRES_URL", "x",
                "DISCORD_API_TOKEN", "x",
                "HTTPS_PROXY", "p",
                "NODE_EXTRA_CA_CERTS", "c",
                "ARTIFACTORY_API_KEY", "theirs",
                "npm_config_registry", "r"));
        assertThat(clean)
                .containsOnlyKeys("HTTPS_PROXY", "NODE_EXTRA_CA_CERTS", "ARTIFACTORY_API_KEY", "npm_config_registry");
    }

    @Test
    void an_old_or_broken_node_is_named_with_its_path(@TempDir Path bin) throws IOException {
        Npm npm = Npm.onPath(Map.of("PATH", bin + ":/usr/bin:/bin"));
        script(bin.resolve("node"), "echo v18.20.0");
        script(bin.resolve("npm"), "echo 10.1.0");
        assertThatThrownBy(npm::check)
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("18.20.0")
                .hasMessageContaining(bin.toString())
                .hasMessageContaining("20 or newer");
        script(bin.resolve("node"), "echo oh dear >&2; exit 3");
        assertThatThrownBy(npm::check).isInstanceOf(PreflightException.class).hasMessageContaining("oh dear");
        script(bin.resolve("node"), "echo v20.1.0");
        assertThat(npm.check().nodeVersion()).isEqualTo("20.1.0");
        assertThat(npm.check().npm()).isEqualTo(bin.resolve("npm"));
    }

    @Test
    void a_missing_program_is_a_failed_precondition() {
        Npm npm = Npm.at(Path.of("/nowhere/node"), Path.of("/nowhere/npm"));
        assertThatThrownBy(npm::node).isInstanceOf(PreflightException.class).hasMessageContaining("/nowhere/node");
        assertThatThrownBy(npm::npm).isInstanceOf(PreflightException.class).hasMessageContaining("/nowhere/npm");
    }

    @Test
    void imports_are_read_from_code_and_parts_of_node_are_none() {
        assertThat(PublishedPlugin.importsOf("""
                        import { a } from "drizzle-orm/pg-core"; import 'zod'; const x = require("@scope/pkg/sub");
                        import fs from "fs"; import p from 'node:path'; import y from "./own.js"; await import("ws");
                        """)).containsExactly("@scope/pkg", "drizzle-orm", "ws", "zod");
    }

    @Test
    void a_dependency_is_pinned_where_its_author_leaves_no_choice() throws IOException {
        PublishedPlugin plugin = new PublishedPlugin(
                "{\"version\": \"2.0.1\", \"dependencies\": {\"pinned\": \"0.25.6-alpha.1\", \"range\": \"^0.25.6\","
                        + " \"either\": \"0.25.6 || 1.7.2\", \"any\": \"latest\"}}",
                new TreeSet<>());
        assertThat(plugin.version()).isEqualTo("2.0.1");
        assertThat(plugin.pinned("pinned")).isEqualTo("0.25.6-alpha.1");
        assertThat(List.of("range", "either", "any", "none"))
                .allSatisfy(name -> assertThat(plugin.pinned(name)).isEmpty());
    }

    private static void script(Path at, String body) throws IOException {
        Files.deleteIfExists(at);
        Files.writeString(at, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
