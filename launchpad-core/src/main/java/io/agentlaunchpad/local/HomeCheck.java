package io.agentlaunchpad.local;

import io.agentlaunchpad.error.PreflightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether agents can live below a home: it may be made and written, and the disk has room. Changes nothing. */
final class HomeCheck {

    private HomeCheck() {}

    static Optional<PreflightException> refusal(Path home, long room) {
        Path there = home;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            return Optional.of(new PreflightException(
                    "HOME_UNWRITABLE",
                    "The home directory " + home + " cannot be written by this user.",
                    "choose a home directory that belongs to this user.",
                    null));
        }
        try {
            long free = Files.getFileStore(there).getUsableSpace();
            if (free < room) {
                return Optional.of(new PreflightException(
                        "DISK_FULL",
                        "The disk of " + home + " has " + (free >> 20) + " MB left, an agent needs " + (room >> 20)
                                + " MB.",
                        "free some space or choose another home directory.",
                        null));
            }
        } catch (IOException e) {
            return Optional.of(new PreflightException(
                    "HOME_UNWRITABLE",
                    "The disk of " + home + " does not answer: " + e.getMessage() + ".",
                    "choose a home directory on a working local disk.",
                    e));
        }
        return Optional.empty();
    }
}
