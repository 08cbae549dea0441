package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.build.jib.ImagePlatform;
import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.build.trivy.TrivyScanner;
import io.agentlaunchpad.spi.ArtifactScanner;
import java.lang.reflect.Field;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Where images go, what they stand on, and what may be in them. */
final class ImageOptions {

    @Option(names = "--image-repository", paramLabel = "HOST/REPO", description = "the registry and path to push to")
    private @Nullable String repository;

    @Option(names = "--tar", paramLabel = "FILE", description = "write the image to a file instead of a registry")
    private @Nullable String tar;

    @Option(names = "--base-image", paramLabel = "REF", description = "what the runtime stands on (a Node image)")
    private @Nullable String base;

    @Option(names = "--runtime-image", paramLabel = "REF", description = "a runtime built elsewhere")
    private @Nullable String runtime;

    @Option(names = "--arch", paramLabel = "ARCH", description = "amd64 (the default) or arm64")
    private String arch = "amd64";

    @Option(names = "--plain-http", paramLabel = "HOST", description = "speak HTTP without TLS to this registry")
    private List<String> plainHosts = new ArrayList<>();

    @Option(names = "--scanner", paramLabel = "NAME", description = "trivy (the default for images) or none")
    private String scanner = "trivy";

    @Option(names = "--trivy", paramLabel = "FILE", description = "the trivy program, where it is not on PATH")
    private @Nullable String trivy;

    @Option(names = "--trivy-cache", paramLabel = "DIR", description = "where trivy keeps its vulnerability database")
    private @Nullable String trivyCache;

    @Option(names = "--trivy-offline", description = "use the database as it is, ask nobody for a newer one")
    private boolean trivyOffline;

    @Option(
            names = "--max-severity",
            paramLabel = "S",
            description = "the mildest severity that refuses an image: low, medium, high, critical (the default)")
    private String severity = "critical";

    @Option(
            names = "--waive-finding",
            paramLabel = "ID=DATE=REASON",
            description = "accept a finding until the end of a day; may be repeated")
    private List<String> waivers = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** Refuses every option about images: where agents run from their project directory, nobody would heed it. */
    void refuseAll() {
        ParseResult parsed = Objects.requireNonNull(command).commandLine().getParseResult();
        parsed.matchedOptions().stream()
                .filter(option -> !scanner.equalsIgnoreCase("none")
                        || !option.longestName().equals("--scanner"))
                .filter(option ->
                        option.userObject() instanceof Field field && field.getDeclaringClass() == ImageOptions.class)
                .findFirst()
                .ifPresent(option -> {
                    throw new InputException(
                            option.longestName() + " is about images, and the local platform runs none: a project"
                                    + " directory is searched for leaked secrets, and that is all.",
                            "leave it out, or add --platform kubernetes.");
                });
    }

    /** A builder for a cluster, which pulls from a registry. */
    JibImageBuilder forCluster() {
        if (tar != null) {
            throw new InputException(
                    "A cluster pulls images from a registry, not from the file " + tar + ".",
                    "name --image-repository HOST/REPO instead of --tar.");
        }
        if (repository == null) {
            throw new InputException(
                    "A cluster pulls the agent's image from a registry, and none is named.",
                    "add --image-repository HOST/REPO.");
        }
        return builder();
    }

    boolean wanted() {
        return repository != null || tar != null;
    }

    JibImageBuilder builder() {
        if (!wanted()) {
            throw new InputException("There is nowhere to put the image.", "name --image-repository or --tar.");
        }
        if (repository != null && tar != null) {
            throw new InputException("--image-repository and --tar exclude each other.", "name one of them.");
        }
        JibImageBuilder builder = repository != null
                ? JibImageBuilder.pushingTo(repository)
                : JibImageBuilder.toTar(Input.path(String.valueOf(tar)));
        if (base != null) {
            builder = builder.baseImage(base);
        }
        if (runtime != null) {
            builder = builder.runtimeImage(runtime);
        }
        return reader(builder.platform(ImagePlatform.parse("linux/" + arch)));
    }

    /** A builder that only reads from registries. */
    JibImageBuilder reader(ImageRef image) {
        return reader(JibImageBuilder.pushingTo(image.name()));
    }

    private JibImageBuilder reader(JibImageBuilder builder) {
        JibImageBuilder reading = builder;
        for (String host : plainHosts) {
            reading = reading.plainHttp(host);
        }
        return reading;
    }

    Optional<ArtifactScanner> scanner() {
        return switch (scanner.toLowerCase(Locale.ROOT)) {
            case "none" -> Optional.empty();
            case "trivy" -> Optional.of(trivy());
            default -> throw new InputException("There is no scanner \"" + scanner + "\".", "use trivy or none.");
        };
    }

    private TrivyScanner trivy() {
        TrivyScanner found = trivy == null ? TrivyScanner.onPath() : TrivyScanner.at(Input.path(trivy));
        if (trivyCache != null) {
            found = found.cacheDirectory(Input.path(trivyCache));
        }
        if (trivyOffline) {
            found = found.offline();
        }
        for (String host : plainHosts) {
            found = found.plainHttp(host);
        }
        return found;
    }

    ScanPolicy policy() {
        ScanPolicy policy = ScanPolicy.standard().failOn(mildest());
        for (String waiver : waivers) {
            String[] parts = waiver.split("=", 3);
            if (parts.length < 3) {
                throw new InputException("\"" + waiver + "\" is no waiver.", "write ID=DATE=REASON.");
            }
            try {
                policy = policy.waive(parts[0], parts[2], LocalDate.parse(parts[1]));
            } catch (DateTimeParseException e) {
                throw new InputException("\"" + parts[1] + "\" is no date.", "write it as 2027-01-31.");
            }
        }
        return policy;
    }

    private Severity mildest() {
        try {
            return Severity.valueOf(severity.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InputException(
                    "There is no severity \"" + severity + "\".", "use low, medium, high or critical.");
        }
    }
}
