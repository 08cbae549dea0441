package io.agentlaunchpad.samples.embedded;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.Notice;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** All that is new: an agent for each pupil, in the school's own transactions. */
@Service
class Tutors {

    static final int PRICE = 10;

    private final Launchpad launchpad;
    private final Pupils pupils;
    private final Secrets modelKey;

    Tutors(Launchpad launchpad, Pupils pupils, @Value("${school.model-key}") String modelKey) {
        this.launchpad = launchpad;
        this.pupils = pupils;
        this.modelKey = Secrets.of("OPENAI_API_KEY", modelKey);
    }

    /** Pupil, tutor and payment, or none of them: a pupil without credit has never asked for an agent. */
    @Transactional
    long enrol(String name, int credit) {
        long id = pupils.add(name, credit);
        AgentSpec tutor = AgentSpec.named("tutor-" + id)
                .bio("Teaches " + name + " mathematics")
                .plugin("@elizaos/plugin-openai")
                .build();
        LaunchRequest launch =
                LaunchRequest.of(tutor).ownedBy(Owner.of("pupil-" + id)).idempotencyKey("enrol-" + id);
        pupils.setTutor(id, launchpad.submit(launch, modelKey).agentId().value());
        pupils.charge(id, PRICE);
        return id;
    }

    String ask(Pupil pupil, String question) {
        String tutor = Objects.requireNonNull(pupil.tutor(), "a pupil is enrolled with a tutor");
        return launchpad.agent(new AgentId(tutor)).chat(question).text();
    }

    @EventListener
    void on(Notice notice) {
        pupils.setNews(notice.agentId().value(), notice.title());
    }
}
