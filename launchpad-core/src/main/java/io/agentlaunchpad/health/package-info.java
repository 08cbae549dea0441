/** Facts that a platform reports and the verdict drawn from them. */
@NullMarked
package io.agentlaunchpad.health;

import org.jspecify.annotations.NullMarked;
