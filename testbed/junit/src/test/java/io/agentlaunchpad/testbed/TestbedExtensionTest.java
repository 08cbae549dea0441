package io.agentlaunchpad.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class TestbedExtensionTest {

    private static final String MODEL = "LAUNCHPAD_TEST_MODEL_URL";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @Test
    void a_test_whose_part_is_there_gets_it() {
        TestExecutionSummary summary = run(Examples.class, "http://model.example/v1", "");

        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(2);
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void a_test_without_its_part_is_not_run_and_named_with_the_way_to_get_it() throws IOException {
        TestExecutionSummary summary = run(Examples.class, "", "");

        assertThat(summary.getTestsSkippedCount()).isEqualTo(1);
        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
        String line = Examples.class.getName() + "#asks_the_model  (no model: " + MODEL
                + " is not set. Fix: eval \"$(testbed/up cluster)\", or bring your own (docs/testbed.md))";
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("NOT RUN " + line);
        assertThat(Files.readAllLines(report())).containsExactly(line);
    }

    @Test
    void a_class_without_its_part_names_every_test_in_it() throws IOException {
        run(WholeClass.class, "", "");

        assertThat(Files.readAllLines(report()))
                .hasSize(2)
                .anyMatch(line -> line.startsWith(WholeClass.class.getName() + "#first  "))
                .anyMatch(line -> line.startsWith(WholeClass.class.getName() + "#second  "));
    }

    @Test
    void a_test_without_its_part_fails_where_CI_is_true() {
        TestExecutionSummary summary = run(Examples.class, "", "true");

        assertThat(summary.getTotalFailureCount()).isEqualTo(1);
        assertThat(summary.getFailures().get(0).getException())
                .hasMessageContaining(MODEL + " is not set")
                .hasMessageContaining("CI=true");
    }

    @Test
    void the_report_forgets_a_test_that_has_run_and_keeps_those_of_other_classes() throws IOException {
        run(Examples.class, "", "");
        run(WholeClass.class, "", "");
        run(Examples.class, "http://model.example/v1", "");

        assertThat(Files.readAllLines(report()))
                .hasSize(2)
                .allMatch(line -> line.startsWith(WholeClass.class.getName()));
    }

    @Test
    void names_fit_a_kubernetes_namespace() {
        assertThat(TestbedExtension.nameFor(Examples.class)).matches("lpt-examples-[0-9a-f]{8}");
        assertThat(TestbedExtension.nameFor(ATestWhoseNameIsMuchLongerThanAnyNamespaceOfKubernetesMayEverBe.class))
                .hasSizeLessThanOrEqualTo(63)
                .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    }

    private Path report() {
        return folder.resolve("not-run.txt");
    }

    private TestExecutionSummary run(Class<?> test, String model, String ci) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(test))
                .configurationParameter(MODEL, model)
                .configurationParameter("CI", ci)
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherConfig quiet = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        NotRunReport notRun = new NotRunReport(report(), new PrintStream(printed, true, StandardCharsets.UTF_8));
        LauncherFactory.create(quiet).execute(request, summary, notRun);
        return summary.getSummary();
    }

    /** Only started by the tests above. */
    static class Examples {

        @Test
        @RealModel
        void asks_the_model(Model model) {
            assertThat(model.url()).isEqualTo("http://model.example/v1");
        }

        @Test
        void needs_nothing() {}
    }

    @RealModel
    static class WholeClass {

        @Test
        void first() {}

        @RepeatedTest(2)
        void second() {}
    }

    static class ATestWhoseNameIsMuchLongerThanAnyNamespaceOfKubernetesMayEverBe {}
}
