package io.agentlaunchpad.samples.quickstart;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.samples.echomodel.EchoModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One agent on this machine: launched, talked to, deleted. */
public final class Quickstart {

    private static final String OPENAI = "@elizaos/plugin-openai";

    private Quickstart() {}

    public static void main(String[] args) throws Exception {
        Path home = Files.createTempDirectory("launchpad");
        try (EchoModel model = EchoModel.startIn(home); // a stand-in for trials; leave it out when you have a key
                Launchpad launchpad = Launchpad.builder().home(home).build()) {
            AgentSpec spec = AgentSpec.named("ada")
                    .bio("Explains mathematics")
                    .plugin(OPENAI)
                    .setting(OPENAI, "OPENAI_BASE_URL", model.baseUrl().toString())
                    .build();
            Agent ada = launchpad.launch(LaunchRequest.of(spec), Secrets.of("OPENAI_API_KEY", EchoModel.KEY));
            System.out.println(ada.chat("What is a loop?").text());
            ada.restart().await(Duration.ofMinutes(2)).orThrow();
            ada.delete().await(Duration.ofMinutes(1)).orThrow();
        }
    }
}
