package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Platform.Found;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes agents into the store that a platform houses by its own records. */
public final class Adoption {

    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    private static final Duration ASKING = Duration.ofMinutes(2);
    private static final int RECENT = 50;

    private final Parts parts;
    private final Ledger ledger;
    private final ScheduledExecutorService timer;

    Adoption(Parts parts, Ledger ledger, ScheduledExecutorService timer) {
        this.parts = parts;
        this.ledger = ledger;
        this.timer = timer;
    }

    /** Takes over what the store does not know. Returns whose records are new or newer. */
    public List<AgentId> adopt(String platformName) {
        Platform platform = parts.platform(platformName);
        Instant asked = parts.clock().instant();
        List<Found> all;
        try (Work work = Work.of("asking platform " + platformName, parts.own(), ASKING, timer, null)) {
            all = platform.survey(work);
        }
        List<Found> news = parts.store()
                .read(tables -> all.stream()
                        .filter(Adoption::consistent)
                        .filter(found -> isNews(tables, platformName, found, asked))
                        .toList());
        List<AgentId> adopted = new ArrayList<>();
        for (Found found : news) {
            if (take(platformName, found, asked)) {
                adopted.add(found.serving().agentId());
            }
        }
        return adopted;
    }

    /** Records that name another agent or owner than they should were not written by a Launchpad. */
    private static boolean consistent(Found found) {
        AgentId id = AgentId.of(found.owner(), found.serving().spec().name());
        boolean consistent =
                found.releases().stream().allMatch(release -> release.agentId().equals(id));
        if (!consistent) {
            LOG.warn(
                    "The platform's records of {} contradict each other; left alone",
                    found.serving().agentId());
        }
        return consistent;
    }

    private boolean take(String platformName, Found found, Instant asked) {
        Release serving = found.serving();
        AgentId id = serving.agentId();
        return ledger.write(id, entry -> {
            Store.Tables tables = entry.tables();
            if (!isNews(tables, platformName, found, asked)) {
                return false; // somebody was quicker
            }
            Instant now = parts.clock().instant();
            Set<Integer> known = revisions(tables, id);
            int latest = serving.revision();
            for (Release release : found.releases()) {
                latest = Math.max(latest, release.revision());
                if (!known.contains(release.revision())) {
                    tables.releases().put(release);
                }
            }
            AgentRow row = tables.agents().find(id).orElseGet(() -> unborn(platformName, found, now));
            tables.agents()
                    .put(row.serving(
                                    serving.spec(),
                                    serving.revision(),
                                    serving.run().replicas(),
                                    now)
                            .withLatestRevision(Math.max(latest, row.latestRevision()), now));
            entry.event(
                    EventType.ADOPTED,
                    null,
                    "Found on platform " + platformName + ": revision " + serving.revision() + " serves",
                    Map.of("platform", platformName, "revision", String.valueOf(serving.revision())));
            return true;
        });
    }

    private static boolean isNews(Store.Tables tables, String platformName, Found found, Instant asked) {
        Release serving = found.serving();
        AgentId id = serving.agentId();
        AgentRow row = tables.agents().find(id).orElse(null);
        if (row == null) {
            return tables.operations().ofAgent(id, RECENT).stream().noneMatch(operation -> deleting(operation, asked));
        }
        Integer serves = row.serving();
        return row.platform().equals(platformName)
                && tables.operations().unsettled(id).isEmpty()
                && serving.revision() > (serves == null ? 0 : serves)
                && !revisions(tables, id).contains(serving.revision());
    }

    /** Whether it may still have been there when the platform was asked, although it is deleted. */
    private static boolean deleting(OperationRow operation, Instant asked) {
        OperationRow.Result result = operation.result();
        return operation.kind() == OperationKind.DELETE
                && (result == null || !result.settledAt().isBefore(asked));
    }

    private static Set<Integer> revisions(Store.Tables tables, AgentId id) {
        Set<Integer> revisions = new HashSet<>();
        tables.releases().list(id).forEach(release -> revisions.add(release.revision()));
        return revisions;
    }

    private static AgentRow unborn(String platformName, Found found, Instant now) {
        Release serving = found.serving();
        Instant born = found.releases().stream()
                .map(Release::createdAt)
                .min(Instant::compareTo)
                .orElse(now);
        return new AgentRow(
                serving.agentId(),
                found.owner(),
                serving.spec().name(),
                platformName,
                serving.spec(),
                null,
                0,
                null,
                0,
                Verdict.of(Verdict.Health.UNKNOWN),
                null,
                born,
                now);
    }
}
