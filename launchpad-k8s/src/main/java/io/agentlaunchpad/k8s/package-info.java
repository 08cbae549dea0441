/** Agents on Kubernetes. Not built yet: this module holds the place that the architecture gives it. */
@NullMarked
package io.agentlaunchpad.k8s;

import org.jspecify.annotations.NullMarked;
