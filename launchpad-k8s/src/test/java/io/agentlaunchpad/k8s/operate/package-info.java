@org.jspecify.annotations.NullMarked
package io.agentlaunchpad.k8s.operate;
