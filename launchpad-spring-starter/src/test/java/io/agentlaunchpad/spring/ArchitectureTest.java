package io.agentlaunchpad.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The starter's rooms: wiring on top, and nothing that the core keeps to itself. */
@AnalyzeClasses(packages = "io.agentlaunchpad.spring", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.agentlaunchpad.spring.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule the_cores_inside_stays_inside =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("io.agentlaunchpad.internal..");

    @ArchTest
    static final ArchRule web_speaks_jackson_3_alone =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("com.fasterxml.jackson.databind..");
}
