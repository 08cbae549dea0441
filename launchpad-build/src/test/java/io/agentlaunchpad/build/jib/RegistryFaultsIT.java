package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.Await;
import io.agentlaunchpad.build.FaultProxy;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real registry behind a wire that fails as planned: a build finishes or fails clearly, and never with a wrong image. */
@RealRegistry
class RegistryFaultsIT {

    private static final AgentSpec ADA =
            AgentSpec.named("ada").bio("Explains mathematics").build();

    @TempDir
    private Path temp;

    private FaultProxy proxy;
    private JibImageBuilder builder;
    private Registry registry;

    @BeforeEach
    void standBetween(Registry given) throws Exception {
        registry = given;
        proxy = new FaultProxy(given.host());
        builder = builder(Packages.small(temp), "cache");
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private JibImageBuilder builder(Path modules, String cache) {
        return builder(new GivenProjects(modules, cache), cache);
    }

    private JibImageBuilder builder(GivenProjects projects, String cache) {
        return JibImageBuilder.pushingTo(proxied(registry.repository()))
                .baseImage(proxied(TestImages.smallBase(registry)))
                .plainHttp(proxy.host())
                .cacheDirectory(temp.resolve(cache))
                .projects(projects);
    }

    private String proxied(String name) {
        return name.replace(registry.host(), proxy.host());
    }

    private ArtifactBuilder.Request request() {
        String lock = builder.resolve(ADA, null, TestContext.patient()).lock();
        return new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, "ada"), ADA, lock);
    }

    /** A fault that a proxy makes. */
    interface Planned {
        FaultProxy.Fault by(FaultProxy proxy);
    }

    private static Object[] when(String request, Planned fault) {
        return new Object[] {request, fault};
    }

    static Stream<Object[]> passing() {
        return Stream.of(
                when("HEAD .*", proxy -> FaultProxy.status(503, "")),
                when("POST .*/runtime/blobs/uploads/", proxy -> FaultProxy.status(429, "")),
                when("(PUT|PATCH) .*/runtime/blobs/uploads/.*", proxy -> FaultProxy.status(500, "")),
                when("(PUT|PATCH) .*/runtime/blobs/uploads/.*", proxy -> FaultProxy.reset()),
                when("PUT .*/runtime/manifests/pending.*", proxy -> FaultProxy.status(503, "")),
                when("(PUT|PATCH) .*/ada/blobs/uploads/.*", proxy -> FaultProxy.reset()),
                when("(PUT|PATCH) .*/ada/blobs/uploads/.*", proxy -> FaultProxy.status(500, "")),
                when("PUT .*/ada/manifests/.*", proxy -> FaultProxy.status(429, "")),
                // What a registry says that read a link to a layer while another push was writing it.
                when(
                        "PUT .*/ada/manifests/.*",
                        proxy -> FaultProxy.status(400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}")),
                when("GET .*", proxy -> FaultProxy.reset()),
                when("PUT .*", proxy -> proxy.slow(Duration.ofMillis(700))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void whatPassesByItselfIsOutlived(String where, Planned fault) {
        ArtifactBuilder.Request request = request();
        proxy.plan(where, 2, fault.by(proxy));
        Artifact image = builder.build(request, TestContext.patient());
        builder.publish(image, TestContext.patient());
        assertThat(whole(image)).isTrue();
    }

    @Test
    void bytesSpoiltOnTheWayNeverBecomeAnImage() {
        ArtifactBuilder.Request request = request();
        proxy.spoil("(PUT|PATCH) .*/blobs/uploads/.*", 3);
        Artifact image = builder.build(request, TestContext.patient());
        assertThat(whole(image)).isTrue();
    }

    @Test
    void anotherMachineThatEndsTheSameRuntimeInBetweenIsNoFault() throws Exception {
        Path modules = Packages.small(temp.resolve("same"));
        JibImageBuilder left = builder(new GivenProjects(modules, "same"), "left");
        JibImageBuilder right = builder(new GivenProjects(modules, "same"), "right");
        ArtifactBuilder.Request same = new ArtifactBuilder.Request(
                AgentId.of(Owner.LOCAL, "ada"),
                ADA,
                left.resolve(ADA, null, TestContext.patient()).lock());
        AtomicBoolean pushed = new AtomicBoolean();
        AtomicReference<Artifact> there = new AtomicReference<>();
        proxy.plan("PUT .*/runtime/manifests/pending.*", 1, exchange -> {
            pushed.set(true);
            return false;
        });
        proxy.plan("(HEAD|GET) .*/runtime/manifests/(pending|sha256).*", 1000, exchange -> {
            if (pushed.compareAndSet(true, false)) {
                there.set(right.build(same, TestContext.patient()));
            }
            return false;
        });

        Artifact here = left.build(same, TestContext.patient());

        assertThat(there.get()).as("the other machine's image").isEqualTo(here);
        assertThat(whole(here)).isTrue();
    }

    @Test
    void aFullDiskOfTheRegistryIsSaidAtOnce() {
        ArtifactBuilder.Request request = request();
        proxy.plan(
                "(PUT|PATCH) .*/blobs/uploads/.*",
                1000,
                FaultProxy.status(
                        507, "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"no space left on device\"}]}"));
        assertThatThrownBy(() -> builder.build(request, TestContext.patient()))
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("REGISTRY_QUOTA"))
                .hasMessageContaining("no space left on device");
    }

    @Test
    void aManifestThatIsNotWhatItsDigestSaysIsRefused() {
        ArtifactBuilder.Request request = request();
        proxy.plan("GET .*/manifests/sha256:.*", 1000, FaultProxy.status(200, "{\"schemaVersion\":2,\"layers\":[]}"));
        assertThatThrownBy(() -> builder.build(request, TestContext.patient()))
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("REGISTRY_WRONG_CONTENT"));
    }

    @Test
    void aRefusedLoginSaysHowToLogIn() {
        proxy.plan("GET .*", 1000, FaultProxy.status(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\"}]}"));
        assertThatThrownBy(this::request)
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("REGISTRY_FORBIDDEN"))
                .hasMessageContaining("the right to do this");
    }

    @Test
    void anUnknownHostAnUnknownImageAndAClosedPortEachSayWhatToDo() {
        record Case(String image, String code) {}
        for (Case one : List.of(
                new Case("registry.invalid/node:1", "REGISTRY_UNKNOWN_HOST"),
                new Case(registry.host() + "/nothing/here:1", "IMAGE_NOT_FOUND"),
                new Case("127.0.0.1:1/node:1", "REGISTRY_UNREACHABLE"))) {
            assertThatThrownBy(() -> builder.baseImage(one.image()).resolve(ADA, null, TestContext.patient()))
                    .isInstanceOfSatisfying(
                            LaunchpadException.class, e -> assertThat(e.code()).isEqualTo(one.code()))
                    .hasMessageContaining("Fix: ");
        }
    }

    @Test
    void anImageForAnotherProcessorIsRefusedBeforeAnythingIsBuilt() {
        assertThatThrownBy(() -> builder.platform(ImagePlatform.LINUX_ARM64).resolve(ADA, null, TestContext.patient()))
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("IMAGE_NOT_FOR_PLATFORM"));
    }

    @Test
    void aRegistryThatListsReferrersItselfGetsNoTagForThem() {
        ArtifactBuilder.Request request = request();
        proxy.plan("PUT .*/manifests/sha256:.*", 1000, exchange -> {
            exchange.getResponseHeaders().set("OCI-Subject", "sha256:" + "0".repeat(64));
            return false;
        });
        builder.publish(builder.build(request, TestContext.patient()), TestContext.patient());
        assertThat(proxy.requests()).noneMatch(line -> line.contains("/manifests/sha256-"));
    }

    @Test
    void aRegistryWithoutThatListGetsTheBillUnderItsTag() {
        Artifact.Image image = (Artifact.Image) builder.build(request(), TestContext.patient());
        builder.publish(image, TestContext.patient());
        assertThat(proxy.requests())
                .anyMatch(
                        line -> line.endsWith("/ada/manifests/" + image.digest().replace(':', '-')));
        assertThat(builder.sbom(image.ref(), TestContext.patient())
                        .orElseThrow()
                        .packages())
                .contains("pkg:npm/minimist@1.2.8");
    }

    @Test
    void anUnchangedAgentCostsOneRequest() {
        ArtifactBuilder.Request request = request();
        Artifact first = builder.build(request, TestContext.patient());
        builder.publish(first, TestContext.patient());
        proxy.forgetCounts();
        Artifact second = builder.build(request, TestContext.patient());
        builder.publish(second, TestContext.patient());
        assertThat(proxy.requests()).hasSize(1).first().asString().startsWith("HEAD ");
        assertThat(second).isEqualTo(first);
    }

    @Test
    void oneMoreAgentPushesLessThanTenKilobytes() {
        builder.publish(builder.build(request(), TestContext.patient()), TestContext.patient());
        AgentSpec bob = AgentSpec.named("bob")
                .bio("Writes notes on engines", "Answers in two sentences")
                .system("You are Bob, a patient tutor. ".repeat(20))
                .plugin("@elizaos/plugin-openai")
                .build();
        ArtifactBuilder.Request request = new ArtifactBuilder.Request(
                AgentId.of(Owner.LOCAL, "bob"),
                bob,
                builder.resolve(bob, null, TestContext.patient()).lock());
        proxy.forgetCounts();
        builder.publish(builder.build(request, TestContext.patient()), TestContext.patient());
        assertThat(proxy.bytesSent()).isBetween(1L, 10_000L);
    }

    @Test
    void aCancelEndsTheBuildBeforeTheRegistryAnswersAndNothingMoreIsPushed() throws Exception {
        builder = builder(Packages.large(temp.resolve("large"), 24), "large");
        ArtifactBuilder.Request request = request();
        TestContext context = TestContext.patient();
        CountDownLatch goOn = new CountDownLatch(1);
        // Both layers: what the builder sent before the cancel may reach the proxy after it.
        CountDownLatch pushing = new CountDownLatch(2);
        proxy.plan("(PUT|PATCH) .*/runtime/blobs/uploads/.*", 1000, exchange -> {
            pushing.countDown();
            return FaultProxy.held(goOn).happens(exchange);
        });
        CompletableFuture<Artifact> build = CompletableFuture.supplyAsync(() -> builder.build(request, context));
        Await.until("both layers are under way", () -> pushing.getCount() == 0 || build.isDone());
        context.cancel();
        // Law 8 says a second; a machine that is busy with other things is given more.
        assertThatThrownBy(() -> build.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
        List<String> pushed = pushes();
        // The registry answers again, and whoever is left could go on.
        goOn.countDown();
        Await.until(
                "the builder's threads end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("launchpad-image-")));
        Await.until("the proxy is idle", () -> proxy.underWay() == 0);
        assertThat(pushes()).hasSameElementsAs(pushed).hasSameSizeAs(pushed);
        assertThat(proxy.requests()).noneMatch(line -> line.contains("/manifests/pending"));
        assertThat(context.waits()).isZero();
    }

    /** What would change the registry. */
    private List<String> pushes() {
        return proxy.requests().stream()
                .filter(line -> !line.startsWith("GET ") && !line.startsWith("HEAD "))
                .toList();
    }

    /** Every byte of the image is in the real registry and is what its digest says. */
    private boolean whole(Artifact image) {
        ImageRef ref = ((Artifact.Image) image).ref();
        var client = new io.agentlaunchpad.build.internal.registry.Registries(
                        host -> java.util.Optional.empty(), java.util.Set.of())
                .at(registry.host());
        var manifest = client.manifest(ref.repository(), image.digest(), TestContext.patient());
        for (var layer : manifest.layers()) {
            client.blob(ref.repository(), layer.digest(), in -> in.skip(0) == 0, TestContext.patient());
        }
        client.blob(ref.repository(), manifest.config().digest(), TestContext.patient());
        return manifest.layers().size() >= 5;
    }
}
