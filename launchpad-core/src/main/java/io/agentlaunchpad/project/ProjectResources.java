package io.agentlaunchpad.project;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files that ship in this jar, listed by name because a jar inside a jar has no folders to walk. */
final class ProjectResources {

    private ProjectResources() {}

    static SortedMap<String, byte[]> files(String... names) {
        TreeMap<String, byte[]> files = new TreeMap<>();
        for (String name : names) {
            files.put(name, bytes(name));
        }
        return files;
    }

    static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String name) {
        try (InputStream in = ProjectResources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("Launchpad's own file " + name + " is missing from its jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Launchpad's own file " + name + " cannot be read", e);
        }
    }
}
