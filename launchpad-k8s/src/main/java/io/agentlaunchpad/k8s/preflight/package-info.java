/** What a cluster and a namespace offer, found out before anything is changed. Not API. */
@NullMarked
package io.agentlaunchpad.k8s.preflight;

import org.jspecify.annotations.NullMarked;
