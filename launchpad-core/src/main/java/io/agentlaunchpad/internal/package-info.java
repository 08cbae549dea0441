/** Not for use outside Launchpad. */
@NullMarked
package io.agentlaunchpad.internal;

import org.jspecify.annotations.NullMarked;
