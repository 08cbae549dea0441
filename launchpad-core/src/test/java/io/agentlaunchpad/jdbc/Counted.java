package io.agentlaunchpad.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** A {@link DataSource} that remembers what was asked of its connections: statements, and the ends of transactions. */
public final class Counted {

    private final List<String> journeys = new CopyOnWriteArrayList<>();
    private final DataSource dataSource;

    private Counted(DataSource wrapped) {
        this.dataSource = proxy(DataSource.class, wrapped);
    }

    public static Counted of(DataSource wrapped) {
        return new Counted(wrapped);
    }

    public DataSource dataSource() {
        return dataSource;
    }

    /** What it costs: each statement, {@code commit} and {@code rollback}, in order. */
    public List<String> journeys(Runnable work) {
        journeys.clear();
        work.run();
        return List.copyOf(journeys);
    }

    private <T> T proxy(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            switch (method.getName()) {
                case "prepareStatement" -> journeys.add(String.valueOf(args[0]));
                case "createStatement" -> journeys.add("a statement without parameters");
                case "commit", "rollback" -> journeys.add(method.getName());
                default -> {}
            }
            try {
                Object result = method.invoke(target, args);
                return result instanceof Connection connection ? proxy(Connection.class, connection) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
