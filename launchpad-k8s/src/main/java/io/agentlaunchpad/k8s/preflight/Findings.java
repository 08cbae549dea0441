package io.agentlaunchpad.k8s.preflight;

import io.agentlaunchpad.error.PreflightException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** What a preflight found: every refusal at once, and warnings apart. */
final class Findings {

    private record Refusal(String code, String what, String fix) {}

    private final List<Refusal> refusals = new ArrayList<>();
    private final LinkedHashSet<String> warnings = new LinkedHashSet<>();

    void refuse(String code, String what, String fix) {
        refusals.add(new Refusal(code, what, fix));
    }

    void warn(String what) {
        warnings.add(what);
    }

    boolean refused() {
        return !refusals.isEmpty();
    }

    void addAll(Findings others) {
        refusals.addAll(others.refusals);
        warnings.addAll(others.warnings);
    }

    /**
     * The warnings.
     *
     * @throws PreflightException with all refusals; the code is that of a single one
     */
    List<String> orThrow() {
        if (refusals.size() == 1) {
            Refusal only = refusals.get(0);
            throw new PreflightException(only.code, only.what, only.fix, null);
        } else if (refused()) {
            throw new PreflightException(
                    refusals.stream().map(Refusal::what).collect(Collectors.joining(" ")),
                    refusals.stream().map(Refusal::fix).distinct().collect(Collectors.joining(" Then ")));
        }
        return List.copyOf(warnings);
    }
}
