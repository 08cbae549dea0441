package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.artifact.ImageRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the FILE of a command; {@code -} is standard input. */
final class Input {

    /** The parser refuses anything over a megabyte; reading a little more lets it say so. */
    private static final int MOST = 2 << 20;

    private Input() {}

    static byte[] read(String file) {
        if (file.equals("-")) {
            return readFrom(System.in, "standard input");
        }
        Path path = path(file);
        if (Files.isDirectory(path)) {
            throw new InputException(file + " is a directory.", "name a file.");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return readFrom(in, file);
        } catch (NoSuchFileException e) {
            throw new InputException("There is no file " + file + ".", "check the name.");
        } catch (AccessDeniedException e) {
            throw new InputException(file + " may not be read by this user.", "change its permissions.");
        } catch (IOException e) {
            throw new InputException(file + " cannot be read: " + e.getMessage() + ".", "check the disk.");
        }
    }

    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InputException("\"" + text.replace('\0', '?') + "\" is not a file name.", "check the name.");
        }
    }

    static ImageRef image(String text) {
        try {
            return ImageRef.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InputException(
                    "\"" + text + "\" is not an image name.", "write registry/repository[:tag][@sha256:…].");
        }
    }

    private static byte[] readFrom(InputStream in, String name) {
        try {
            return in.readNBytes(MOST);
        } catch (IOException e) {
            throw new InputException(name + " cannot be read: " + e.getMessage() + ".", "check where it comes from.");
        }
    }
}
