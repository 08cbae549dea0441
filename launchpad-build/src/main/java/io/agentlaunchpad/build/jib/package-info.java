/**
 * Images built without Docker: a runtime image for each set of plugins, and on it a small layer for each agent.
 *
 * <p>Start at {@link io.agentlaunchpad.build.jib.JibImageBuilder}.
 */
@NullMarked
package io.agentlaunchpad.build.jib;

import org.jspecify.annotations.NullMarked;
