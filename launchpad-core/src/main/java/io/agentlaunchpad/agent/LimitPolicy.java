package io.agentlaunchpad.agent;

import io.agentlaunchpad.error.Problem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What this installation lets an agent ask for, within {@link Limits}. Immutable.
 *
 * <pre>{@code
 * LimitPolicy.standard().allowPlugins("@elizaos/plugin-openai", "@acme/*").maxMemory("2Gi").maxReplicas(3)
 * }</pre>
 */
public final class LimitPolicy {

    private static final LimitPolicy STANDARD = new LimitPolicy(null, 8L << 30, 4_000, 10);

    private final @Nullable Set<String> plugins;
    private final long memory;
    private final int cpu;
    private final int replicas;

    private LimitPolicy(@Nullable Set<String> plugins, long memory, int cpu, int replicas) {
        this.plugins = plugins;
        this.memory = memory;
        this.cpu = cpu;
        this.replicas = replicas;
    }

    /** Every plugin, 8Gi of memory, 4 cores, 10 replicas. */
    public static LimitPolicy standard() {
        return STANDARD;
    }

    /**
     * Allows these plugins only; further calls add more. Sql, bootstrap and the plugins of channels need no permission.
     *
     * @param names package names, or {@code @scope/*} for all of a scope
     */
    public LimitPolicy allowPlugins(String... names) {
        Set<String> more = new TreeSet<>(plugins == null ? Set.of() : plugins);
        more.addAll(List.of(names));
        return new LimitPolicy(Set.copyOf(more), memory, cpu, replicas);
    }

    /** The greatest memory limit of one replica; see {@link Quantity#memory(String)}. */
    public LimitPolicy maxMemory(String amount) {
        return new LimitPolicy(plugins, Quantity.memory(amount), cpu, replicas);
    }

    /** The greatest CPU limit of one replica; see {@link Quantity#cpu(String)}. */
    public LimitPolicy maxCpu(String amount) {
        return new LimitPolicy(plugins, memory, Quantity.cpu(amount), replicas);
    }

    /** The greatest number of replicas. */
    public LimitPolicy maxReplicas(int most) {
        return new LimitPolicy(plugins, memory, cpu, most);
    }

    /** What in the agent goes beyond these limits; empty when nothing does. */
    public List<Problem> check(AgentSpec spec) {
        AgentDraft draft = new AgentDraft();
        SpecParts.fill(draft, spec);
        Problems problems = new Problems();
        check(draft, problems);
        return problems.list();
    }

    /** What is wrong with so many replicas; empty where they are within these limits. */
    public List<Problem> checkReplicas(int asked) {
        Problems problems = new Problems();
        checkReplicas(asked, problems);
        return problems.list();
    }

    private void checkReplicas(int asked, Problems problems) {
        if (asked > replicas) {
            exceeded("replicas", Integer.toString(asked), Integer.toString(replicas), problems);
        }
    }

    /** Judges what can be judged; what is wrong by itself has its problem already. */
    void check(AgentDraft draft, Problems problems) {
        for (int i = 0; i < draft.plugins.size() && !problems.full(); i++) {
            String name = PluginRef.parse(draft.plugins.get(i)).name();
            if (!allowed(name)) {
                problems.add(
                        Paths.item("$.selectedPlugins", i),
                        "The plugin " + name + " is not allowed here.",
                        "remove it, or ask the operator to allow it (allowed: "
                                + String.join(", ", new TreeSet<>(plugins())) + ").");
            }
        }
        String asked = draft.memory;
        if (asked != null && !problems.at("$.resources.memory") && Quantity.memory(asked) > memory) {
            exceeded("memory", asked, Quantity.memoryText(memory), problems);
        }
        String cores = draft.cpu;
        if (cores != null && !problems.at("$.resources.cpu") && Quantity.cpu(cores) > cpu) {
            exceeded("cpu", cores, Quantity.cpuText(cpu), problems);
        }
        checkReplicas(draft.replicas, problems);
    }

    private static void exceeded(String key, String is, String most, Problems problems) {
        problems.add(
                "$.resources." + key,
                "The resource limit is exceeded: " + key + " " + is + " is more than " + most + ".",
                "ask for " + most + " or less, or ask the operator to raise the limit.");
    }

    private Set<String> plugins() {
        return plugins == null ? Set.of() : plugins;
    }

    private boolean allowed(String name) {
        boolean scope = name.contains("/") && plugins().contains(name.substring(0, name.indexOf('/') + 1) + "*");
        return plugins == null
                || plugins.contains(name)
                || scope
                || name.equals(PluginCatalog.SQL)
                || name.equals(PluginCatalog.BOOTSTRAP);
    }
}
