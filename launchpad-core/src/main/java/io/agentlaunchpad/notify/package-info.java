/** Notices to people: log, signed webhook, Slack. */
@NullMarked
package io.agentlaunchpad.notify;

import org.jspecify.annotations.NullMarked;
