/** The ElizaOS character file, generated from a specification or imported from older files. */
@NullMarked
package io.agentlaunchpad.character;

import org.jspecify.annotations.NullMarked;
