package io.agentlaunchpad.build.trivy;

import io.agentlaunchpad.build.internal.registry.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a program, looked at before anything in them runs.
 *
 * @param sha256 their hash
 * @param isTrivy whether they hold Trivy, so that the same bytes say the same of themselves. A script or a launcher
 *     starts whatever is installed
 */
record TrivyFile(String sha256, boolean isTrivy) {

    private static final Set<String> MALICIOUS = Set.of("0.69.4", "0.69.5", "0.69.6");
    /** How the project's own release builds set the version, as it stands in the executable. */
    private static final Pattern BUILT_AS = Pattern.compile("pkg/version(?:/app)?\\.ver=v?([0-9]+\\.[0-9]+\\.[0-9]+)");
    /** The names of its functions, which stand in every build, stripped ones too. */
    private static final String OF_TRIVY = "github.com/aquasecurity/trivy/pkg/";
    /** Nothing can be read in a packed program, but it is whole. */
    private static final String PACKED = "packed with the UPX executable packer";

    private static final int LONGEST = 100;

    /**
     * One pass over the file.
     *
     * @throws NotScanned if it is not the pinned one, or says that it is a version with malicious code
     */
    static TrivyFile inspect(Path file, @Nullable String pin) {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[1 << 16];
        String tail = "";
        boolean isTrivy = false;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                String text = tail + new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                int from = text.indexOf("pkg/version");
                if (from >= 0) {
                    Matcher built = BUILT_AS.matcher(text.substring(from));
                    if (built.find()) {
                        refuseMalicious(built.group(1), file);
                    }
                }
                isTrivy = isTrivy || text.contains(OF_TRIVY) || text.contains(PACKED);
                tail = text.substring(Math.max(0, text.length() - LONGEST));
            }
        } catch (IOException e) {
            throw new NotScanned("the Trivy program at " + file + " cannot be read: " + e.getMessage());
        }
        String actual = Digests.written(digest.digest()).substring("sha256:".length());
        if (pin != null && !actual.equals(pin)) {
            throw new NotScanned("the Trivy program at " + file + " has SHA-256 " + actual + ", not the pinned " + pin
                    + ". Fix: install the version you trust, or pin its hash");
        }
        return new TrivyFile(actual, isTrivy);
    }

    static void refuseMalicious(String version, Path file) {
        if (MALICIOUS.contains(version)) {
            throw new NotScanned("the Trivy program at " + file + " is version " + version
                    + ", which was published with malicious code. Fix: remove it, treat this machine's secrets as known"
                    + " to others, and install another version");
        }
    }
}
