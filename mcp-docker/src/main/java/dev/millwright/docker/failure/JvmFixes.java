package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What mends builds of Maven and Gradle. */
final class JvmFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.MAVEN_DEP, JvmFixes::dependency),
            entry(FailureClass.MAVEN_501, JvmFixes::http),
            entry(FailureClass.MAVEN_BUILD, JvmFixes::build));

    private JvmFixes() {}

    private static void dependency(Proposals p) {
        p.advise(
                        "live-repository",
                        0.6,
                        "Replace repositories that are gone: jcenter and bintray closed, use mavenCentral().")
                .advise(
                        "network",
                        0.35,
                        "Check that the build reaches repo.maven.apache.org: DNS, proxy (MAVEN_OPTS -Dhttps.proxyHost), mirror in settings.xml.")
                .advise(
                        "artifact",
                        0.4,
                        "Check coordinates and version of " + p.subject("the artifact")
                                + "; a private one needs a repository and credentials.");
    }

    private static void http(Proposals p) {
        p.rewrite(
                        "https-repository",
                        0.6,
                        "Central answers over https only.",
                        Rewrites.plain("http://repo1.maven.org", "https://repo1.maven.org"))
                .advise(
                        "https-repositories",
                        0.8,
                        "Write https:// for every repository in pom.xml, settings.xml or build.gradle; or use Maven 3.2.3 or newer, whose default is https.");
    }

    private static void build(Proposals p) {
        String release = p.subjects().stream()
                .filter(each -> each.matches("(?:1\\.)?\\d{1,2}"))
                .map(each -> Integer.parseInt(each.replace("1.", "")) > 43
                        ? String.valueOf(Integer.parseInt(each) - 44)
                        : each.replace("1.", ""))
                .findFirst()
                .orElse("21");
        if (p.says("release") || p.says("class file") || p.says("source option") || p.says("classversion")) {
            String jdk = p.says("source option") ? "17" : release;
            p.from("jdk-version", 0.8, "Use JDK " + jdk + ", which knows this release.", image -> jdk(image, jdk));
        }
        if (p.says("no compiler")) {
            p.from("jdk-base", 0.85, "A JRE has no compiler: use a JDK.", image -> image.replace("-jre", "-jdk"));
        }
        if (p.logHas("java_home")) {
            p.install(
                    "install-jdk",
                    0.7,
                    "Install a JDK, which sets up JAVA_HOME.",
                    Packages.program("javac", p.distribution()).orElse(""));
        }
        if (p.says("gradlewrappermain")) {
            p.advise(
                    "copy-wrapper",
                    0.8,
                    "Copy gradle/wrapper with its jar: .dockerignore or .gitignore may leave *.jar out.");
        }
        p.advise("source-error", 0.4, "The first ERROR line names file and line of what does not compile.");
    }

    private static String jdk(String image, String version) {
        String name = Distribution.name(image);
        return name.equals("maven") || name.equals("gradle")
                ? image.replaceAll("(jdk-?|eclipse-temurin-|openjdk-|amazoncorretto-)\\d+", "$1" + version)
                : Rewrites.version(
                                List.of("eclipse-temurin", "openjdk", "amazoncorretto", "ibm-semeru-runtimes"), version)
                        .apply(image);
    }
}
