/** Tests of records, bells and secrets in a database. */
package io.agentlaunchpad.jdbc;
