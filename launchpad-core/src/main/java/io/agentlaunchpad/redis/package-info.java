/** A doorbell by Redis; needs {@code io.lettuce:lettuce-core} on the class path. */
@NullMarked
package io.agentlaunchpad.redis;

import org.jspecify.annotations.NullMarked;
