package io.agentlaunchpad.testbed;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** A database of its own on a real PostgreSQL whose {@code vector} extension can be created; dropped afterwards. */
public final class Postgres implements AutoCloseable {

    private final URI server;
    private final Optional<URI> serverFromPods;
    private final String database;

    private Postgres(URI server, Optional<URI> serverFromPods, String database) {
        this.server = server;
        this.serverFromPods = serverFromPods;
        this.database = database;
    }

    static Postgres open(Settings settings, String name) {
        Postgres made = new Postgres(
                URI.create(settings.get("LAUNCHPAD_TEST_POSTGRES")),
                settings.find("LAUNCHPAD_TEST_POSTGRES_FROM_PODS").map(URI::create),
                name.replace('-', '_'));
        made.onServer("create database " + made.database);
        return made;
    }

    /** {@code jdbc:postgresql://host:port/database}, without user and password. */
    public String jdbcUrl() {
        return "jdbc:" + server.resolve("/" + database).toString().replace(server.getUserInfo() + "@", "");
    }

    /** A superuser of that server. */
    public String username() {
        return server.getUserInfo().split(":", 2)[0];
    }

    /** The password of {@link #username()}. */
    public String password() {
        return server.getUserInfo().split(":", 2)[1];
    }

    /** {@code postgresql://user:password@host:port/database}. */
    public String uri() {
        return server.resolve("/" + database).toString();
    }

    /** As {@link #uri()}, with the address that pods reach; empty when there is none. */
    public Optional<String> uriFromPods() {
        return serverFromPods.map(uri -> uri.resolve("/" + database).toString());
    }

    @Override
    public void close() {
        onServer("drop database if exists " + database + " with (force)");
    }

    private void onServer(String sql) {
        String url = "jdbc:" + server.toString().replace(server.getUserInfo() + "@", "");
        try (Connection connection = DriverManager.getConnection(url, username(), password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException("PostgreSQL refused '" + sql + "'", failure);
        }
    }
}
