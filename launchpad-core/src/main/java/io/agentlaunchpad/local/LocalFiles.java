package io.agentlaunchpad.local;

import io.agentlaunchpad.error.DeployException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Files that only this user may read, replaced whole or not at all. */
final class LocalFiles {

    private static final FileAttribute<Set<PosixFilePermission>> FOR_ME =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private LocalFiles() {}

    /** Makes a directory, and those above it, for this user alone. */
    static void makePrivate(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw failed("make the directory " + directory, e);
        }
    }

    /** Replaces a file at once; a reader sees the old or the new one, and what is written survives a crash. */
    static void replace(Path file, String text) {
        Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
        try {
            Files.createFile(fresh, FOR_ME);
            // Not a channel: an interrupt of this thread must not tear the write.
            try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.getFD().sync();
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            deleteQuietly(fresh);
            throw failed("write " + file, e);
        }
    }

    /** Makes an empty file for this user alone, if there is none. */
    static void touchPrivate(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, FOR_ME);
            }
        } catch (java.nio.file.FileAlreadyExistsException e) {
            // Somebody was faster.
        } catch (IOException e) {
            throw failed("make the file " + file, e);
        }
    }

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read " + file, e);
        }
    }

    /** Names right below a directory, sorted; none where it does not exist. */
    static List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw failed("read " + directory, e);
        }
        names.sort(null);
        return names;
    }

    /** Removes a file or a whole directory; links are removed, never followed. Returns what could not be removed. */
    static List<String> deleteTree(Path path) {
        List<String> left = new ArrayList<>();
        delete(path, left);
        return left;
    }

    private static void delete(Path path, List<String> left) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                entries.forEach(entry -> delete(entry, left));
            } catch (IOException | java.nio.file.DirectoryIteratorException e) {
                left.add(path + ": " + e.getMessage());
                return;
            }
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            left.add(path + ": " + e.getMessage());
        }
    }

    /** Removes a directory in which nothing is. */
    static void deleteIfEmpty(Path directory) {
        deleteQuietly(directory);
    }

    static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It is a leftover with a name of its own; nobody reads it.
        }
    }

    /** What went wrong with a file, with the way out. */
    static DeployException failed(String what, IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        if (reason.contains("No space left") || reason.contains("quota")) {
            return new DeployException(
                    "DISK_FULL",
                    "Could not " + what + ": the disk is full.",
                    "free some space, then try again.",
                    cause);
        }
        if (cause instanceof AccessDeniedException || reason.contains("Permission") || reason.contains("Read-only")) {
            return new DeployException(
                    "HOME_UNWRITABLE",
                    "Could not " + what + ": this user may not.",
                    "choose a home directory that belongs to this user.",
                    cause);
        }
        return new DeployException(
                "LOCAL_FILES_FAILED",
                "Could not " + what + ": " + cause + ".",
                "check that the home directory stands on a working local disk.",
                cause);
    }
}
