/**
 * Gives a JUnit test a real part of the testbed (cluster, registry, Trivy, PostgreSQL, Redis, stand-in model) and a
 * corner of it that no other test uses, and takes that corner back afterwards, whether the test passed or failed.
 *
 * <p>Parts are found by the environment variables that {@code testbed/up} prints; nothing is started here. Without its
 * part a test is not run and is named at the end of the test run; where the variable {@code CI} is {@code true} that is
 * a failure.
 *
 * <pre>{@code
 * @RealCluster
 * class RolloutIT {
 *   @Test
 *   void a_deployment_gets_ready(Cluster cluster) {
 *     cluster.apply(manifest);
 *     cluster.kubectl("rollout", "status", "deployment/web", "--timeout=60s");
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.agentlaunchpad.testbed;

import org.jspecify.annotations.NullMarked;
