/** The Spring Boot starter. Not built yet: this module holds the place that the architecture gives it. */
@NullMarked
package io.agentlaunchpad.spring;

import org.jspecify.annotations.NullMarked;
