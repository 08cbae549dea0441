package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTlsRegistry;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.TlsRegistry;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

class OtherJavaIT {

    private static final Path THIS_JAVA = ForkedBuild.THIS_JAVA;

    @TempDir
    private Path temp;

    @Test
    @RealRegistry
    @EnabledIfEnvironmentVariable(
            named = "LAUNCHPAD_TEST_OTHER_JAVA",
            matches = ".+",
            disabledReason = "NOT RUN (no other Java)")
    void anotherJavaVersionGivesTheSameDigest(Registry registry) throws Exception {
        Path modules = Packages.small(temp);
        Path other = Path.of(System.getenv("LAUNCHPAD_TEST_OTHER_JAVA"));
        // The first image is deleted, so that the second is built and not found.
        String here = digest(THIS_JAVA, registry.repository(), registry, modules, "here");
        registry.close();
        String there = digest(other, registry.repository(), registry, modules, "there");
        assertThat(there).startsWith("sha256:").isEqualTo(here);

        String tarHere = digest(THIS_JAVA, tar("here.tar"), registry, modules, "here");
        String tarThere = digest(other, tar("there.tar"), registry, modules, "there");
        assertThat(tarThere).startsWith("sha256:").isEqualTo(tarHere);
    }

    private String tar(String name) {
        return ForkedBuild.TAR + temp.resolve(name);
    }

    private String digest(Path java, String place, Registry registry, Path modules, String cache) throws Exception {
        String said = ForkedBuild.run(
                java,
                List.of(),
                List.of(
                        place,
                        TestImages.smallBase(registry),
                        modules.toString(),
                        temp.resolve(cache).toString()));
        return ForkedBuild.line(said, "DIGEST");
    }

    @Test
    @RealRegistry
    void twoProcessesThatNeedOneRuntimeBuildItOnceOnOneMachineAndTheSameOnTwo(Registry registry) throws Exception {
        Path modules = Packages.large(temp, 8);
        for (List<String> caches : List.of(List.of("shared", "shared"), List.of("left", "right"))) {
            List<ForkedBuild.Running> both = new ArrayList<>();
            for (String cache : caches) {
                both.add(ForkedBuild.start(
                        THIS_JAVA,
                        List.of(),
                        List.of(
                                registry.repository() + "/" + caches.get(1),
                                TestImages.smallBase(registry),
                                modules.toString(),
                                temp.resolve(cache).toString()),
                        Map.of()));
            }
            String one = both.get(0).said();
            String other = both.get(1).said();
            assertThat(ForkedBuild.line(one, "DIGEST"))
                    .startsWith("sha256:")
                    .isEqualTo(ForkedBuild.line(other, "DIGEST"));
            int installed = Integer.parseInt(ForkedBuild.line(one, "INSTALLED"))
                    + Integer.parseInt(ForkedBuild.line(other, "INSTALLED"));
            if (caches.get(0).equals(caches.get(1))) {
                assertThat(installed).as("builds of the runtime").isEqualTo(1);
            } else {
                assertThat(installed).as("builds of the runtime").isBetween(1, 2);
            }
        }
    }

    @Test
    @RealTlsRegistry
    void aRegistryWithAPasswordAndACaOfTheHouseIsUsedOverVerifiedTls(TlsRegistry registry) throws Exception {
        List<String> arguments = List.of(
                registry.repository(),
                registry.baseImage(),
                Packages.small(temp).toString(),
                temp.resolve("cache").toString());
        String login = registry.password();
        List<String> trusting = List.of(
                "-Djavax.net.ssl.trustStore=" + trustStore(registry), "-Djavax.net.ssl.trustStorePassword=changeit");

        assertThat(ForkedBuild.run(
                        THIS_JAVA, trusting, arguments, "FORKED_USER", registry.username(), "FORKED_PASSWORD", login))
                .contains("DIGEST sha256:");
        assertThat(ForkedBuild.run(
                        THIS_JAVA, List.of(), arguments, "FORKED_USER", registry.username(), "FORKED_PASSWORD", login))
                .contains("No trusted TLS connection")
                .contains("javax.net.ssl.trustStore")
                .doesNotContain("DIGEST");
        assertThat(ForkedBuild.run(
                        THIS_JAVA,
                        trusting,
                        arguments,
                        "FORKED_USER",
                        registry.username(),
                        "FORKED_PASSWORD",
                        "wr0ng-secret"))
                .contains("answered 401")
                .contains("docker login")
                .doesNotContain("wr0ng-secret");
    }

    /** The JVM's own authorities are not in it, and not needed. */
    private Path trustStore(TlsRegistry registry) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream file = Files.newInputStream(registry.authority())) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        Path file = temp.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        return file;
    }
}
