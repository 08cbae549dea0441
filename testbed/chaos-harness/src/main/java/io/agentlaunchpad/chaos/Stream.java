package io.agentlaunchpad.chaos;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.chaos.Evidence.Accepted;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.operation.LaunchRequest;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Submits launches, as a service would that asks again under the same idempotency key when the database was away. Agents
 * are launched once each, then updated in any order; every launch is another specification.
 */
final class Stream {

    /** Before the launch's number, in the agent's bio. */
    static final String BIO = "Launch ";

    private static final int OWNERS = 5;
    private static final int PATIENCE_SECONDS = 180;

    private final Launchpad launchpad;
    private final int agents;
    private final Random random;
    private final List<Accepted> accepted = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    Stream(Launchpad launchpad, int agents, Random random) {
        this.launchpad = launchpad;
        this.agents = agents;
        this.random = random;
    }

    /** What was accepted so far. */
    List<Accepted> accepted() {
        return List.copyOf(accepted);
    }

    /** How often an answer was asked for again. */
    int askedAgain() {
        return asked.get() - accepted.size();
    }

    /** Submits the launch of that number; returns when it is accepted. */
    void submit(int launch) throws InterruptedException {
        int agent = launch < agents ? launch : random.nextInt(agents);
        AgentSpec spec = AgentSpec.named(String.format(Locale.ROOT, "agent-%02d", agent))
                .bio(BIO + launch)
                .memory("64Mi")
                .cpu("200m")
                .build();
        LaunchRequest request = LaunchRequest.of(spec)
                .ownedBy(Owner.of("owner-" + agent % OWNERS))
                .idempotencyKey("launch-" + launch);
        for (int second = 0; ; second++) {
            try {
                asked.incrementAndGet();
                Operation operation = launchpad.submit(request, Secrets.none());
                accepted.add(new Accepted(
                        launch, operation.id().value(), operation.agentId().value()));
                return;
            } catch (StoreException e) {
                if (second >= PATIENCE_SECONDS) {
                    throw e;
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }
}
