/** Everything done to agents that run: requests, logs, secrets, records, removal, drift. Not API. */
@NullMarked
package io.agentlaunchpad.k8s.operate;

import org.jspecify.annotations.NullMarked;
