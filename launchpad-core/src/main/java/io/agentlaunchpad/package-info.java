/**
 * What callers type: one {@link io.agentlaunchpad.Launchpad}, its {@link io.agentlaunchpad.Agent}s and the
 * {@link io.agentlaunchpad.Operation}s on them.
 */
@NullMarked
package io.agentlaunchpad;

import org.jspecify.annotations.NullMarked;
