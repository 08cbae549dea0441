/** Kills what can be killed under a stream of launches, and counts what became of them. */
@NullMarked
package io.agentlaunchpad.chaos;

import org.jspecify.annotations.NullMarked;
