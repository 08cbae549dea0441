/** The pipelines and the workers that run them. Not for use outside Launchpad. */
@NullMarked
package io.agentlaunchpad.internal.pipeline;

import org.jspecify.annotations.NullMarked;
