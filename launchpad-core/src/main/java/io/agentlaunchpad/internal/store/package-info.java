/** Records kept as small documents: the logic of the in-memory and the file store. Not for use outside Launchpad. */
@NullMarked
package io.agentlaunchpad.internal.store;

import org.jspecify.annotations.NullMarked;
