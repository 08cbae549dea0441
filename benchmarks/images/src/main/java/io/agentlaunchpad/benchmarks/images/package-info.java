/** Measures images side by side. */
@NullMarked
package io.agentlaunchpad.benchmarks.images;

import org.jspecify.annotations.NullMarked;
