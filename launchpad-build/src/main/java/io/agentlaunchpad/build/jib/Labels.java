package io.agentlaunchpad.build.jib;

/** Labels of our images. None of them changes from one build to the next: no time, no host, no user. */
final class Labels {

    /** Of the OCI image specification's annotations: what stands below. */
    static final String BASE_NAME = "org.opencontainers.image.base.name";

    static final String BASE_DIGEST = "org.opencontainers.image.base.digest";
    static final String TITLE = "org.opencontainers.image.title";

    /** Hash of everything a runtime image is made of; its final tag. */
    static final String RUNTIME = "io.agentlaunchpad.runtime";

    /** How many layers of a runtime image come from its base. */
    static final String BASE_LAYERS = "io.agentlaunchpad.base.layers";

    /** Digest of the runtime image that an agent image stands on. */
    static final String RUNTIME_DIGEST = "io.agentlaunchpad.runtime.digest";

    /** How many layers of an agent image come from its runtime image. */
    static final String RUNTIME_LAYERS = "io.agentlaunchpad.runtime.layers";

    /** Name and version of each plugin, separated by commas. */
    static final String PLUGINS = "io.agentlaunchpad.plugins";

    /** Version of the runner. */
    static final String RUNNER = "io.agentlaunchpad.runner";

    /** Hash of everything an agent image is made of; its final tag. */
    static final String AGENT = "io.agentlaunchpad.agent";

    private Labels() {}
}
