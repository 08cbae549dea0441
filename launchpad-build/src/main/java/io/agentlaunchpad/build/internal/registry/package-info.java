/** Speaks the OCI distribution protocol; for Launchpad's own image packages alone. */
@NullMarked
package io.agentlaunchpad.build.internal.registry;

import org.jspecify.annotations.NullMarked;
