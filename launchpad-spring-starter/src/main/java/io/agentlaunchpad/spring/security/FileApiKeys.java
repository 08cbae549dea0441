package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.error.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * One file for each key below a directory, named by the hash of its value, readable by this user only. Many processes of
 * this machine may share it; a key appears whole or not at all and survives {@code kill -9}.
 */
public final class FileApiKeys implements ApiKeys {

    private static final String SUFFIX = ".json";

    private final Path directory;

    private FileApiKeys(Path directory) {
        this.directory = directory;
    }

    /**
     * Keys below that directory, which is made if absent.
     *
     * @throws StoreException when it cannot be made
     */
    public static FileApiKeys below(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw failed("make", directory, e);
        }
        return new FileApiKeys(directory);
    }

    @Override
    public Optional<ApiKey> find(String hash) {
        return hash.matches("[0-9a-f]{64}") ? read(directory.resolve(hash + SUFFIX)) : Optional.empty();
    }

    @Override
    public List<ApiKey> list() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .flatMap(file -> read(file).stream())
                    .sorted(Comparator.comparing(ApiKey::createdAt).thenComparing(ApiKey::id))
                    .toList();
        } catch (IOException e) {
            throw failed("read", directory, e);
        }
    }

    @Override
    public void put(ApiKey key) {
        Path file = directory.resolve(key.hash() + SUFFIX);
        Path part = directory.resolve("." + UUID.randomUUID() + ".part");
        try {
            try (FileChannel out = FileChannel.open(
                    part,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer content = ByteBuffer.wrap(KeyDocument.write(key).getBytes(StandardCharsets.UTF_8));
                while (content.hasRemaining()) {
                    out.write(content);
                }
                out.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("write", file, e);
        }
    }

    @Override
    public Optional<ApiKey> update(String hash, UnaryOperator<ApiKey> change) {
        Path file = directory.resolve(".lock");
        // The lock of a file keeps out other processes, and only those.
        synchronized (FileApiKeys.class) {
            try (FileChannel channel = FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                    FileLock held = channel.lock()) {
                Objects.requireNonNull(held);
                Optional<ApiKey> known = find(hash);
                Optional<ApiKey> changed = known.map(change);
                if (!changed.equals(known)) {
                    changed.ifPresent(this::put);
                }
                return changed;
            } catch (IOException e) {
                throw failed("lock", file, e);
            }
        }
    }

    @Override
    public boolean putFirst(ApiKey key) {
        if (!list().isEmpty()) {
            return false;
        }
        try {
            // Of two processes that start at once, one makes the first key.
            Files.createFile(directory.resolve("first"));
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw failed("write", directory, e);
        }
        put(key);
        return true;
    }

    private static Optional<ApiKey> read(Path file) {
        try {
            return Optional.of(KeyDocument.read(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw failed("read", file, e);
        }
    }

    private static StoreException failed(String doing, Path file, Exception e) {
        return new StoreException(
                "KEYS_FAILED",
                "Could not " + doing + " " + file.getFileName() + " among the API keys: "
                        + e.getClass().getSimpleName() + ".",
                "see to room, rights and a whole file below launchpad.home/keys.",
                e);
    }
}
