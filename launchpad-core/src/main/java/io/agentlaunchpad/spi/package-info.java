/** What an extender implements: interfaces and the values they exchange. */
@NullMarked
package io.agentlaunchpad.spi;

import org.jspecify.annotations.NullMarked;
