/** The REST API under load, beside a bare endpoint of the same process. */
@NullMarked
package io.agentlaunchpad.benchmarks.server;

import org.jspecify.annotations.NullMarked;
