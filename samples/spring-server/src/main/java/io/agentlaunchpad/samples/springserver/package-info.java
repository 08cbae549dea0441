/** Launchpad's REST API as a service. */
@NullMarked
package io.agentlaunchpad.samples.springserver;

import org.jspecify.annotations.NullMarked;
