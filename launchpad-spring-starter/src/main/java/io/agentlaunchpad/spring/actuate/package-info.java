/** How Launchpad is doing, for the application's own health page and metrics. */
@NullMarked
package io.agentlaunchpad.spring.actuate;

import org.jspecify.annotations.NullMarked;
