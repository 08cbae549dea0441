/** One numbered version of one agent, and what applying it would change. */
@NullMarked
package io.agentlaunchpad.release;

import org.jspecify.annotations.NullMarked;
