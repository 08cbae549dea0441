/** Records, bells and secrets in a relational database: PostgreSQL for many processes, an H2 file for one. */
@NullMarked
package io.agentlaunchpad.jdbc;

import org.jspecify.annotations.NullMarked;
