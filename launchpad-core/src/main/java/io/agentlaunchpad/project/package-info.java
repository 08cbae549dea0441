/** The files an agent needs to run, and the dependencies behind them. */
@NullMarked
package io.agentlaunchpad.project;

import org.jspecify.annotations.NullMarked;
