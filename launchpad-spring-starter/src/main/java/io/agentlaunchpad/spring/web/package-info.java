/** The REST API; see {@code docs/openapi.json}. Its JSON is written by a mapper of its own, whatever the application's does. */
@NullMarked
package io.agentlaunchpad.spring.web;

import org.jspecify.annotations.NullMarked;
