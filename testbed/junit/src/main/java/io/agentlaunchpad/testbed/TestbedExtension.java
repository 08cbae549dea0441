package io.agentlaunchpad.testbed;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * What {@code @RealCluster} and its siblings switch on. A part is opened for the first parameter that asks for it: for
 * a test method it lives as long as that test, for a constructor or {@code @BeforeAll} as long as the class.
 */
final class TestbedExtension implements ExecutionCondition, ParameterResolver {

    static final String NOT_RUN = "NOT RUN ";
    private static final ExtensionContext.Namespace PARTS = ExtensionContext.Namespace.create(TestbedExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Settings settings = Settings.of(context);
        for (Part part : Part.values()) {
            if (context.getElement().filter(part::isAskedForBy).isEmpty()) {
                continue;
            }
            Optional<String> missing = part.missing(settings);
            if (missing.isPresent() && settings.mustHaveEveryPart()) {
                throw new IllegalStateException(missing.get() + ". CI=true: a test without its part is a failure.");
            }
            if (missing.isPresent()) {
                return ConditionEvaluationResult.disabled(NOT_RUN + "(" + missing.get() + ")");
            }
        }
        return ConditionEvaluationResult.enabled("every part is there");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return wanted(parameter).filter(part -> isAskedFor(part, context)).isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Part part = wanted(parameter).orElseThrow();
        return context.getStore(PARTS)
                .computeIfAbsent(
                        part, wanted -> wanted.open(Settings.of(context), nameFor(context.getRequiredTestClass())));
    }

    private static Optional<Part> wanted(ParameterContext parameter) {
        return Arrays.stream(Part.values())
                .filter(part -> part.type() == parameter.getParameter().getType())
                .findFirst();
    }

    private static boolean isAskedFor(Part part, ExtensionContext context) {
        Optional<ExtensionContext> at = Optional.of(context);
        while (at.isPresent()) {
            Optional<AnnotatedElement> element = at.get().getElement();
            if (element.filter(part::isAskedForBy).isPresent()) {
                return true;
            }
            at = at.get().getParent();
        }
        return false;
    }

    /** Fits namespaces, repositories, databases and key prefixes: lower case letters, digits and dashes. */
    static String nameFor(Class<?> test) {
        String plain = test.getSimpleName()
                .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-");
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return "lpt-" + plain.substring(0, Math.min(plain.length(), 40)).replaceAll("-+$", "") + "-" + random;
    }
}
