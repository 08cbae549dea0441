/**
 * Agents on Kubernetes.
 *
 * <p>The packages below this one are shared among themselves and are not API.
 */
@NullMarked
package io.agentlaunchpad.k8s;

import org.jspecify.annotations.NullMarked;
