package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that somebody cleans up while a builder that knows what was in it goes on. */
@RealRegistry
class CleanedRegistryIT {

    private static final AgentSpec ADA =
            AgentSpec.named("ada").bio("Explains mathematics").build();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path temp;

    private Registry registry;
    private RegistryClient client;
    private GivenProjects projects;
    private JibImageBuilder builder;
    private String lock;
    private Artifact.Image image;
    private BaseImages.Image before;

    @BeforeEach
    void publishOnce(Registry given) throws Exception {
        registry = given;
        client = TestImages.client(given);
        projects = new GivenProjects(Packages.small(temp), "cleaned");
        builder = JibImageBuilder.pushingTo(given.repository())
                .baseImage(TestImages.smallBase(given))
                .cacheDirectory(temp.resolve("cache"))
                .projects(projects);
        lock = builder.resolve(ADA, null, TestContext.patient()).lock();
        image = build();
        before = TestImages.read(image.ref());
        builder.publish(image, TestContext.patient());
    }

    private Artifact.Image build() {
        return (Artifact.Image) builder.build(
                new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, "ada"), ADA, lock), TestContext.patient());
    }

    private String repository() {
        return image.ref().repository();
    }

    private String runtimes() {
        return repository().replaceFirst("/ada$", "/runtime");
    }

    private void delete(String repository, String part) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + registry.host() + "/v2/" + repository + "/" + part))
                .DELETE()
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .as(part)
                .isEqualTo(202);
    }

    /** The image with its tags, and its bill. */
    private void deleteImage() throws Exception {
        String bill = image.digest().replace(':', '-');
        delete(
                repository(),
                "manifests/"
                        + client.digestOf(repository(), bill, TestContext.patient())
                                .orElseThrow());
        delete(repository(), "manifests/" + image.digest());
    }

    private void deleteLayers(String repository) throws Exception {
        for (Manifest.Part layer : before.manifest().layers()) {
            if (client.hasBlob(repository, layer.digest(), TestContext.patient())) {
                delete(repository, "blobs/" + layer.digest());
            }
        }
    }

    private void assertPublishedAgain() {
        Artifact.Image again = build();
        builder.publish(again, TestContext.patient());

        assertThat(again).isEqualTo(image);
        assertThat(client.digestOf(repository(), Names.finalTag(before.label(Labels.AGENT)), TestContext.patient()))
                .as("final tag")
                .contains(image.digest());
        assertThat(before.manifest().layers())
                .allMatch(layer -> client.hasBlob(repository(), layer.digest(), TestContext.patient()));
        assertThat(builder.sbom(again, TestContext.patient()))
                .hasValueSatisfying(bill -> assertThat(bill).contains("pkg:npm/minimist@1.2.8"));
    }

    @Test
    void anImageThatWasDeletedIsBuiltAgainAndGetsItsFinalTagAndItsBill() throws Exception {
        deleteImage();
        assertPublishedAgain();
    }

    @Test
    void anAgentsRepositoryThatWasDeletedGetsTheRuntimesLayersAgain() throws Exception {
        deleteImage();
        deleteLayers(repository());
        assertPublishedAgain();
        assertThat(projects.installed).hasValue(1);
    }

    @Test
    void aRuntimeThatWasDeletedIsBuiltAgainAndGetsItsFinalTag() throws Exception {
        String digest = before.label(Labels.RUNTIME_DIGEST);
        deleteImage();
        deleteLayers(repository());
        delete(runtimes(), "manifests/" + digest);
        deleteLayers(runtimes());
        assertPublishedAgain();
        assertThat(client.digestOf(runtimes(), Names.finalTag(before.label(Labels.RUNTIME)), TestContext.patient()))
                .contains(digest);
    }
}
