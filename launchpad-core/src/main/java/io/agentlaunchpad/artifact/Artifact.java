package io.agentlaunchpad.artifact;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What can run: an image, or a project directory on this machine. Immutable once built; its digest says what it is. */
public sealed interface Artifact {

    /** {@code sha256:} and 64 hex digits of the content. Law: same lock, character and settings, same digest. */
    String digest();

    /** The kind, for wiring: a platform says which kinds it can run. */
    Kind kind();

    /** The kinds of artifact there are. */
    enum Kind {
        PROJECT,
        IMAGE
    }

    /**
     * A sealed project directory; nobody writes to it after it was built.
     *
     * @param digest of its files
     * @param directory absolute
     */
    record Project(String digest, Path directory) implements Artifact {
        @Override
        public Kind kind() {
            return Kind.PROJECT;
        }
    }

    /**
     * An image in a registry (or in a tar for air-gapped use), by digest.
     *
     * @param ref name with digest
     * @param tar the file that holds it, or null where it is in the registry of its name
     */
    record Image(ImageRef ref, @Nullable Path tar) implements Artifact {

        /** An image in a registry. */
        public Image(ImageRef ref) {
            this(ref, null);
        }

        public Image {
            if (ref.digest() == null) {
                throw new IllegalArgumentException("An image artifact needs a digest, \"" + ref + "\" has none");
            }
        }

        @Override
        public String digest() {
            return ref.digestIfAny().orElseThrow();
        }

        @Override
        public Kind kind() {
            return Kind.IMAGE;
        }
    }
}
