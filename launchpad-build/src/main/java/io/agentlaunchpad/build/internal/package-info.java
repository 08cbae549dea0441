/** Shared by Launchpad's own image packages; nobody else's. */
@NullMarked
package io.agentlaunchpad.build.internal;

import org.jspecify.annotations.NullMarked;
