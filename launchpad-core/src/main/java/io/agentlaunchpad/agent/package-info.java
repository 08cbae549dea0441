/** What a caller asks for: the agent's specification, its secrets, its limits. */
@NullMarked
package io.agentlaunchpad.agent;

import org.jspecify.annotations.NullMarked;
