/** The {@code launchpad} command: every call of the library from a terminal. */
@NullMarked
package io.agentlaunchpad.samples.cli;

import org.jspecify.annotations.NullMarked;
