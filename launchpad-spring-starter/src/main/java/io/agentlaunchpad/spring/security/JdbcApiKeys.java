package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.error.StoreException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.JacksonException;

/**
 * Keys as rows beside the records, in a table that is made at first use: {@code api_keys}, one JSON document for each hash.
 * Shared by all processes on the database.
 */
public final class JdbcApiKeys implements ApiKeys {

    private static final String FIRST = "first";

    private final JdbcClient database;
    private final JdbcWrites writes;
    private final String table;

    private JdbcApiKeys(DataSource dataSource, String table) {
        this.database = JdbcClient.create(dataSource);
        this.writes = new JdbcWrites(dataSource);
        this.table = table;
    }

    /**
     * Keys in that schema, which exists.
     *
     * @throws StoreException when the table cannot be made
     */
    public static JdbcApiKeys in(DataSource dataSource, String schema) {
        if (!schema.matches("[a-z_][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("Not a schema: " + schema);
        }
        JdbcApiKeys keys = new JdbcApiKeys(dataSource, "\"" + schema + "\".api_keys");
        try {
            keys.write("CREATE TABLE IF NOT EXISTS " + keys.table
                    + " (hash VARCHAR(64) PRIMARY KEY, document TEXT NOT NULL)");
        } catch (DuplicateKeyException e) {
            // Another process made it in the same moment, which PostgreSQL reports so.
            return keys;
        } catch (DataAccessException | TransactionException e) {
            throw failed("made", e);
        }
        return keys;
    }

    @Override
    public Optional<ApiKey> find(String hash) {
        try {
            return document(hash).map(KeyDocument::read);
        } catch (DataAccessException | JacksonException e) {
            throw failed("read", e);
        }
    }

    private Optional<String> document(String hash) {
        return database.sql("SELECT document FROM " + table + " WHERE hash = ?")
                .param(hash)
                .query(String.class)
                .optional();
    }

    @Override
    public List<ApiKey> list() {
        try {
            return database
                    .sql("SELECT document FROM " + table + " WHERE hash <> ?")
                    .param(FIRST)
                    .query(String.class)
                    .list()
                    .stream()
                    .map(KeyDocument::read)
                    .sorted(Comparator.comparing(ApiKey::createdAt).thenComparing(ApiKey::id))
                    .toList();
        } catch (DataAccessException | JacksonException e) {
            throw failed("read", e);
        }
    }

    @Override
    public void put(ApiKey key) {
        String document = KeyDocument.write(key);
        try {
            int changed = write("UPDATE " + table + " SET document = ? WHERE hash = ?", document, key.hash());
            if (changed == 0) {
                insert(key.hash(), document);
            }
        } catch (DataAccessException | TransactionException e) {
            throw failed("written", e);
        }
    }

    @Override
    public Optional<ApiKey> update(String hash, UnaryOperator<ApiKey> change) {
        try {
            for (Optional<String> known = document(hash); known.isPresent(); known = document(hash)) {
                ApiKey changed = change.apply(KeyDocument.read(known.get()));
                String document = KeyDocument.write(changed);
                // Where somebody was faster, nothing matches: then it is done anew, over what he wrote.
                boolean done = document.equals(known.get())
                        || write(
                                        "UPDATE " + table + " SET document = ? WHERE hash = ? AND document = ?",
                                        document,
                                        hash,
                                        known.get())
                                > 0;
                if (done) {
                    return Optional.of(changed);
                }
            }
            return Optional.empty();
        } catch (DataAccessException | TransactionException | JacksonException e) {
            throw failed("written", e);
        }
    }

    @Override
    public boolean putFirst(ApiKey key) {
        if (!list().isEmpty()) {
            return false;
        }
        try {
            return writes.run(() -> {
                // Of two processes that start at once, one makes the first key.
                insert(FIRST, "{}");
                insert(key.hash(), KeyDocument.write(key));
                return true;
            });
        } catch (DuplicateKeyException e) {
            return false;
        } catch (DataAccessException | TransactionException e) {
            throw failed("written", e);
        }
    }

    private void insert(String hash, String document) {
        write("INSERT INTO " + table + " (hash, document) VALUES (?, ?)", hash, document);
    }

    private int write(String sql, Object... arguments) {
        return writes.run(() -> database.sql(sql).params(arguments).update());
    }

    private static StoreException failed(String doing, Exception e) {
        return new StoreException(
                "KEYS_FAILED",
                "The API keys could not be " + doing + ": " + e.getClass().getSimpleName() + ".",
                "see to the database, and to the rights on its schema.",
                e);
    }
}
