package io.agentlaunchpad;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rooms and arrows of the core; see docs/architecture.md. */
@AnalyzeClasses(packages = "io.agentlaunchpad", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.agentlaunchpad.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothing_imports_the_root_package = noClasses()
            .that()
            .resideOutsideOfPackage("io.agentlaunchpad")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.agentlaunchpad");

    @ArchTest
    static final ArchRule values_know_nothing_of_ports_or_machinery = noClasses()
            .that()
            .resideInAnyPackage(
                    "..agent..", "..artifact..", "..error..", "..event..", "..health..", "..operation..", "..release..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..spi..", "..internal..", "..local..", "..notify..", "..project..");

    @ArchTest
    static final ArchRule pipelines_know_platforms_only_by_their_port = noClasses()
            .that()
            .resideInAPackage("..internal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..local..", "..notify..");

    @ArchTest
    static final ArchRule ports_are_interfaces_and_records = classes()
            .that()
            .resideInAPackage("..spi..")
            .and()
            .areTopLevelClasses()
            .and()
            .doNotHaveSimpleName("package-info")
            .should()
            .beInterfaces()
            .orShould()
            .beRecords();

    @ArchTest
    static final ArchRule signatures_speak_of_the_jdk_and_launchpad_only = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat(publicApi())
            .should(mentionOnly("java.", "javax.", "io.agentlaunchpad."));

    private static DescribedPredicate<JavaClass> publicApi() {
        return DescribedPredicate.describe(
                "public API",
                (JavaClass type) -> type.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC)
                        && !resideInAnyPackage("..internal..").test(type));
    }

    private static ArchCondition<JavaMethod> mentionOnly(String... prefixes) {
        return new ArchCondition<>("mention only " + String.join(", ", prefixes)) {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                Set<String> foreign = Stream.concat(
                                Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
                        .map(type -> type.getBaseComponentType())
                        .filter(type -> !type.isPrimitive())
                        .map(JavaClass::getName)
                        .filter(name -> Stream.of(prefixes).noneMatch(name::startsWith))
                        .collect(Collectors.toSet());
                if (!foreign.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(method, method.getFullName() + " mentions " + foreign));
                }
            }
        };
    }
}
