/** One pipeline run for one agent: what was asked, how far it is, how it ended. */
@NullMarked
package io.agentlaunchpad.operation;

import org.jspecify.annotations.NullMarked;
