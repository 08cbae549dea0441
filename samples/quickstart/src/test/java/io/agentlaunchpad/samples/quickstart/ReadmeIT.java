package io.agentlaunchpad.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java call, compiled and run as it stands there. */
class ReadmeIT {

    @Test
    void the_first_java_block_of_the_readme_launches_a_real_agent_that_answers(@TempDir Path directory)
            throws Exception {
        assertThat(JavaBlock.number(1).run(directory, Map.of(), 8)).contains("You said: What is a loop?");
    }
}
