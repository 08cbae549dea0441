/** The road to the API server: connection, one attempt, many attempts, paths, its words for what went wrong. Not API. */
@NullMarked
package io.agentlaunchpad.k8s.client;

import org.jspecify.annotations.NullMarked;
