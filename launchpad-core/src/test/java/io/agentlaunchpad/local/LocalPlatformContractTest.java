package io.agentlaunchpad.local;

import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.PlatformContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The local platform keeps the laws, with processes of a stand-in for the runner. */
class LocalPlatformContractTest extends PlatformContract {

    @TempDir
    Path folder;

    @Override
    protected Platform open() {
        return LocalPlatform.under(folder.resolve("home"));
    }

    @Override
    protected Artifact healthy(int variant) {
        return FakeProject.below(folder, "{\"variant\":" + variant + "}", "{}");
    }

    @Override
    protected Artifact failing() {
        return FakeProject.below(
                folder, "{\"fail\":[\"PLUGIN_INIT_FAILED\",\"planted failure\",\"correct the plugin.\"]}", "{}");
    }
}
