package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The values that an agent has already: a request names only those that it changes. */
record HeldSecrets(Store store) {

    /** The values that hold after a request. */
    Values after(Secrets given, @Nullable AgentRow agent, Platform platform) {
        String base = agent == null
                ? null
                : store.<Optional<String>>read(tables -> Optional.ofNullable(newest(tables, agent)))
                        .orElse(null);
        Secrets old = agent == null || base == null
                ? Secrets.none()
                : unlessLost(given, () -> platform.secrets().reveal(agent.id(), base));
        Secrets all = given.over(old);
        return new Values(all, base, all.equals(old) ? base : null);
    }

    Optional<Release> serving(AgentRow agent) {
        Integer revision = agent.serving();
        return revision == null
                ? Optional.empty()
                : store.read(tables -> tables.releases().find(agent.id(), revision));
    }

    /** Those of a release. */
    static Secrets of(Release release, Platform platform) {
        String version = release.secretVersion();
        return version == null ? Secrets.none() : platform.secrets().reveal(release.agentId(), version);
    }

    /**
     * The old values. Where the platform lost them (somebody deleted the agent behind this store's back), whoever brings
     * values means these; whoever brings none relies on the old ones, and is told.
     */
    static Secrets unlessLost(Secrets given, Supplier<Secrets> old) {
        try {
            return old.get();
        } catch (NotFoundException e) {
            if (given.isEmpty()) {
                throw e;
            }
            return Secrets.none();
        }
    }

    /** The version of the newest launch still queued, else that of the serving release; null where that has none. */
    static @Nullable String newest(Store.Tables tables, AgentRow agent) {
        Optional<OperationRow> pending = tables.operations().unsettled(agent.id()).stream()
                .filter(row -> row.kind() == OperationKind.LAUNCH)
                .reduce((older, newer) -> newer);
        if (pending.isPresent()) {
            return pending.get().ask().secretVersion();
        }
        Integer revision = agent.serving();
        return revision == null
                ? null
                : tables.releases()
                        .find(agent.id(), revision)
                        .map(Release::secretVersion)
                        .orElse(null);
    }

    /**
     * The values that an agent is to have.
     *
     * @param all of them
     * @param base the version from which they were made, or null
     * @param version that holds exactly these already, or null
     */
    record Values(
            Secrets all, @Nullable String base, @Nullable String version) {

        boolean mustBeStored() {
            return version == null && !all.names().isEmpty();
        }
    }
}
