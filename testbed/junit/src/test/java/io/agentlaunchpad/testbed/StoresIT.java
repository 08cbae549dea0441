package io.agentlaunchpad.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The parts that keep something: each test has its own corner of them, and the corner is empty when it is over. */
class StoresIT {

    @Test
    @RealPostgres
    void every_test_has_a_database_of_its_own_with_vectors(Postgres postgres) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create extension vector");
            try (ResultSet rows = statement.executeQuery("select current_database(), '[3,4]'::vector <-> '[0,0]'")) {
                rows.next();
                assertThat(rows.getString(1)).startsWith("lpt_stores_it_");
                assertThat(rows.getDouble(2)).isEqualTo(5.0);
            }
        }
    }

    @Test
    @RealPostgres
    void a_database_is_dropped_even_while_somebody_is_connected(Postgres postgres) throws Exception {
        try (Connection left =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
                Connection other = DriverManager.getConnection(
                        postgres.jdbcUrl().replaceFirst("/[^/]*$", "/postgres"),
                        postgres.username(),
                        postgres.password());
                Statement statement = other.createStatement()) {
            String name = left.getCatalog();
            postgres.close();
            try (ResultSet rows =
                    statement.executeQuery("select count(*) from pg_database where datname = '" + name + "'")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
        }
    }

    @Test
    @RealRedis
    void keys_with_the_prefix_are_deleted_and_others_stay(Redis redis) throws Exception {
        try (java.net.Socket socket =
                new java.net.Socket(redis.uri().getHost(), redis.uri().getPort())) {
            String commands = "SET %1$smine 1\r\nSET other-%1$s 1\r\n".formatted(redis.prefix());
            socket.getOutputStream().write(commands.getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().readNBytes(10)).asString().isEqualTo("+OK\r\n+OK\r\n");
            redis.close();
            String questions = "EXISTS %1$smine\r\nDEL other-%1$s\r\n".formatted(redis.prefix());
            socket.getOutputStream().write(questions.getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().readNBytes(8)).asString().isEqualTo(":0\r\n:1\r\n");
        }
    }

    @Test
    @RealRegistry
    void images_below_the_prefix_are_deleted(Registry registry) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        URI base = URI.create(
                "http://" + registry.baseImage().replaceFirst("/", "/v2/").replaceFirst(":([^:/]+)$", "/manifests/$1"));
        assertThat(http.send(manifest(base).build(), HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        String repository = registry.repository().replaceFirst("/", "/v2/") + "/note";
        URI upload = URI.create("http://" + repository
                + "/blobs/uploads/?digest=sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
        HttpResponse<String> started = http.send(
                HttpRequest.newBuilder(URI.create("http://" + repository + "/blobs/uploads/"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        URI location = upload.resolve(started.headers().firstValue("Location").orElseThrow());
        http.send(
                HttpRequest.newBuilder(URI.create(location + "&" + upload.getQuery()))
                        .header("Content-Type", "application/octet-stream")
                        .PUT(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        URI tag = URI.create("http://" + repository + "/manifests/1");
        String image = """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [],
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2,
                  "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}}
                """;
        HttpResponse<String> pushed = http.send(
                HttpRequest.newBuilder(tag)
                        .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                        .PUT(HttpRequest.BodyPublishers.ofString(image))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(pushed.statusCode()).as(pushed.body()).isEqualTo(201);

        registry.close();

        assertThat(http.send(manifest(tag).build(), HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
        assertThat(http.send(manifest(base).build(), HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .as("the image of others stays")
                .isEqualTo(200);
    }

    private static HttpRequest.Builder manifest(URI uri) {
        return HttpRequest.newBuilder(uri)
                .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                .method("HEAD", HttpRequest.BodyPublishers.noBody());
    }
}
