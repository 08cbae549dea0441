/** One agent from Java, in one file. */
@NullMarked
package io.agentlaunchpad.samples.quickstart;

import org.jspecify.annotations.NullMarked;
