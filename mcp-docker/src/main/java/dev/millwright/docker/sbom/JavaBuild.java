package dev.millwright.docker.sbom;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Gradle's {@code gradle.lockfile}, and the direct dependencies of a {@code pom.xml} as far as it tells their versions itself. */
final class JavaBuild {
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]{1,200})}");
    private static final int DEEPEST = 200;
    private static final int LONGEST_PATH = 4_000;

    /** Properties may be made of properties, so often. */
    private static final int ROUNDS = 8;

    private JavaBuild() {}

    static void gradle(SeenFile file, Found found) throws IOException {
        for (String line : (Iterable<String>) file.text(PackageReader.TEXT).lines()::iterator) {
            String[] parts = line.replaceFirst("=.*", "").split(":");
            if (!line.startsWith("#") && parts.length == 3) {
                found.add(Ecosystem.MAVEN, parts[0], parts[1], parts[2]);
            }
        }
    }

    /** What a pom tells, by path of elements. */
    private static final class Pom {
        final Map<String, String> properties = new HashMap<>();
        final Map<String, String> managed = new HashMap<>();
        final List<Map<String, String>> dependencies = new ArrayList<>();

        void end(String path, String text, Map<String, String> dependency) {
            switch (path) {
                case "/project/groupId", "/project/version", "/project/artifactId" ->
                    properties.put(path.substring(1).replace('/', '.'), text);
                case "/project/parent/groupId", "/project/parent/version" -> {
                    properties.put(path.substring(1).replace('/', '.'), text);
                    properties.putIfAbsent("project." + path.substring(path.lastIndexOf('/') + 1), text);
                }
                case "/project/dependencies/dependency" -> dependencies.add(Map.copyOf(dependency));
                case "/project/dependencyManagement/dependencies/dependency" ->
                    managed.put(key(dependency), dependency.getOrDefault("version", ""));
                default -> {
                    if (path.startsWith("/project/properties/")) {
                        properties.put(path.substring("/project/properties/".length()), text);
                    } else if (path.matches("/project/(dependencyManagement/)?dependencies/dependency/\\w+")) {
                        dependency.put(path.substring(path.lastIndexOf('/') + 1), text);
                    }
                }
            }
        }

        String key(Map<String, String> dependency) {
            return resolved(dependency.getOrDefault("groupId", "")) + ":"
                    + resolved(dependency.getOrDefault("artifactId", ""));
        }

        String resolved(String text) {
            String now = text;
            for (int i = 0; i < ROUNDS && now.contains("${") && now.length() < 1_000; i++) {
                now = PROPERTY.matcher(now)
                        .replaceAll(match ->
                                Matcher.quoteReplacement(properties.getOrDefault(match.group(1), match.group())));
            }
            return now;
        }
    }

    static void pom(SeenFile file, Found found) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        // No document type: no entities, nothing from elsewhere.
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        Pom pom = new Pom();
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(file.bytes(8 << 20)));
            read(xml, pom);
        } catch (XMLStreamException e) {
            throw new IOException(
                    "it is not well-formed XML: "
                            + e.getMessage().lines().findFirst().orElse(""),
                    e);
        }
        int unknown = 0;
        for (Map<String, String> each : pom.dependencies) {
            String key = pom.key(each);
            String version = pom.resolved(each.getOrDefault("version", pom.managed.getOrDefault(key, "")));
            if (version.isEmpty() || version.contains("${") || "[(".indexOf(version.charAt(0)) >= 0) {
                unknown++;
            } else {
                found.add(
                        Ecosystem.MAVEN,
                        key.substring(0, key.indexOf(':')),
                        key.substring(key.indexOf(':') + 1),
                        version);
            }
        }
        if (unknown > 0) {
            found.problem(unknown + " of its dependencies have their version from elsewhere, and are left out");
        }
    }

    private static void read(XMLStreamReader xml, Pom pom) throws XMLStreamException, IOException {
        Deque<String> path = new ArrayDeque<>();
        Map<String, String> dependency = new HashMap<>();
        StringBuilder text = new StringBuilder();
        path.push("");
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (path.size() > DEEPEST
                            || path.element().length() + xml.getLocalName().length() > LONGEST_PATH) {
                        throw new IOException("it is nested deeper than " + DEEPEST);
                    }
                    path.push(path.peek() + "/" + xml.getLocalName());
                    text.setLength(0);
                    if (xml.getLocalName().equals("dependency")) {
                        dependency.clear();
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    pom.end(path.pop(), text.toString().strip(), dependency);
                    text.setLength(0);
                }
                default -> {}
            }
        }
    }
}
