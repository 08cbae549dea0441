/** Agents as child processes of this machine. */
@NullMarked
package io.agentlaunchpad.local;

import org.jspecify.annotations.NullMarked;
