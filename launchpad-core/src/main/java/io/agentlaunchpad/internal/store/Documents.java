package io.agentlaunchpad.internal.store;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place for small documents by key ({@code agents/ada-1f}) and for logs of lines. Keys are slash-separated, each part
 * legal as a file name.
 */
interface Documents {

    /** Runs with nobody else reading or writing, in this or another process. */
    <T extends @Nullable Object> T alone(Function<? super Documents, ? extends T> work);

    @Nullable
    String get(String key);

    /** Keys right below a folder, sorted. */
    List<String> list(String folder);

    /** Lines of a log, in order. */
    List<String> lines(String log);

    /** The last line of a log, or null. */
    @Nullable
    String lastLine(String log);

    /** Makes all changes, or none, whatever happens in between. */
    void commit(Changes changes);

    void close();
}
