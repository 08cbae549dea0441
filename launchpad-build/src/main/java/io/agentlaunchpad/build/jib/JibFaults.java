package io.agentlaunchpad.build.jib;

import com.google.cloud.tools.jib.api.InsecureRegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.registry.RegistryCredentialsNotSentException;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Faults;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.UnexpectedException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Jib's failures in our words. */
final class JibFaults {

    private JibFaults() {}

    /** Whether another attempt may go well: a busy or broken registry, a broken wire, bytes spoilt on the way. */
    static boolean passes(LaunchpadException fault) {
        return (fault.retryable() && !fault.code().equals("REGISTRY_UNKNOWN_HOST"))
                || String.valueOf(fault.getMessage()).contains("DIGEST_INVALID");
    }

    static LaunchpadException of(Throwable failure, String host, String doing) {
        Optional<LaunchpadException> ours = find(failure, LaunchpadException.class);
        if (ours.isPresent()) {
            return ours.get();
        }
        Optional<FileSystemException> disk = find(failure, FileSystemException.class);
        if (disk.isPresent() && BuildCache.isDiskFull(disk.get())) {
            return BuildCache.diskFull(Path.of(String.valueOf(disk.get().getFile())), failure);
        }
        if (BuildCache.isDiskFull(failure)
                && find(failure, ResponseException.class).isEmpty()) {
            return BuildCache.diskFull(Path.of("the cache"), failure);
        }
        Optional<ResponseException> answer = find(failure, ResponseException.class);
        if (answer.isPresent()) {
            String body = answer.get().getContent();
            return Faults.ofStatus(answer.get().getStatusCode(), body == null ? "" : body, host, doing);
        }
        if (find(failure, RegistryUnauthorizedException.class).isPresent()
                || find(failure, RegistryCredentialsNotSentException.class).isPresent()) {
            return Faults.ofStatus(401, "", host, doing);
        }
        Optional<InsecureRegistryException> insecure = find(failure, InsecureRegistryException.class);
        if (insecure.isPresent()) {
            SSLException cause = find(failure, SSLException.class).orElseGet(() -> new SSLException("no trusted TLS"));
            return Faults.of(cause, host, doing);
        }
        Optional<IOException> io = deepest(failure);
        if (io.isPresent()) {
            return io.get() instanceof FileSystemException file
                    ? new BuildException(
                            "CACHE_UNUSABLE",
                            "A file failed while " + doing + ": " + file.getMessage() + ".",
                            "call cacheDirectory(…) with a directory that this user may write, and start again.",
                            failure)
                    : Faults.of(io.get(), host, doing);
        }
        return new UnexpectedException(
                "UNEXPECTED",
                "Jib failed while " + doing + ": " + failure + ".",
                "start again; if it stays so, report it with this message.",
                failure);
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return Optional.of(type.cast(t));
            }
        }
        return Optional.empty();
    }

    private static Optional<IOException> deepest(Throwable failure) {
        IOException last = null;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof IOException io) {
                last = io;
            }
        }
        return Optional.ofNullable(last);
    }
}
