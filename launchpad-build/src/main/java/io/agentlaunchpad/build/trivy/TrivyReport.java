package io.agentlaunchpad.build.trivy;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reads Trivy's JSON report, schema version 2. Pure. */
final class TrivyReport {

    private TrivyReport() {}

    /**
     * The findings.
     *
     * @param layerOf whose layer that is, by uncompressed digest; asked with an empty one where the report names none
     * @throws NotScanned if it is no report
     */
    static List<Finding> findings(JsonNode report, Function<String, Finding.Layer> layerOf) {
        if (report.path("SchemaVersion").asInt() != 2) {
            throw new NotScanned("Trivy wrote no report of schema version 2 (but "
                    + report.path("SchemaVersion").asText("none") + ")");
        }
        List<Finding> findings = new ArrayList<>();
        for (JsonNode result : report.path("Results")) {
            String target = result.path("Target").asText();
            result.path("Vulnerabilities").forEach(one -> findings.add(vulnerability(one, target, layerOf)));
            result.path("Secrets").forEach(one -> findings.add(secret(one, target, layerOf)));
            result.path("Misconfigurations").forEach(one -> {
                if (one.path("Status").asText().equals("FAIL")) {
                    findings.add(misconfiguration(one, target, layerOf));
                }
            });
            result.path("Licenses").forEach(one -> findings.add(licence(one, layerOf)));
        }
        return findings;
    }

    private static Finding vulnerability(JsonNode one, String target, Function<String, Finding.Layer> layerOf) {
        String path = one.path("PkgPath").asText();
        String fixed = one.path("FixedVersion").asText();
        return new Finding(
                one.path("VulnerabilityID").asText(),
                Finding.Kind.VULNERABILITY,
                severity(one),
                layerOf.apply(diffId(one)),
                one.path("PkgName").asText() + " "
                        + one.path("InstalledVersion").asText() + " (" + (path.isEmpty() ? target : path) + ")",
                one.path("Title").asText(one.path("VulnerabilityID").asText()),
                fixed.isEmpty() ? null : fixed);
    }

    /** Where, and by which rule; never what. */
    private static Finding secret(JsonNode one, String target, Function<String, Finding.Layer> layerOf) {
        return new Finding(
                "leak:" + one.path("RuleID").asText(),
                Finding.Kind.SECRET,
                severity(one),
                layerOf.apply(diffId(one)),
                target + ":" + one.path("StartLine").asInt(),
                one.path("Title").asText(),
                null);
    }

    private static Finding misconfiguration(JsonNode one, String target, Function<String, Finding.Layer> layerOf) {
        return new Finding(
                one.path("ID").asText(),
                Finding.Kind.MISCONFIGURATION,
                severity(one),
                layerOf.apply(diffId(one)),
                target,
                one.path("Title").asText(),
                null);
    }

    private static Finding licence(JsonNode one, Function<String, Finding.Layer> layerOf) {
        return new Finding(
                "licence:" + one.path("Name").asText(),
                Finding.Kind.LICENCE,
                severity(one),
                layerOf.apply(""),
                one.path("PkgName").asText(one.path("FilePath").asText()),
                one.path("Category").asText(),
                null);
    }

    private static String diffId(JsonNode one) {
        return one.path("Layer").path("DiffID").asText();
    }

    private static Severity severity(JsonNode one) {
        try {
            return Severity.valueOf(one.path("Severity").asText("UNKNOWN").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Severity.UNKNOWN;
        }
    }
}
