/** Makes a namespace run a release and nothing else of that agent. Not API. */
@NullMarked
package io.agentlaunchpad.k8s.apply;

import org.jspecify.annotations.NullMarked;
