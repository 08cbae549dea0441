package io.agentlaunchpad.chaos;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.LaunchpadBuilder;
import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.jdbc.PostgresDoorbell;
import io.agentlaunchpad.k8s.KubernetesPlatform;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.redis.RedisDoorbell;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Store;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Where one run happens: the testbed's parts, as its variables name them, and in each a corner of the run's own.
 *
 * @param variables of the environment
 * @param run names the corners: a namespace, a database, a prefix of repositories, a channel
 * @param doorbell {@code postgres} or {@code redis}
 */
record Place(Map<String, String> variables, String run, String doorbell) {

    /** The name of the platform in every Launchpad of a run. */
    static final String PLATFORM = "cluster";

    private static final Duration HEALTHY = Duration.ofMinutes(3);

    /** The variable of that name. */
    String get(String name) {
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(name + " is not set. Fix: start with testbed/chaos");
        }
        return value;
    }

    String namespace() {
        return run;
    }

    String database() {
        return run.replace('-', '_');
    }

    String registry() {
        return get("LAUNCHPAD_TEST_REGISTRY");
    }

    /** The repository of an agent's images, without the registry's host. */
    String repository(String agentName) {
        return run + "/agents/" + agentName;
    }

    Path kubeconfig() {
        return Path.of(get("KUBECONFIG").split(File.pathSeparator, 2)[0]);
    }

    String context() {
        return get("LAUNCHPAD_TEST_CLUSTER");
    }

    /** Connections to a database of the testbed's server. */
    HikariDataSource pool(String name, int size) {
        URI server = URI.create(get("LAUNCHPAD_TEST_POSTGRES"));
        String[] login = server.getUserInfo().split(":", 2);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + server.getHost() + ":" + server.getPort() + "/" + name
                + "?connectTimeout=5&socketTimeout=60&tcpKeepAlive=true");
        config.setUsername(login[0]);
        config.setPassword(login[1]);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1); // a worker may be started while the database is away
        return new HikariDataSource(config);
    }

    Doorbell bell(HikariDataSource pool) {
        return doorbell.equals("redis")
                ? RedisDoorbell.at(get("LAUNCHPAD_TEST_REDIS"), database())
                : PostgresDoorbell.on(pool, database());
    }

    KubernetesPlatform platform() {
        return KubernetesPlatform.context(context())
                .kubeconfig(kubeconfig())
                .namespace(namespace())
                .ephemeral();
    }

    /**
     * A Launchpad of this run, but for its bell and number of workers.
     *
     * @param runtimeImage that all agents stand on
     * @param cache of image layers
     */
    LaunchpadBuilder launchpad(Store store, String runtimeImage, Path cache) {
        return Launchpad.builder()
                .store(store)
                .platform(PLATFORM, platform())
                .artifacts(JibImageBuilder.pushingTo(registry() + "/" + run + "/agents")
                        .runtimeImage(runtimeImage)
                        .cacheDirectory(cache))
                .policy(LaunchPolicy.standard().healthyWithin(HEALTHY));
    }

    static JdbcStore store(HikariDataSource pool) {
        return JdbcStore.of(pool);
    }
}
