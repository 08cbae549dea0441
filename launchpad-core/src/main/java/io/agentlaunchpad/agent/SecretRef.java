package io.agentlaunchpad.agent;

/**
 * Points to a secret that exists on the platform already, such as one key of a Kubernetes Secret in the agent's
 * namespace. Launchpad never reads or copies its value.
 *
 * @param name the secret's name: a DNS subdomain of at most 253 characters
 * @param key the key in it: 1–253 letters, digits, {@code -}, {@code _}, {@code .}
 */
public record SecretRef(String name, String key) {

    /** That key of that secret. */
    public static SecretRef of(String name, String key) {
        return new SecretRef(name, key);
    }
}
