package io.agentlaunchpad.agent;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Judges a whole draft; every fault becomes a problem at its JSON path, whoever wrote the draft. */
final class AgentRules {

    private final AgentDraft draft;
    private final PluginCatalog catalog;
    private final Problems problems;

    private AgentRules(AgentDraft draft, PluginCatalog catalog, Problems problems) {
        this.draft = draft;
        this.catalog = catalog;
        this.problems = problems;
    }

    /** @param looks whether a setting whose name looks like a secret is refused where no plugin declares it */
    static void check(AgentDraft draft, PluginCatalog catalog, boolean looks, Problems problems) {
        if (problems.at("$")) {
            return;
        }
        AgentRules rules = new AgentRules(draft, catalog, problems);
        rules.name();
        Texts.check("$.description", draft.description, Limits.DESCRIPTION, problems);
        PersonalityRules.check(draft, problems);
        rules.plugins();
        SettingRules.check(draft, catalog, looks, problems);
        rules.resources();
        rules.channels();
        rules.secrets();
        rules.replicas();
        rules.network();
    }

    private void name() {
        if (draft.name.isEmpty() && !problems.at("$.agentName")) {
            problems.add("$.agentName", "The name is missing.", "write 3 to 50 letters, digits, - or _.");
        } else if (!Names.AGENT.matcher(draft.name).matches()) {
            String length = Integer.toString(draft.name.codePointCount(0, draft.name.length()));
            problems.add(
                    "$.agentName",
                    "The name " + Shown.quoted(draft.name) + " (" + length + " characters) is not allowed.",
                    "write 3 to 50 ASCII letters, digits, - or _.");
        }
    }

    private void plugins() {
        Texts.count("$.selectedPlugins", draft.plugins, Limits.PLUGINS, problems);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < draft.plugins.size() && !problems.full(); i++) {
            String path = Paths.item("$.selectedPlugins", i);
            PluginRules.check(path, draft.plugins.get(i), catalog, problems);
            if (!names.add(PluginRef.parse(draft.plugins.get(i)).name())) {
                problems.add(path, "The plugin is selected twice.", "keep one of the two.");
            }
        }
    }

    private void resources() {
        String memory = draft.memory;
        String cpu = draft.cpu;
        if (memory != null) {
            range(
                    "$.resources.memory",
                    memory,
                    () -> Quantity.memory(memory),
                    Limits.MEMORY_MIN,
                    Limits.MEMORY_MAX,
                    "64Mi to 1Ti");
        }
        if (cpu != null) {
            range("$.resources.cpu", cpu, () -> Quantity.cpu(cpu), Limits.CPU_MIN, Limits.CPU_MAX, "10m to 256");
        }
        if (draft.replicas < 1 || draft.replicas > Limits.REPLICAS) {
            problems.add(
                    "$.resources.replicas",
                    draft.replicas + " replicas are out of range.",
                    "write 1 to " + Limits.REPLICAS + (draft.replicas == 0 ? "; to pause an agent, stop it." : "."));
        }
    }

    private void range(String path, String text, LongSupplier amount, long least, long most, String words) {
        try {
            long value = amount.getAsLong();
            if (value < least || value > most) {
                problems.add(path, "The amount " + Shown.quoted(text) + " is out of range.", "write " + words + ".");
            }
        } catch (IllegalArgumentException e) {
            FixedText.add(path, e, problems);
        }
    }

    private void channels() {
        draft.channels().discordApplicationId().ifPresent(id -> {
            if (!Names.DISCORD_APPLICATION.matcher(id).matches()) {
                problems.add(
                        "$.platforms.discord.applicationId",
                        "The application id " + Shown.quoted(id) + " is not a Discord id.",
                        "copy the number of 15 to 22 digits from Discord's developer portal.");
            }
        });
    }

    private void secrets() {
        Set<String> all = new HashSet<>(draft.secretNames);
        all.addAll(draft.secretRefs.keySet());
        Texts.count("$.secrets", all, Limits.SECRETS, problems);
        all.forEach(name -> SecretRules.name(Paths.member("$.secrets", name), name, problems));
        draft.secretRefs.forEach((name, ref) -> {
            String path = Paths.member(Paths.member("$.secrets", name), "ref");
            if (!Names.subdomain(ref.name())) {
                problems.add(
                        path + ".name",
                        "The secret's name " + Shown.quoted(ref.name()) + " is not a Kubernetes name.",
                        "write lower-case letters, digits, - and ., at most 253.");
            }
            if (!Names.SECRET_KEY.matcher(ref.key()).matches()
                    || ref.key().equals("..")
                    || ref.key().equals(".")) {
                problems.add(
                        path + ".key",
                        "The key " + Shown.quoted(ref.key()) + " is not a key of a secret.",
                        "write letters, digits, -, _ and ., at most 253.");
            }
        });
        if (draft.database == Database.PGLITE && all.contains(Database.URL_SECRET)) {
            problems.add(
                    "$.database.kind",
                    "The database is pglite, but the secret POSTGRES_URL would make the agent use PostgreSQL.",
                    "write {\"kind\": \"postgresql\"}, or remove the secret (null).");
        }
    }

    private void replicas() {
        if (draft.replicas <= 1) {
            return;
        }
        List<String> bots = PluginRules.selected(draft).stream()
                .map(PluginRef::name)
                .filter(catalog::channel)
                .toList();
        if (draft.database == Database.PGLITE) {
            problems.add(
                    "$.resources.replicas",
                    draft.replicas + " replicas cannot share the embedded database (pglite).",
                    "write 1, or choose {\"database\": {\"kind\": \"postgresql\"}}.");
        } else if (!bots.isEmpty()) {
            problems.add(
                    "$.resources.replicas",
                    "With " + draft.replicas + " replicas every message on " + String.join(", ", bots)
                            + " would be answered as often.",
                    "write 1, or leave the bot channel out.");
        }
    }

    private void network() {
        String host = draft.host;
        if (host != null && !Names.subdomain(host)) {
            problems.add(
                    "$.expose.host",
                    "The host " + Shown.quoted(host) + " is not a DNS name.",
                    "write a name in lower case such as ada.agents.example, without scheme, port or path.");
        }
        Texts.count("$.egress", draft.egress, Limits.EGRESS, problems);
        for (int i = 0; i < draft.egress.size() && !problems.full(); i++) {
            String path = Paths.item("$.egress", i);
            try {
                if (!problems.at(path)) {
                    Egress.parse(draft.egress.get(i));
                }
            } catch (IllegalArgumentException e) {
                FixedText.add(path, e, problems);
            }
        }
    }
}
