package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.LaunchpadBuilder;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.local.LocalPlatform;
import io.agentlaunchpad.local.ProjectDirectories;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.Store;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Launchpad over a home directory and its records: its local platform, every namespace that its agents run in, and the one that the
 * command names, whose agents are taken over first.
 */
final class Wiring {

    private final CommonOptions common;
    private PlatformOptions options = new PlatformOptions();
    private @Nullable Place asked;
    private boolean attached;
    private boolean watchDrift;
    private @Nullable ArtifactBuilder images;
    private @Nullable ArtifactScanner scanner;
    private final Map<String, LaunchpadException> beyondReach = new LinkedHashMap<>();

    Wiring(CommonOptions common) {
        this.common = common;
    }

    /** With the platform that the command names; where it names one, only agents there are looked at. */
    Wiring at(PlatformOptions named) {
        options = named;
        return this;
    }

    /** With local agents that end with this process. */
    Wiring attached(boolean bound) {
        attached = bound;
        return this;
    }

    /** Looking out for what others change; a command that ends in a moment does not. */
    Wiring watchingDrift() {
        watchDrift = true;
        return this;
    }

    /** With what builds and scans images. */
    Wiring images(ArtifactBuilder builder, Optional<ArtifactScanner> scans) {
        images = builder;
        scanner = scans.orElse(null);
        return this;
    }

    /** A Launchpad with so many workers. */
    Launchpad open(int workers) {
        asked = options.cluster().orElse(null);
        Path home = common.home();
        Store store = common.records().store();
        LocalPlatform local = LocalPlatform.under(home);
        LaunchpadBuilder builder = Launchpad.builder()
                .store(store)
                .platform(PlatformOptions.LOCAL, attached ? local.boundToThisProcess() : local)
                .artifacts(ProjectDirectories.under(home))
                .artifacts(images == null ? new NoImages() : images)
                .watchDrift(watchDrift)
                .workers(workers);
        if (scanner != null) {
            builder.scanner(scanner);
        }
        List<AgentRow> rows = store.read(tables -> tables.agents().list(null, null, Integer.MAX_VALUE));
        Set<String> names = new LinkedHashSet<>();
        if (asked != null) {
            names.add(asked.name());
        }
        rows.forEach(row -> names.add(row.platform()));
        names.forEach(name -> Place.parse(name).ifPresent(place -> add(builder, name, place)));
        common.records().bell().ifPresent(builder::doorbell);
        Launchpad launchpad = builder.build();
        for (String name : names) {
            if (asked != null && Place.parse(name).filter(asked::isAt).isPresent()) {
                adopt(launchpad, name);
            }
        }
        return launchpad;
    }

    private void add(LaunchpadBuilder builder, String name, Place place) {
        try {
            builder.platform(name, Platforms.of(place));
        } catch (LaunchpadException e) {
            if (asked != null && name.equals(asked.name())) {
                throw e;
            }
            beyondReach.put(name, e); // the agents elsewhere have nothing to do with it
        }
    }

    private static void adopt(Launchpad launchpad, String platform) {
        try {
            launchpad.adopt(platform);
        } catch (RuntimeException e) {
            launchpad.close();
            throw e;
        }
    }

    /** The name of the platform for a launch of that agent: the one it lives on, unless the command says how it should. */
    String platformFor(Launchpad launchpad, String agentId) {
        if (asked == null) {
            return PlatformOptions.LOCAL;
        }
        return asked.plain()
                ? launchpad
                        .fleet()
                        .find(agentId)
                        .map(Agent::platform)
                        .filter(this::isAsked)
                        .orElse(asked.name())
                : asked.name();
    }

    /** The agents that the command is about. */
    Stream<Agent> agents(Launchpad launchpad) {
        return launchpad.fleet().all().filter(agent -> !options.given() || isAsked(agent.platform()));
    }

    /** The agent of that id or name, where the command looks for it. */
    Agent find(Launchpad launchpad, String idOrName) {
        Agent agent = launchpad
                .fleet()
                .find(idOrName)
                .orElseThrow(
                        () -> new NotFoundException(
                                "No agent has the id or name \"" + idOrName + "\".",
                                "see which there are: launchpad list; on a cluster, name it: --platform kubernetes --namespace NS"));
        String platform = agent.platform();
        if (options.given() && !isAsked(platform)) {
            throw new NotFoundException(
                    "Agent " + agent.id() + " of this home runs on " + platform + ", not on "
                            + (asked == null ? PlatformOptions.LOCAL : asked.name()) + ".",
                    "name that platform, or use another --home.");
        }
        LaunchpadException why = beyondReach.get(platform);
        if (why != null) {
            throw why;
        }
        return agent;
    }

    /** Why agents of a platform cannot be looked at, if they cannot. */
    Optional<LaunchpadException> beyondReach(String platform) {
        return Optional.ofNullable(beyondReach.get(platform));
    }

    private boolean isAsked(String platform) {
        return asked == null
                ? platform.equals(PlatformOptions.LOCAL)
                : Place.parse(platform).filter(asked::isAt).isPresent();
    }
}
