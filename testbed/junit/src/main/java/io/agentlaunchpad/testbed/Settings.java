package io.agentlaunchpad.testbed;

import java.util.Map;
import java.util.Optional;

/** The environment variables by which parts are found. An empty value is no value. */
record Settings(Map<String, String> environment) {

    static Settings ofProcess() {
        return new Settings(System.getenv());
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    String get(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException(name + " is not set"));
    }

    boolean mustHaveEveryPart() {
        return "true".equals(environment.get("CI"));
    }
}
