package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.error.WiringException;
import java.util.Locale;

/** The system that an image is for. One per build; dependencies are installed for it, whatever machine builds. */
public enum ImagePlatform {
    LINUX_AMD64("amd64", "x64"),
    LINUX_ARM64("arm64", "arm64");

    private final String architecture;
    private final String npmCpu;

    ImagePlatform(String architecture, String npmCpu) {
        this.architecture = architecture;
        this.npmCpu = npmCpu;
    }

    /**
     * Reads {@code linux/amd64}, {@code linux/arm64}, or the architecture alone.
     *
     * @throws WiringException for anything else
     */
    public static ImagePlatform parse(String text) {
        String architecture = text.toLowerCase(Locale.ROOT).replaceFirst("^linux/", "");
        for (ImagePlatform platform : values()) {
            if (platform.architecture.equals(architecture)) {
                return platform;
            }
        }
        throw new WiringException(
                "UNKNOWN_PLATFORM",
                "There are no agent images for the platform \"" + text + "\".",
                "say linux/amd64 or linux/arm64.",
                null);
    }

    /** As the OCI specification writes it (Go's {@code GOARCH}). */
    public String architecture() {
        return architecture;
    }

    /** As npm writes it (Node's {@code process.arch}). */
    String npmCpu() {
        return npmCpu;
    }

    @Override
    public String toString() {
        return "linux/" + architecture;
    }
}
