/** How long work waits, and how much of it a store takes. */
@NullMarked
package io.agentlaunchpad.benchmarks.queue;

import org.jspecify.annotations.NullMarked;
