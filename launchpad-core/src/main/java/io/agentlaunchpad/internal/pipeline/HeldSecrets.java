package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The values that an agent has already: a request names only those that it changes. */
record HeldSecrets(Store store) {

    /** The values that hold after a request. */
    Secrets after(Secrets given, @Nullable AgentRow agent, Platform platform) {
        return given.over(unlessLost(given, () -> now(agent, platform)));
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

    /** Those of the newest launch still queued, else those of the serving release. */
    private Secrets now(@Nullable AgentRow agent, Platform platform) {
        if (agent == null) {
            return Secrets.none();
        }
        Optional<String> pending = store.read(tables -> tables.operations().unsettled(agent.id())).stream()
                .filter(row -> row.kind() == OperationKind.LAUNCH)
                .reduce((older, newer) -> newer)
                .map(row -> row.ask().secretVersion());
        Optional<String> version = pending.or(() -> serving(agent).map(Release::secretVersion));
        return version.map(known -> platform.secrets().reveal(agent.id(), known))
                .orElseGet(Secrets::none);
    }
}
