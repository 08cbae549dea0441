package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.build.trivy.TrivyScanner;
import io.agentlaunchpad.error.WiringException;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** Images and their scan, where {@code launchpad-build} is on the class path and a property asks for them. */
@AutoConfiguration
@ConditionalOnClass(JibImageBuilder.class)
@EnableConfigurationProperties({BuildProperties.Artifacts.class, BuildProperties.Trivy.class})
public class LaunchpadBuildAutoConfiguration {

    /** With {@code launchpad.artifacts.pushing-to} or {@code launchpad.artifacts.to-tar}. */
    @Bean
    @ConditionalOnMissingBean
    @Conditional(OnTarget.class)
    JibImageBuilder jibImageBuilder(BuildProperties.Artifacts properties) {
        JibImageBuilder builder = target(properties);
        for (String host : properties.plainHttp()) {
            builder = builder.plainHttp(host);
        }
        PropertyMapper set = PropertyMapper.get();
        builder = set.from(properties::baseImage).to(builder, JibImageBuilder::baseImage);
        builder = set.from(properties::runtimeImage).to(builder, JibImageBuilder::runtimeImage);
        builder = set.from(properties::credentials)
                .to(builder, (jib, login) -> jib.credentials(login.user(), login.password()));
        return set.from(properties::cacheDirectory).to(builder, JibImageBuilder::cacheDirectory);
    }

    private static JibImageBuilder target(BuildProperties.Artifacts properties) {
        if (properties.pushingTo() != null && properties.toTar() != null) {
            throw new WiringException(
                    "Both launchpad.artifacts.pushing-to and launchpad.artifacts.to-tar are set.",
                    "set one of them: an image goes to a registry or to a file.");
        }
        return properties.pushingTo() != null
                ? JibImageBuilder.pushingTo(properties.pushingTo())
                : JibImageBuilder.toTar(java.util.Objects.requireNonNull(properties.toTar()));
    }

    /** With {@code launchpad.scanner.trivy.enabled=true}. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBooleanProperty("launchpad.scanner.trivy.enabled")
    TrivyScanner trivyScanner(BuildProperties.Trivy properties) {
        TrivyScanner scanner = properties.at() == null ? TrivyScanner.onPath() : TrivyScanner.at(properties.at());
        for (String host : properties.plainHttp()) {
            scanner = scanner.plainHttp(host);
        }
        if (properties.offline()) {
            scanner = scanner.offline();
        }
        if (properties.withMisconfigurations()) {
            scanner = scanner.withMisconfigurations();
        }
        PropertyMapper set = PropertyMapper.get();
        scanner = set.from(properties::sha256).to(scanner, TrivyScanner::sha256);
        scanner = set.from(properties::server).to(scanner, (trivy, server) -> trivy.server(server, properties.token()));
        scanner = set.from(properties::cacheDirectory).to(scanner, TrivyScanner::cacheDirectory);
        scanner = set.from(properties::within).to(scanner, TrivyScanner::within);
        return set.from(properties::resultsDirectory).to(scanner, TrivyScanner::resultsDirectory);
    }

    @SuppressWarnings("UnusedNestedClass") // read by reflection
    private static final class OnTarget extends AnyNestedCondition {

        OnTarget() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnProperty("launchpad.artifacts.pushing-to")
        static final class Registry {}

        @ConditionalOnProperty("launchpad.artifacts.to-tar")
        static final class Tar {}
    }
}
