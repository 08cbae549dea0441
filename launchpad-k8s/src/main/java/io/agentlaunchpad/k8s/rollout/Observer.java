package io.agentlaunchpad.k8s.rollout;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.health.Observation.ResourceUse;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Facts of this moment, asked for and not remembered. */
public final class Observer {

    private final Api api;
    private final String namespace;
    private final Insight insight;

    public Observer(Api api, String namespace, Insight insight) {
        this.api = api;
        this.namespace = namespace;
        this.insight = insight;
    }

    /** One look: three questions, and one more for each pod that is not well. */
    public Observation observe(Release release, Expected expected, WorkContext context) {
        context.check();
        AgentId agentId = release.agentId();
        List<Answer> found = api.all(
                List.of(
                        Call.get(Paths.of(namespace, "apps/v1", "Deployment", expected.deployment())),
                        Call.get(Paths.of(namespace, "v1", "Pod") + Selection.labels(Labels.selector(agentId)))),
                () -> {},
                context);
        Deployment deployment = found.get(0).missing() ? null : read(found.get(0), Deployment.class);
        List<Pod> pods = read(found.get(1), PodList.class).getItems();
        Observation facts = facts(expected, deployment, pods, events(pods, context), null, null);
        List<String> ready = facts.instances().stream()
                .filter(Instance::ready)
                .map(Instance::name)
                .toList();
        if (ready.isEmpty()) {
            return facts;
        }
        return new Observation(
                facts.at(),
                facts.seen(),
                facts.desired(),
                facts.instances(),
                insight.application(agentId, ready.get(0)),
                insight.use(agentId, ready),
                facts.refusals());
    }

    private static Observation facts(
            Expected expected,
            @Nullable Deployment deployment,
            List<Pod> pods,
            List<Event> events,
            @Nullable Application word,
            @Nullable ResourceUse use) {
        return Facts.of(expected, deployment, pods, events, word, use, null, Instant.now());
    }

    private List<Event> events(List<Pod> pods, WorkContext context) {
        List<Event> all = new ArrayList<>();
        for (Pod pod : pods) {
            if (!Facts.ready(pod)) {
                String selector = "involvedObject.uid=" + pod.getMetadata().getUid();
                Answer found =
                        api.ask(Call.get(Paths.of(namespace, "v1", "Event") + Selection.fields(selector)), context);
                if (found.ok()) {
                    all.addAll(read(found, EventList.class).getItems());
                }
            }
        }
        all.sort(Comparator.comparing(event -> String.valueOf(event.getLastTimestamp())));
        return all;
    }

    private <T> T read(Answer answer, Class<T> type) {
        if (!answer.ok()) {
            throw Refusals.of(answer, "The look at " + type.getSimpleName());
        }
        return api.client().getKubernetesSerialization().unmarshal(answer.text(), type);
    }
}
