package io.agentlaunchpad.k8s.operate;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Masking;
import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.health.Observation.ResourceUse;
import io.agentlaunchpad.k8s.client.Errand;
import io.agentlaunchpad.k8s.rollout.Insight;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks pods what only they know. What cannot be learnt in a moment is left out. */
public final class PodInsight implements Insight {

    private static final Logger LOG = LoggerFactory.getLogger(PodInsight.class);
    private static final Duration MOMENT = Duration.ofSeconds(3);

    /** So long an API server under load may take for each request by which an agent's failure is explained. */
    private static final Duration LOG_MOMENT = Duration.ofSeconds(5);

    private static final int LINES = 30;

    private final PodRoad road;
    private final PodLogs logs;
    private final ResourceMeter meter;

    public PodInsight(PodRoad road, PodLogs logs, ResourceMeter meter) {
        this.road = road;
        this.logs = logs;
        this.meter = meter;
    }

    @Override
    public @Nullable Application application(AgentId agentId, String pod) {
        try {
            var answer = road.send(agentId, pod, AgentAccess.Request.get("/readyz"), Errand.within(MOMENT));
            return Application.read(answer.body());
        } catch (RuntimeException e) {
            LOG.debug("{} does not say whether it is ready: {}", pod, e.getMessage());
            return null;
        }
    }

    @Override
    public List<String> lastLines(Release release, String pod, boolean previous) {
        try {
            Masking masking = road.masking(release.agentId(), Errand.within(LOG_MOMENT));
            List<String> lines = log(pod, previous);
            if (lines.isEmpty()) {
                List<String> others = log(pod, !previous);
                // The node may have started the container again before it was asked for the other.
                List<String> late = log(pod, previous);
                lines = late.isEmpty() ? others : late;
            }
            return lines.stream().map(masking::mask).toList();
        } catch (RuntimeException e) {
            LOG.debug("No log of {}: {}", pod, e.getMessage());
            return List.of();
        }
    }

    private List<String> log(String pod, boolean previous) {
        try {
            return logs.tail(pod, LINES, previous, Errand.within(LOG_MOMENT));
        } catch (RuntimeException e) {
            LOG.debug("No log of {} (previous: {}): {}", pod, previous, e.getMessage());
            return List.of();
        }
    }

    @Override
    public @Nullable ResourceUse use(AgentId agentId, List<String> pods) {
        try {
            return meter.of(agentId, Errand.within(MOMENT));
        } catch (RuntimeException e) {
            LOG.debug("Nobody tells what {} uses: {}", agentId, e.getMessage());
            return null;
        }
    }
}
