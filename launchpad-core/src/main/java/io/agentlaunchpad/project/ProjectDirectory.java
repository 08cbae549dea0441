package io.agentlaunchpad.project;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.agentlaunchpad.error.BuildException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;

/** A place for a project on disk; see {@link AgentProject#writeTo}. */
final class ProjectDirectory {

    private final Path directory;

    ProjectDirectory(Path directory) {
        this.directory = directory;
    }

    void write(SortedMap<String, byte[]> files) {
        try {
            if (isNew()) {
                create(files);
            } else {
                update(files);
            }
        } catch (FileAlreadyExistsException e) {
            throw notADirectory(e);
        } catch (IOException e) {
            String reason = DependencyCache.isDiskFull(e) ? "the disk is full" : String.valueOf(e.getMessage());
            throw new BuildException(
                    DependencyCache.isDiskFull(e) ? "DISK_FULL" : "PROJECT_NOT_WRITTEN",
                    "The project directory " + directory + " could not be written: " + reason + ".",
                    "free space there, or name a directory that this user may write.",
                    e);
        }
    }

    private boolean isNew() throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        if (!Files.isDirectory(directory)) {
            throw notADirectory(null);
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
            if (!content.iterator().hasNext()) {
                return !Files.isSymbolicLink(directory);
            }
        }
        if (!isProject(directory)) {
            throw new BuildException(
                    "NOT_A_PROJECT",
                    directory + " holds files that are not a Launchpad project.",
                    "name a new or empty directory.",
                    null);
        }
        return false;
    }

    /** Whether the directory holds what {@link AgentProject} wrote. */
    static boolean isProject(Path directory) throws IOException {
        try {
            return Json.read(Files.readString(directory.resolve(AgentProject.MARKER)))
                            .path("format")
                            .asInt()
                    > 0;
        } catch (NoSuchFileException | JsonProcessingException e) {
            return false;
        }
    }

    private void create(SortedMap<String, byte[]> files) throws IOException {
        Path parent = directory.getParent() == null ? directory : directory.getParent();
        Files.createDirectories(parent);
        Path draft = parent.resolve("." + directory.getFileName() + "." + UUID.randomUUID());
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path at = draft.resolve(file.getKey());
                Files.createDirectories(draft.resolve(file.getKey()).getParent());
                Trees.writeDurably(at, file.getValue());
            }
            Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
            Trees.syncDirectory(parent);
        } catch (AtomicMoveNotSupportedException e) {
            Files.createDirectories(directory);
            update(files); // A mount point cannot be renamed over.
        } catch (FileSystemException e) {
            if (!isProject(directory)) {
                throw e;
            }
            update(files); // Another launch was faster.
        } finally {
            Trees.deleteQuietly(draft);
        }
    }

    /** The marker goes last: until then a second try finds the same work to do. */
    private void update(SortedMap<String, byte[]> files) throws IOException {
        Path runner = directory.resolve("runner");
        if (Files.isSymbolicLink(runner)) {
            throw new BuildException(
                    "NOT_A_PROJECT", runner + " is a link.", "remove it, or name a new directory.", null);
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (!file.getKey().equals(AgentProject.MARKER)) {
                replace(file.getKey(), file.getValue());
            }
        }
        try (DirectoryStream<Path> there = Files.newDirectoryStream(runner)) {
            for (Path old : there) {
                if (!files.containsKey("runner/" + old.getFileName())) {
                    Trees.delete(old);
                }
            }
        }
        byte[] marker = files.get(AgentProject.MARKER);
        if (marker != null) {
            replace(AgentProject.MARKER, marker);
        }
        Trees.syncDirectory(directory);
    }

    private void replace(String path, byte[] content) throws IOException {
        Path at = directory.resolve(path);
        if (Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS) && Arrays.equals(Files.readAllBytes(at), content)) {
            return;
        }
        Path folder = at.getParent() == null ? directory : at.getParent();
        Files.createDirectories(folder);
        Path draft = folder.resolve("." + UUID.randomUUID());
        try {
            Trees.writeDurably(draft, content);
            Files.move(draft, at, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Trees.deleteQuietly(draft);
        }
    }

    private BuildException notADirectory(@org.jspecify.annotations.Nullable Throwable cause) {
        return new BuildException(
                "NOT_A_DIRECTORY",
                directory + " is not a directory, or stands below a file.",
                "name a new or empty directory.",
                cause);
    }
}
