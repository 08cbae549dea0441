/** Who may do what over HTTP: API keys, roles, limits. */
@NullMarked
package io.agentlaunchpad.spring.security;

import org.jspecify.annotations.NullMarked;
