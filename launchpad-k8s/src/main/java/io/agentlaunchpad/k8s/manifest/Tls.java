package io.agentlaunchpad.k8s.manifest;

/** Where the certificate of an exposed agent comes from. */
public sealed interface Tls {

    /** Nowhere: plain HTTP, or the ingress controller's own. */
    record None() implements Tls {}

    /** A Secret of type {@code kubernetes.io/tls} in the namespace, a wildcard certificate for instance. */
    record InSecret(String name) implements Tls {}

    /** cert-manager, by a ClusterIssuer. */
    record ByClusterIssuer(String name) implements Tls {}

    /** cert-manager, by an Issuer of the namespace. */
    record ByIssuer(String name) implements Tls {}
}
