/** Launches, fleets and watching on a real API server, beside kubectl. */
@NullMarked
package io.agentlaunchpad.benchmarks.kubernetes;

import org.jspecify.annotations.NullMarked;
