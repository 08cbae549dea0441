package io.agentlaunchpad.agent;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers every problem and warning of one configuration; a place that has a problem gets no second one. */
final class Problems {

    /** More than these help nobody; the rest is counted. */
    static final int MOST = 200;

    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final Set<String> places = new HashSet<>();
    private int more;

    void add(String path, String problem, String fix) {
        if (full()) {
            // Not listed, but known to be wrong: nobody may take it for a good value.
            places.add(path);
            more++;
        } else if (places.add(path)) {
            problems.add(new Problem(path, problem, fix));
        }
    }

    void warn(String path, String problem, String fix) {
        if (warnings.size() < MOST) {
            warnings.add(new Problem(path, problem, fix));
        }
    }

    boolean full() {
        return problems.size() >= MOST;
    }

    /** Whether something at this place, or above it, is known to be wrong already. */
    boolean at(String path) {
        for (String place = path; !place.equals("$"); place = parent(place)) {
            if (places.contains(place)) {
                return true;
            }
        }
        return places.contains("$");
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    List<Problem> warnings() {
        return List.copyOf(warnings);
    }

    /** All problems in the order of the configuration's keys. */
    List<Problem> list() {
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort(Comparator.comparingInt(problem -> Keys.rank(problem.path())));
        if (more > 0) {
            sorted.add(new Problem("$", more + " more problems are not listed.", "correct the ones above first."));
        }
        return sorted;
    }

    void orThrow() {
        if (!problems.isEmpty()) {
            throw new InvalidAgentException(list());
        }
    }

    <T> T orThrow(@Nullable T value) {
        orThrow();
        if (value == null) {
            throw new IllegalStateException("No value and no problem");
        }
        return value;
    }

    private static String parent(String path) {
        int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
        return end <= 0 ? "$" : path.substring(0, end);
    }
}
