package dev.millwright.distribution;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import dev.millwright.config.Secret;
import dev.millwright.server.command.Standalone;
import dev.millwright.server.command.Terminal;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import dev.millwright.transport.StdioTransport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules that hold the suite together, over the classes of every module. */
class ArchitectureTest {
    /** Without the one class that runs on any Java, to say that it is too old, and so knows nothing of ours. */
    private static final JavaClasses SUITE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/millwright/testing/"))
            .withImportOption(location -> !location.contains("/millwright/start/"))
            .importPackages("dev.millwright");

    /** Each package of the core, and those it may know; what is not listed it may not know. */
    private static final Map<String, List<String>> KNOWS = new LinkedHashMap<>();

    static {
        KNOWS.put("json", List.of());
        KNOWS.put("mask", List.of("json"));
        KNOWS.put("tool", List.of("json"));
        KNOWS.put("config", List.of("json", "tool"));
        KNOWS.put("sandbox", List.of("tool"));
        KNOWS.put("workspace", List.of("json", "tool"));
        KNOWS.put("keep", List.of("tool", "workspace"));
        KNOWS.put("store", List.of("json", "tool"));
        KNOWS.put("identity", List.of("json", "tool", "store"));
        KNOWS.put("audit", List.of("json", "tool", "store"));
        KNOWS.put("call", List.of("json", "tool", "store", "identity", "audit"));
        KNOWS.put("protocol", List.of("json", "tool", "identity", "call"));
        KNOWS.put("transport", List.of("json", "tool", "identity", "audit", "call", "protocol"));
        KNOWS.put(
                "server",
                List.of(
                        "json",
                        "tool",
                        "config",
                        "sandbox",
                        "store",
                        "identity",
                        "audit",
                        "call",
                        "protocol",
                        "transport"));
    }

    @Test
    void corePackagesKnowOnlyThoseBelowThem() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : KNOWS.keySet()) {
            layers = layers.layer(name).definedBy("dev.millwright." + name + "..");
        }
        for (Map.Entry<String, List<String>> each : KNOWS.entrySet()) {
            layers = each.getValue().isEmpty()
                    ? layers.whereLayer(each.getKey()).mayNotAccessAnyLayer()
                    : layers.whereLayer(each.getKey())
                            .mayOnlyAccessLayers(each.getValue().toArray(String[]::new));
        }
        layers.check(SUITE);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.millwright.(**)").should().beFreeOfCycles().check(SUITE);
    }

    @Test
    void theErasOfTheProtocolDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("dev.millwright.protocol.sessions..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.millwright.protocol.stateless..")
                .check(SUITE);
        noClasses()
                .that()
                .resideInAPackage("dev.millwright.protocol.stateless..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.millwright.protocol.sessions..")
                .check(SUITE);
    }

    @Test
    void serversKnowTheCoreAndNoOtherServer() {
        slices().matching("dev.millwright.(*)..")
                .namingSlices("$1")
                .that(new DescribedPredicate<>("are servers") {
                    @Override
                    public boolean test(com.tngtech.archunit.library.dependencies.Slice slice) {
                        String name = slice.getDescription();
                        return !KNOWS.containsKey(name) && !name.equals("distribution");
                    }
                })
                .should()
                .notDependOnEachOther()
                .check(SUITE);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass each : SUITE) {
            JavaPackage home = each.getPackage();
            if (!annotatedWith(NullMarked.class).test(home)) {
                unmarked.add(home.getName());
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @Test
    void onlyTheTerminalAndTheStdioTransportTouchTheStandardStreams() {
        noClasses()
                .that(not(assignableTo(Terminal.class).or(assignableTo(StdioTransport.class))))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessField(System.class, "in")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .because("standard output belongs to the transport alone")
                .check(SUITE);
    }

    @Test
    void onlyMainProgramsEndTheProcess() {
        noClasses()
                .that(not(assignableTo(Standalone.class).or(assignableTo(Millwright.class))))
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(SUITE);
    }

    @Test
    void onlyConfigurationAndWiringReadTheEnvironment() {
        noClasses()
                .that(not(resideInAnyPackage(
                        "dev.millwright.config..", "dev.millwright.server..", "dev.millwright.distribution..")))
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(SUITE);
    }

    @Test
    void processesAreStartedThroughTheSandboxAlone() {
        noClasses()
                .that(not(resideInAnyPackage("dev.millwright.sandbox..", "dev.millwright.distribution.demo..")
                        .or(assignableTo(Secret.class))
                        .or(name("dev.millwright.git.repo.NoExecFs"))))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .orShould()
                .callMethod(Runtime.class, "exec", String.class)
                .because(
                        "the others are the operator's own: the command that tells a secret, the demo's servers; NoExecFs"
                                + " overrides what JGit would start programs with, to refuse")
                .check(SUITE);
    }

    @Test
    void databasesAreOpenedByTheStoreAlone() {
        noClasses()
                .that(not(resideInAnyPackage("dev.millwright.store..", "dev.millwright.k8s.sql..")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "javax.sql..", "org.sqlite..", "org.postgresql..", "org.flywaydb..", "com.zaxxer..")
                        .or(assignableTo("java.sql.DriverManager")))
                .because("our state is the store's; k8s.sql asks the databases of other people")
                .check(SUITE);
    }

    @Test
    void theProtocolSdkStaysBehindTheSessionsEraAndTheTransports() {
        noClasses()
                .that(not(resideInAnyPackage(
                        "dev.millwright.protocol.sessions..",
                        "dev.millwright.transport..",
                        "dev.millwright.distribution..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.modelcontextprotocol..")
                .because("only the sessions era runs on it; the demo plays its client")
                .check(SUITE);
    }

    @Test
    void theKubernetesClientStaysBehindOnePackage() {
        noClasses()
                .that(not(resideInAnyPackage("dev.millwright.k8s.fabric8..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .check(SUITE);
    }

    @Test
    void theDockerTransportStaysBehindOnePackage() {
        noClasses()
                .that(not(resideInAnyPackage("dev.millwright.docker.dockerjava..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.dockerjava..")
                .check(SUITE);
    }

    @Test
    void nobodyLogsThroughJavaUtilLogging() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(SUITE);
    }

    @Test
    void toolsReachFilesThroughTheWorkspaceAlone() {
        noClasses()
                .that(areTools())
                .should()
                .dependOnClassesThat(assignableTo("java.nio.file.Files").or(resideInAnyPackage("java.nio.file.spi")))
                .orShould()
                .dependOnClassesThat(assignableTo("java.io.File"))
                .check(SUITE);
    }

    /** The answer may be a record of its own where several tools end in the same way, as merge and pull do. */
    @Test
    void toolsAreFinalClassesWithInputOutputAndOneSpec() {
        classes().that(areTools()).should(haveTheShapeOfATool()).check(SUITE);
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .check(SUITE);
    }

    private static DescribedPredicate<JavaClass> areTools() {
        return assignableTo(Tool.class)
                .and(not(DescribedPredicate.describe("interfaces", JavaClass::isInterface)))
                .as("are tools");
    }

    private static ArchCondition<JavaClass> haveTheShapeOfATool() {
        return new ArchCondition<>(
                "be final, with a nested record Input, a record Output or shared Answer, and a static SPEC") {
            @Override
            public void check(JavaClass tool, ConditionEvents events) {
                require(tool.getModifiers().contains(JavaModifier.FINAL), tool, "is not final", events);
                require(
                        argument(tool, 0).filter(isNested(tool, "Input")).isPresent(),
                        tool,
                        "has no nested record Input",
                        events);
                require(
                        argument(tool, 1)
                                .filter(isNested(tool, "Output").or(isSharedAnswer(tool)))
                                .isPresent(),
                        tool,
                        "answers neither with a nested record Output nor with a shared record named ...Answer",
                        events);
                require(
                        tool.getFields().stream()
                                .anyMatch(field -> field.getName().equals("SPEC")
                                        && field.getModifiers().contains(JavaModifier.STATIC)
                                        && field.getRawType().isEquivalentTo(ToolSpec.class)),
                        tool,
                        "has no static SPEC",
                        events);
            }

            /** What the class says the parameters of {@code Tool} are. */
            private static Optional<JavaClass> argument(JavaClass tool, int index) {
                return tool.getInterfaces().stream()
                        .filter(JavaParameterizedType.class::isInstance)
                        .map(JavaParameterizedType.class::cast)
                        .filter(each -> each.toErasure().isEquivalentTo(Tool.class))
                        .map(each -> each.getActualTypeArguments().get(index).toErasure())
                        .findAny();
            }

            private static Predicate<JavaClass> isNested(JavaClass tool, String name) {
                return each -> each.isRecord() && each.getName().equals(tool.getName() + "$" + name);
            }

            private static Predicate<JavaClass> isSharedAnswer(JavaClass tool) {
                return each -> each.isRecord()
                        && each.isTopLevelClass()
                        && each.getSimpleName().endsWith("Answer")
                        && each.getPackage().equals(tool.getPackage())
                        && each.getDirectDependenciesToSelf().stream()
                                        .map(dependency -> dependency.getOriginClass())
                                        .filter(areTools())
                                        .distinct()
                                        .count()
                                > 1;
            }

            private static void require(boolean holds, JavaClass tool, String violation, ConditionEvents events) {
                if (!holds) {
                    events.add(SimpleConditionEvent.violated(tool, tool.getName() + " " + violation));
                }
            }
        };
    }
}
