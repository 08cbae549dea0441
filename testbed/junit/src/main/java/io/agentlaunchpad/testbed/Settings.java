package io.agentlaunchpad.testbed;

import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The variables by which parts are found: JUnit configuration parameters or system properties of that name, else the
 * environment. An empty value is no value.
 */
record Settings(Function<String, Optional<String>> source) {

    static Settings of(ExtensionContext context) {
        return new Settings(
                name -> context.getConfigurationParameter(name).or(() -> Optional.ofNullable(System.getenv(name))));
    }

    Optional<String> find(String name) {
        return source.apply(name).filter(value -> !value.isBlank());
    }

    String get(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException(name + " is not set"));
    }

    boolean mustHaveEveryPart() {
        return find("CI").filter("true"::equals).isPresent();
    }
}
