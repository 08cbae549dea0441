/** Tests of what callers type, and test kits for callers: a manual Launchpad, a movable clock, fakes of the ports. */
@org.jspecify.annotations.NullMarked
package io.agentlaunchpad;
