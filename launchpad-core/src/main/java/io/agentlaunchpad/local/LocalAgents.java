package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.NotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The agents below one home, as files and processes. */
record LocalAgents(Path home, LocalSecrets secrets, Children children) {

    static LocalAgents below(Path home) {
        return new LocalAgents(home, new LocalSecrets(home), new Children());
    }

    AgentFiles files(AgentId id) {
        return new AgentFiles(home, id);
    }

    /** The live process of an agent, if it is certainly that agent's. */
    Optional<ProcessHandle> process(LocalState state) {
        return Processes.find(state.process())
                .filter(process -> process.info()
                        .command()
                        .map(command -> state.executable() == null || command.startsWith(state.executable()))
                        .orElse(true));
    }

    /** The values that must not be shown when this agent is spoken of. */
    List<String> secretValues(AgentFiles files, LocalState state) {
        List<String> values = new ArrayList<>();
        files.identityIfAny().ifPresent(identity -> {
            values.add(identity.token());
            values.add(identity.salt());
        });
        if (state.secretVersion() != null) {
            try {
                values.addAll(secrets.reveal(files.id(), state.secretVersion())
                        .revealAll()
                        .values());
            } catch (NotFoundException e) {
                // Forgotten meanwhile: the runner masked them when it wrote.
            }
        }
        return values;
    }

    /** Ports that the other agents of this home use or keep. */
    Set<Integer> portsOfOthers(AgentId id) {
        Set<Integer> ports = new HashSet<>();
        for (String name : LocalFiles.names(AgentFiles.allOf(home))) {
            if (!name.equals(id.value())) {
                files(new AgentId(name)).state().ifPresent(state -> ports.add(state.port()));
            }
        }
        return ports;
    }
}
