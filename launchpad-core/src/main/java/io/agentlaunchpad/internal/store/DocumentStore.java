package io.agentlaunchpad.internal.store;

import io.agentlaunchpad.spi.Store;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A store over {@link Documents}: one transaction at a time, all of it or nothing. */
public final class DocumentStore implements Store {

    private final Documents documents;
    private final Predicate<String> gone;

    private DocumentStore(Documents documents, Predicate<String> gone) {
        this.documents = documents;
        this.gone = gone;
    }

    /** In this process's memory. */
    public static DocumentStore inMemory() {
        return new DocumentStore(new MemoryDocuments(), worker -> false);
    }

    /**
     * In files below a directory.
     *
     * @param gone tells whether a worker no longer lives
     */
    public static DocumentStore below(Path directory, Predicate<String> gone) {
        return new DocumentStore(new FileDocuments(directory), gone);
    }

    @Override
    public <T extends @Nullable Object> T transact(Function<? super Tables, ? extends T> work) {
        return documents.alone(stored -> {
            Transaction transaction = new Transaction(stored);
            T result = work.apply(new DocumentTables(transaction, gone));
            transaction.commit();
            return result;
        });
    }

    @Override
    public <T extends @Nullable Object> T read(Function<? super Tables, ? extends T> work) {
        return documents.alone(stored -> work.apply(new DocumentTables(new Transaction(stored), gone)));
    }

    @Override
    public boolean gone(String worker) {
        return gone.test(worker);
    }

    @Override
    public void close() {
        documents.close();
    }
}
