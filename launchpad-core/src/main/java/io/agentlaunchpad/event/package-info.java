/** The gap-free story of an agent. */
@NullMarked
package io.agentlaunchpad.event;

import org.jspecify.annotations.NullMarked;
