/** What an agent is on Kubernetes: its objects, rendered without asking anybody. Not API. */
@NullMarked
package io.agentlaunchpad.k8s.manifest;

import org.jspecify.annotations.NullMarked;
