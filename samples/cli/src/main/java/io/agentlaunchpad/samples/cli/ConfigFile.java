package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.Secrets;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A configuration FILE and what goes with it. */
final class ConfigFile {

    @Parameters(paramLabel = "FILE", description = "the agent configuration, JSON; - reads standard input")
    private String file = "-";

    @Option(
            names = "--secret",
            paramLabel = "NAME",
            description = "take the secret of that name from the environment; may be repeated")
    private List<String> secretNames = new ArrayList<>();

    AgentPayload read() {
        AgentPayload payload = AgentPayload.parse(Input.read(file));
        return new AgentPayload(payload.spec(), fromEnvironment(payload.secrets()), payload.warnings());
    }

    private Secrets fromEnvironment(Secrets secrets) {
        Secrets all = secrets;
        for (String name : secretNames) {
            String value = System.getenv(name);
            if (value == null || value.isEmpty()) {
                throw new InputException(
                        "The environment has no value for " + name + ".", "export " + name + " first.");
            }
            all = all.and(name, value);
        }
        return all;
    }

    static void warn(AgentPayload payload, PrintWriter err) {
        payload.warnings().forEach(warning -> err.println("warning: " + warning));
        err.flush();
    }
}
