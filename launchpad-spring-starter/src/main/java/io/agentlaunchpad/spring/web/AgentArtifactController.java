package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Permission;
import io.agentlaunchpad.spring.security.Refusal;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What an agent runs from. */
@RestController
@RequestMapping("${launchpad.web.base-path:" + WebProperties.BASE_PATH + "}")
class AgentArtifactController {

    /** Registered for CycloneDX with IANA. */
    static final String CYCLONEDX = "application/vnd.cyclonedx+json";

    private final Launchpad launchpad;
    private final AgentDirectory directory;
    private final WebProperties web;

    AgentArtifactController(Launchpad launchpad, AgentDirectory directory, WebProperties web) {
        this.launchpad = launchpad;
        this.directory = directory;
        this.web = web;
    }

    @PostMapping(
            path = "/agents/{id}/scan",
            name = "Look into what serves, by what is known today; stops nothing",
            produces = MediaType.APPLICATION_JSON_VALUE)
    Answers.ScanView scan(Caller caller, @PathVariable String id) {
        caller.needs(Permission.AGENTS_OPERATE);
        AgentId agent = directory.agent(caller, id).id();
        return Views.scan(launchpad.agent(agent).scan(web.scanWithin()));
    }

    @GetMapping(
            path = "/agents/{id}/sbom",
            name = "The bill of materials of what serves",
            produces = {CYCLONEDX, MediaType.APPLICATION_JSON_VALUE})
    byte[] sbom(Caller caller, @PathVariable String id) {
        caller.needs(Permission.AGENTS_READ);
        AgentId agent = directory.agent(caller, id).id();
        return launchpad
                .agent(agent)
                .sbom(web.scanWithin())
                .orElseThrow(() -> new Refusal(
                        409,
                        "SBOM_NOT_AVAILABLE",
                        "What agent " + agent + " runs from has no bill of materials.",
                        "run it from an image that Launchpad builds (launchpad.artifacts.pushing-to); others have none of"
                                + " ours."))
                .getBytes(StandardCharsets.UTF_8);
    }
}
