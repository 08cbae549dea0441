@org.jspecify.annotations.NullMarked
package io.agentlaunchpad.notify;
