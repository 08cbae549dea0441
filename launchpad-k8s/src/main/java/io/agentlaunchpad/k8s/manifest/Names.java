package io.agentlaunchpad.k8s.manifest;

import io.agentlaunchpad.agent.AgentId;

/**
 * What the objects of an agent are called. Law: two agents never share a name.
 *
 * @param agent of ServiceAccount, Deployment, Service, Ingress, NetworkPolicy and PodMonitor: a DNS label that starts with
 *     a letter (RFC 1035), because a Service's must
 */
public record Names(String agent) {

    /** The container that the agent runs in. Others may stand beside it, also before it. */
    public static final String CONTAINER = "agent";

    /** Keys of the Secret {@link #identity()}: the token of the agent's API, and the salt of its stored secrets. */
    public static final String IDENTITY_TOKEN = "token";

    public static final String IDENTITY_SALT = "salt";

    /**
     * Key of the Secret {@link #secrets}, beside one key for each value: the names of the others, comma separated. The
     * pod tells the runner by it which variables are secrets. A secret of the user's cannot have this name.
     */
    public static final String SECRET_NAMES = "LAUNCHPAD_SECRET_NAMES";

    private static final int LONGEST = 63;
    private static final String PREFIX = "n-";
    private static final int DIGITS = 10;

    /**
     * The names of an agent's objects. An id that starts with a digit gets a letter before it, and so does one that looks
     * as if it had got it; what gets too long by that is cut, with a hash of the whole.
     */
    public static Names of(AgentId agentId) {
        String id = agentId.value();
        boolean letter = Character.isLetter(id.charAt(0)) && !id.startsWith(PREFIX);
        String name = letter ? id : PREFIX + id;
        if (name.length() <= LONGEST) {
            return new Names(name);
        }
        String hash = Manifests.hash(id).substring(0, DIGITS);
        return new Names(name.substring(0, LONGEST - DIGITS - 1).replaceAll("-+$", "") + "-" + hash);
    }

    /** The volume claim of the embedded database. */
    public String data() {
        return agent + "-data";
    }

    /** The Secret of the agent's own token and salt: made once, kept, never rendered. */
    public String identity() {
        return agent + "-identity";
    }

    /** The Secret of one version of the values. */
    public String secrets(String version) {
        return agent + "-secrets-" + version;
    }

    /** The record of a release. */
    public String release(int revision) {
        return agent + "-release-" + revision;
    }

    /** The Secret that cert-manager writes the agent's certificate to. */
    public String certificate() {
        return agent + "-tls";
    }
}
