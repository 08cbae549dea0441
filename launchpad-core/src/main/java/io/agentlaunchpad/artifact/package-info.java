/** What can run, and what scanners found in it. */
@NullMarked
package io.agentlaunchpad.artifact;

import org.jspecify.annotations.NullMarked;
