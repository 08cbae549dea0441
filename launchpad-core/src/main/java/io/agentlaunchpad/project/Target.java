package io.agentlaunchpad.project;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What dependencies are installed for, in npm's own words.
 *
 * @param os {@code linux} or {@code darwin}
 * @param cpu {@code x64} or {@code arm64}
 * @param libc GNU or musl on Linux, as {@code "glibc"} or {@code "musl"}; null elsewhere
 */
public record Target(String os, String cpu, @Nullable String libc) {

    private static final Target HOST = detect();

    /** This machine. */
    public static Target host() {
        return HOST;
    }

    /** A Linux image with glibc (Debian and its like). */
    public static Target linux(String cpu) {
        return new Target("linux", npmCpu(cpu), "glibc");
    }

    @Override
    public String toString() {
        return os + "-" + cpu + (libc == null ? "" : "-" + libc);
    }

    private static Target detect() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String os = name.contains("mac") ? "darwin" : name.contains("win") ? "win32" : "linux";
        String libc = !os.equals("linux") ? null : hasMusl() ? "musl" : "glibc";
        return new Target(os, npmCpu(System.getProperty("os.arch", "")), libc);
    }

    private static String npmCpu(String arch) {
        return switch (arch) {
            case "amd64", "x86_64", "x64" -> "x64";
            case "aarch64", "arm64" -> "arm64";
            default -> arch;
        };
    }

    private static boolean hasMusl() {
        try (DirectoryStream<Path> loaders = Files.newDirectoryStream(Path.of("/lib"), "ld-musl-*")) {
            return loaders.iterator().hasNext();
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
