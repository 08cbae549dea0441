package io.agentlaunchpad.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a selected plugin must be called: an npm package name, perhaps with an exact version. */
final class PluginRules {

    private PluginRules() {}

    static void check(String path, String text, PluginCatalog catalog, Problems problems) {
        if (problems.at(path)) {
            return;
        }
        PluginRef ref = PluginRef.parse(text);
        String fault = fault(text, ref);
        Optional<String> meant = catalog.expand(ref.name());
        if (meant.isPresent()) {
            problems.add(
                    path, Shown.quoted(text) + " is not the plugin's full name.", "write \"" + meant.get() + "\".");
        } else if (fault != null) {
            problems.add(
                    path,
                    Shown.quoted(text) + " " + fault + ".",
                    "write a package name, or name@1.2.3 with an exact version.");
        } else if (catalog.find(ref.name()).isEmpty() && !problems.full()) {
            Nearest.to(ref.name(), catalog.names())
                    .filter(known -> Nearest.distance(known, ref.name()) <= 2)
                    .ifPresent(known -> problems.warn(
                            path, "The plugin " + ref.name() + " is not known.", "did you mean \"" + known + "\"?"));
        }
    }

    static @Nullable String fault(String text, PluginRef ref) {
        if (text.isEmpty()) {
            return "is empty";
        } else if (text.contains(":")) {
            return "is an address, not a package name";
        } else if (text.startsWith(".")
                || text.startsWith("/")
                || text.startsWith("~")
                || text.contains("..")
                || text.contains("\\")) {
            return "is a path, not a package name";
        }
        String version = ref.version();
        if (version != null && !Names.exactVersion(version)) {
            return "names no exact version";
        }
        return Names.packageFault(ref.name());
    }

    /** The selected plugins that have a legal name, those of channels, and those every agent has; in no order. */
    static List<PluginRef> selected(AgentDraft draft) {
        List<PluginRef> all = new ArrayList<>();
        draft.plugins.forEach(text -> all.add(PluginRef.parse(text)));
        all.addAll(draft.channels().plugins());
        all.add(PluginRef.parse(PluginCatalog.SQL));
        all.add(PluginRef.parse(PluginCatalog.BOOTSTRAP));
        return all;
    }
}
