/** An empty application, for what the starter adds to its start. */
@NullMarked
package io.agentlaunchpad.benchmarks.server.startup;

import org.jspecify.annotations.NullMarked;
