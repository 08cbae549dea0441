/** A configured {@link io.agentlaunchpad.Launchpad} for a Spring Boot application; every part can be replaced by a bean. */
@NullMarked
package io.agentlaunchpad.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
