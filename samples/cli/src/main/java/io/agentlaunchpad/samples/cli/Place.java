package io.agentlaunchpad.samples.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A namespace of a cluster, and how agents live there. Its {@link #name} is stored with each agent as the name of its
 * platform, so that a later process finds the way back from the store alone:
 *
 * <pre>
 * kubernetes:CONTEXT/NAMESPACE[?ephemeral][&amp;pull-secret=NAME …]
 * </pre>
 *
 * <p>The context is named even where the current one was meant: another {@code kubectl config use-context} must not send
 * a delete to another cluster. An empty context is the cluster that the process itself runs in.
 *
 * @param context of the kubeconfig, which is found as kubectl finds it
 * @param namespace where the agents live
 * @param ephemeral whether an agent's embedded database and files live and die with its pod
 * @param pullSecrets names of Secrets there with logins of registries
 */
record Place(String context, String namespace, boolean ephemeral, List<String> pullSecrets) {

    private static final String KIND = "kubernetes:";
    private static final String EPHEMERAL = "ephemeral";
    private static final String PULL_SECRET = "pull-secret=";

    Place {
        pullSecrets = pullSecrets.stream().sorted().distinct().toList();
    }

    String name() {
        List<String> settings = new ArrayList<>();
        if (ephemeral) {
            settings.add(EPHEMERAL);
        }
        pullSecrets.forEach(secret -> settings.add(PULL_SECRET + secret));
        return KIND + context + "/" + namespace + (settings.isEmpty() ? "" : "?" + String.join("&", settings));
    }

    /** The place of that name; none for other platforms. */
    static Optional<Place> parse(String name) {
        // A context may hold any character, a namespace and the settings no slash.
        int slash = name.lastIndexOf('/');
        if (!name.startsWith(KIND) || slash < 0) {
            return Optional.empty();
        }
        String[] rest = name.substring(slash + 1).split("\\?", 2);
        List<String> settings = rest.length == 1 ? List.of() : Arrays.asList(rest[1].split("&"));
        return Optional.of(new Place(
                name.substring(KIND.length(), slash),
                rest[0],
                settings.contains(EPHEMERAL),
                settings.stream()
                        .filter(setting -> setting.startsWith(PULL_SECRET))
                        .map(setting -> setting.substring(PULL_SECRET.length()))
                        .toList()));
    }

    /** Whether both are the same namespace of the same context, however agents live there. */
    boolean isAt(Place other) {
        return context.equals(other.context) && namespace.equals(other.namespace);
    }

    /** Whether it says nothing of how agents live there. */
    boolean plain() {
        return !ephemeral && pullSecrets.isEmpty();
    }
}
