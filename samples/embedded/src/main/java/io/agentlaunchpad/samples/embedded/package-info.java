/** A school's small application: pupils, credit, logins; and since Launchpad is there, a tutor for each pupil. */
@NullMarked
package io.agentlaunchpad.samples.embedded;

import org.jspecify.annotations.NullMarked;
