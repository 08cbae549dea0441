/** What is in an image, as a bill of materials that other tools read. */
@NullMarked
package io.agentlaunchpad.build.sbom;

import org.jspecify.annotations.NullMarked;
