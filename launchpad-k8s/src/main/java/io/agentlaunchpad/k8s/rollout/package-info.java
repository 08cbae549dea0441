/** Facts of agents, watched. Not API. */
@NullMarked
package io.agentlaunchpad.k8s.rollout;

import org.jspecify.annotations.NullMarked;
