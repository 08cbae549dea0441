/** What can go wrong, as facts with a way out. Every exception Launchpad throws on purpose is a {@link io.agentlaunchpad.error.LaunchpadException}. */
@NullMarked
package io.agentlaunchpad.error;

import org.jspecify.annotations.NullMarked;
