package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.k8s.KubernetesPlatform;
import io.agentlaunchpad.spi.Platform;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.annotation.Bean;

/**
 * A platform named {@code kubernetes}, where {@code launchpad-k8s} is on the class path and
 * {@code launchpad.platform.kubernetes.enabled=true}. For several clusters, make {@link Platform} beans.
 */
@AutoConfiguration
@ConditionalOnClass(KubernetesPlatform.class)
@ConditionalOnBooleanProperty("launchpad.platform.kubernetes.enabled")
@EnableConfigurationProperties(KubernetesProperties.class)
public class LaunchpadKubernetesAutoConfiguration {

    /** Closed by the Launchpad that uses it. */
    @Bean(name = "kubernetes", destroyMethod = "")
    @ConditionalOnMissingBean(Platform.class)
    KubernetesPlatform kubernetesPlatform(KubernetesProperties properties) {
        PropertyMapper set = PropertyMapper.get();
        KubernetesPlatform platform = cluster(properties);
        platform = set.from(properties::kubeconfig).to(platform, KubernetesPlatform::kubeconfig);
        platform = set.from(properties::namespace).to(platform, KubernetesPlatform::namespace);
        platform = when(properties.createNamespace(), platform, KubernetesPlatform::createNamespace);
        platform = when(properties.ephemeral(), platform, KubernetesPlatform::ephemeral);
        platform = set.from(properties::volume)
                .to(
                        platform,
                        (kubernetes, volume) -> kubernetes.volume(
                                volume.storageClass(), volume.size().toBytes()));
        platform = each(properties.imagePullSecret(), platform, KubernetesPlatform::imagePullSecret);
        platform = set.from(properties::ingressClass).to(platform, KubernetesPlatform::ingressClass);
        platform = set.from(properties::tlsSecret).to(platform, KubernetesPlatform::tlsSecret);
        platform = set.from(properties::clusterIssuer).to(platform, KubernetesPlatform::clusterIssuer);
        platform = set.from(properties::issuer).to(platform, KubernetesPlatform::issuer);
        platform = when(properties.withoutNetworkPolicy(), platform, KubernetesPlatform::withoutNetworkPolicy);
        platform = each(properties.callableFrom(), platform, KubernetesPlatform::callableFrom);
        platform = each(properties.apiServers(), platform, KubernetesPlatform::apiServers);
        platform = when(properties.takingOver(), platform, KubernetesPlatform::takingOver);
        return set.from(properties::waitingForNodes).to(platform, KubernetesPlatform::waitingForNodes);
    }

    private static KubernetesPlatform cluster(KubernetesProperties properties) {
        String context = properties.context();
        if (properties.inCluster()) {
            if (context != null || properties.kubeconfig() != null) {
                throw new WiringException(
                        "launchpad.platform.kubernetes.in-cluster is set together with context or kubeconfig.",
                        "set either of them: the cluster that this process runs in, or one of a kubeconfig.");
            }
            return KubernetesPlatform.inCluster();
        }
        return context == null ? KubernetesPlatform.currentContext() : KubernetesPlatform.context(context);
    }

    private static KubernetesPlatform when(
            boolean asked, KubernetesPlatform platform, UnaryOperator<KubernetesPlatform> setting) {
        return asked ? setting.apply(platform) : platform;
    }

    private static KubernetesPlatform each(
            List<String> values,
            KubernetesPlatform platform,
            BiFunction<KubernetesPlatform, String[], KubernetesPlatform> setting) {
        return values.isEmpty() ? platform : setting.apply(platform, values.toArray(String[]::new));
    }
}
