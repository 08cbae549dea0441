package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.project.SecretLeaks;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The scanner that is always on: keys of the usual shapes, and the agent's own secret values, in the agent's own files. */
public final class LeakScanner implements ArtifactScanner {

    static final String NAME = "secret-leaks";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Artifact.Kind> scans() {
        return EnumSet.allOf(Artifact.Kind.class);
    }

    @Override
    public ScanReport scan(Request request, WorkContext context) {
        SecretLeaks search = SecretLeaks.of(request.secrets());
        String digest = request.artifact().digest();
        List<Finding> findings = new ArrayList<>();
        for (Path file : request.ownFiles()) {
            context.check();
            try (InputStream content = Files.newInputStream(file)) {
                search.in(String.valueOf(file.getFileName()), content).forEach(leak -> findings.add(finding(leak)));
            } catch (IOException e) {
                return ScanReport.notScanned(
                        name(),
                        digest,
                        file.getFileName() + " could not be read ("
                                + e.getClass().getSimpleName() + ")",
                        context.clock().instant());
            }
        }
        return ScanReport.of(name(), digest, findings, context.clock().instant());
    }

    private static Finding finding(SecretLeaks.Leak leak) {
        return new Finding(
                "leak:" + leak.rule().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"),
                Finding.Kind.SECRET,
                Severity.CRITICAL,
                Finding.Layer.AGENT,
                leak.path() + ":" + leak.line(),
                leak.rule() + ": " + leak.excerpt(),
                null);
    }
}
