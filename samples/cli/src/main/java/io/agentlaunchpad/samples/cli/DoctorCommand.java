package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.error.LaunchpadException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "doctor", description = "Show what this machine has and lacks, each with its fix.")
final class DoctorCommand extends BaseCommand {

    private static final long ROOM_NEEDED = 1L << 30;
    private static final int PATIENCE_SECONDS = 60;
    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)\\.(\\d+).*");

    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    @Option(names = "--trivy", paramLabel = "FILE", description = "the trivy program, where it is not on PATH")
    private String trivy = "trivy";

    private boolean lacking;

    @Override
    public Integer call() {
        String system = System.getProperty("os.name", "?");
        boolean windows = system.toLowerCase(Locale.ROOT).startsWith("windows");
        tell(!windows, "system", system, "use Linux, macOS or the Windows Subsystem for Linux.");
        tell(true, "java", System.getProperty("java.version", "?"), "");
        String node = version("node");
        Matcher matcher = VERSION.matcher(node);
        boolean enough = matcher.matches() && Integer.parseInt(matcher.group(1)) >= 20;
        tell(enough, "node", node, "install Node.js 20 or newer and put it on PATH.");
        String npm = version("npm");
        tell(VERSION.matcher(npm).matches(), "npm", npm, "install npm; it comes with Node.js.");
        room();
        if (platform.onCluster()) {
            trivy();
            cluster();
        }
        return lacking ? Exit.REJECTED : Exit.OK;
    }

    private void trivy() {
        String found = version(trivy).lines().findFirst().orElse("");
        boolean scans = found.startsWith("Version:");
        tell(scans, "trivy", found, "install Trivy, name it with --trivy, or launch with --scanner none.");
    }

    private void cluster() {
        String name = "unknown";
        try {
            Place place = platform.cluster().orElseThrow();
            name = place.name();
            look(place);
        } catch (LaunchpadException e) {
            tell(false, "cluster", name + ": " + e.failure().message(), e.fix());
        }
    }

    private void look(Place place) {
        try (Launchpad launchpad = Launchpad.builder()
                .platform(place.name(), Platforms.of(place))
                .artifacts(new NoImages())
                .workers(0)
                .build()) {
            List<String> warnings = launchpad.preflight();
            tell(true, "cluster", place.name(), "");
            warnings.forEach(warning -> out().println("  " + paint().doubtful("!") + " " + warning));
        }
    }

    private void room() {
        Path home = common().home();
        Path existing = home;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        boolean writable = Files.isWritable(existing);
        tell(writable, "home", home.toString(), "choose a directory that this user may write: --home DIR.");
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            tell(free >= ROOM_NEEDED, "free disk", (free >> 20) + " MiB", "make room: dependencies need about 1 GiB.");
        } catch (IOException e) {
            tell(false, "free disk", "unknown: " + e.getMessage(), "check the disk.");
        }
    }

    private void tell(boolean good, String what, String value, String fix) {
        String mark = good ? paint().good("✓") : paint().bad("✗");
        out().println("  " + mark + " " + String.format(Locale.ROOT, "%-10s", what) + " " + value
                + (good ? "" : "  Fix: " + fix));
        lacking |= !good;
    }

    private static String version(String command) {
        try {
            Process process = new ProcessBuilder(command, "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "does not answer";
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "not found";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
