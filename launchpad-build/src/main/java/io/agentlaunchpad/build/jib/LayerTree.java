package io.agentlaunchpad.build.jib;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import io.agentlaunchpad.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory as a layer that is the same wherever the directory stands and whenever it was written: sorted, owned by
 * root, one time, and of the permissions only whether a file can be executed.
 *
 * <p>Jib writes no symbolic links: a link within the directory becomes what it points to. One that leads out of it is
 * refused, and {@code .bin} (links for a shell that is not there) is left out.
 */
final class LayerTree {

    private static final Instant TIME = Instant.ofEpochSecond(1);
    private static final FilePermissions FILE = FilePermissions.fromOctalString("644");
    private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
    private static final FilePermissions FOLDER = FilePermissions.fromOctalString("755");
    private static final String ROOT = "0:0";

    private final FileEntriesLayer.Builder layer;
    private final Path top;
    private final Path allowed;
    private final AbsoluteUnixPath target;
    private long files;
    private long bytes;

    private LayerTree(String name, Path top, String target) throws IOException {
        this.layer = FileEntriesLayer.builder().setName(name);
        this.top = top;
        this.allowed = top.toRealPath();
        this.target = AbsoluteUnixPath.get(target);
    }

    /**
     * What goes into the image.
     *
     * @param bytes of its files, before compression
     */
    record Tree(FileEntriesLayer layer, long files, long bytes) {}

    /**
     * @param name for the image's history
     * @param directory its content becomes the content of {@code target}
     */
    static Tree of(String name, Path directory, String target) {
        try {
            LayerTree tree = new LayerTree(name, directory, target);
            tree.folder(directory, tree.target, new HashSet<>());
            return new Tree(tree.layer.build(), tree.files, tree.bytes);
        } catch (IOException e) {
            throw new BuildException(
                    "LAYER_UNREADABLE",
                    "The files of " + directory + " cannot be read: " + e.getMessage() + ".",
                    "make them readable for this user, or install the dependencies anew.",
                    e);
        }
    }

    /** A layer that holds one empty directory of that owner. */
    static FileEntriesLayer emptyFolder(String name, Path empty, String target, String owner) {
        return FileEntriesLayer.builder()
                .setName(name)
                .addEntry(empty, AbsoluteUnixPath.get(target), FOLDER, TIME, owner)
                .build();
    }

    private void folder(Path folder, AbsoluteUnixPath at, Set<Path> above) throws IOException {
        Path real = folder.toRealPath();
        if (!above.add(real)) {
            throw new IOException("the link " + top.relativize(folder) + " leads back to a folder that it stands in");
        }
        layer.addEntry(real, at, FOLDER, TIME, ROOT);
        List<Path> children;
        try (Stream<Path> listed = Files.list(folder)) {
            children = listed.sorted().toList();
        }
        for (Path child : children) {
            String name = child.getFileName().toString();
            if (name.equals(".bin") && folder.endsWith("node_modules")) {
                continue;
            }
            entry(child, at.resolve(name), above);
        }
        above.remove(real);
    }

    private void entry(Path child, AbsoluteUnixPath at, Set<Path> above) throws IOException {
        Path real = child;
        if (Files.isSymbolicLink(child)) {
            real = child.toRealPath();
            if (!real.startsWith(allowed)) {
                throw new IOException("the link " + top.relativize(child) + " leads out of the project, to " + real);
            }
        }
        if (Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
            folder(child, at, above);
        } else if (Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            layer.addEntry(real, at, isProgram(real) ? PROGRAM : FILE, TIME, ROOT);
            files++;
            bytes += Files.size(real);
        } else {
            throw new IOException(top.relativize(child) + " is neither file nor folder");
        }
    }

    private static boolean isProgram(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return false;
        }
        return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
    }
}
