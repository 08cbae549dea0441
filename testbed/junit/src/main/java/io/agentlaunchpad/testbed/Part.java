package io.agentlaunchpad.testbed;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.platform.commons.support.AnnotationSupport;

/** One kind of part: which annotation asks for it, what a test gets, and which variables say where it is. */
enum Part {
    CLUSTER("cluster", RealCluster.class, Cluster.class, "KUBECONFIG", "LAUNCHPAD_TEST_CLUSTER") {
        @Override
        AutoCloseable open(Settings settings, String name) {
            return Cluster.open(settings, name);
        }
    },
    API_SERVER("cluster", RealApiServer.class, ApiServer.class, "LAUNCHPAD_TEST_API_SERVER_PID", "LAUNCHPAD_TEST_UP") {
        @Override
        AutoCloseable open(Settings settings, String name) {
            return ApiServer.open(settings);
        }
    },
    REGISTRY("base-image", RealRegistry.class, Registry.class, "LAUNCHPAD_TEST_REGISTRY", "LAUNCHPAD_TEST_BASE_IMAGE") {
        @Override
        AutoCloseable open(Settings settings, String name) {
            return Registry.open(settings, name);
        }
    },
    TLS_REGISTRY(
            "base-image",
            RealTlsRegistry.class,
            TlsRegistry.class,
            "LAUNCHPAD_TEST_REGISTRY_TLS",
            "LAUNCHPAD_TEST_REGISTRY_TLS_CA",
            "LAUNCHPAD_TEST_REGISTRY_TLS_USERNAME",
            "LAUNCHPAD_TEST_REGISTRY_TLS_PASSWORD",
            "LAUNCHPAD_TEST_REGISTRY_TLS_BASE_IMAGE") {
        @Override
        AutoCloseable open(Settings settings, String name) {
            return TlsRegistry.open(settings, name);
        }
    },
    TRIVY(
            "trivy",
            RealTrivy.class,
            Trivy.class,
            "LAUNCHPAD_TEST_TRIVY",
            "LAUNCHPAD_TEST_TRIVY_CACHE",
            "LAUNCHPAD_TEST_VULNERABLE_IMAGE",
            "LAUNCHPAD_TEST_CLEAN_IMAGE") {
        @Override
        AutoCloseable open(Settings settings, String name) {
            return Trivy.open(settings);
        }
    },
    POSTGRES("postgres", RealPostgres.class, Postgres.class, "LAUNCHPAD_TEST_POSTGRES") {
        @Override
        AutoCloseable open(Settings settings, String name) {
            return Postgres.open(settings, name);
        }
    },
    REDIS("redis", RealRedis.class, Redis.class, "LAUNCHPAD_TEST_REDIS") {
        @Override
        AutoCloseable open(Settings settings, String name) {
            return Redis.open(settings, name);
        }
    },
    MODEL("cluster", RealModel.class, Model.class, "LAUNCHPAD_TEST_MODEL_URL") {
        @Override
        AutoCloseable open(Settings settings, String name) {
            return new Model(settings.get("LAUNCHPAD_TEST_MODEL_URL"));
        }
    };

    private final String startedBy;
    private final Class<? extends Annotation> annotation;
    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
    private final List<String> variables;

    Part(String startedBy, Class<? extends Annotation> annotation, Class<?> type, String... variables) {
        this.startedBy = startedBy;
        this.annotation = annotation;
        this.type = type;
        this.variables = List.of(variables);
    }

    abstract AutoCloseable open(Settings settings, String name);

    Class<?> type() {
        return type;
    }

    boolean isAskedForBy(AnnotatedElement element) {
        return AnnotationSupport.isAnnotated(element, annotation);
    }

    /** Why the part is not there, with the way to get it; empty when it is. */
    Optional<String> missing(Settings settings) {
        List<String> unset =
                variables.stream().filter(name -> settings.find(name).isEmpty()).toList();
        if (unset.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("no " + name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": "
                + String.join(", ", unset) + (unset.size() == 1 ? " is" : " are")
                + " not set. Fix: eval \"$(testbed/up "
                + startedBy + ")\", or bring your own (docs/testbed.md)");
    }
}
