/** Scans images with Trivy before they count; start at {@link io.agentlaunchpad.build.trivy.TrivyScanner}. */
@NullMarked
package io.agentlaunchpad.build.trivy;

import org.jspecify.annotations.NullMarked;
