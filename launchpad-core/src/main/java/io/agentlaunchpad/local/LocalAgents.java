package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.NotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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

    /** Ports that the other agents of this home use or keep. What else stands beside them is none of ours. */
    Set<Integer> portsOfOthers(AgentId id) {
        return LocalFiles.names(AgentFiles.allOf(home)).stream()
                .filter(name -> AgentId.legal(name) && !name.equals(id.value()))
                .map(name -> files(new AgentId(name)))
                .filter(AgentFiles::exist)
                .flatMap(files -> files.state().stream())
                .map(LocalState::port)
                .collect(Collectors.toSet());
    }
}
