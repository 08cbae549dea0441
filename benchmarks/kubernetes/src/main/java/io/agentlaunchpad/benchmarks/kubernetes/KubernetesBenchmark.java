package io.agentlaunchpad.benchmarks.kubernetes;

import java.util.List;

/** Measures Launchpad beside kubectl on one real API server and prints Markdown: {@code benchmarks/kubernetes/run}. */
public final class KubernetesBenchmark {

    private KubernetesBenchmark() {}

    /** Arguments: the parts, {@code overhead}, {@code requests}, {@code fleet}; all of them without any. */
    public static void main(String[] arguments) throws Exception {
        List<String> parts = arguments.length == 0 ? List.of("overhead", "requests", "fleet") : List.of(arguments);
        BaseImage image = BaseImage.find();
        for (String part : parts) {
            switch (part) {
                case "overhead" -> Overhead.measure(image);
                case "requests" -> Overhead.count(image);
                case "fleet" -> Fleet.measure(image.image());
                default -> throw new IllegalArgumentException("There is no part " + part);
            }
        }
    }
}
