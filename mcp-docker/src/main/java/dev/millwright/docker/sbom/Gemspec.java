package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Ruby gem that is installed. Its specification is a program; what is needed stands in its second line: a stub. */
final class Gemspec implements PackageReader {
    private static final Pattern PATH = Pattern.compile("(?:.*/)?specifications/(?:default/)?[^/]+\\.gemspec");

    /** {@code # stub: name version platform folders}, as {@code Gem::Specification#to_ruby} writes it. */
    private static final Pattern STUB = Pattern.compile("(?m)^# stub: (\\S+) (\\S+) \\S+");

    private static final Pattern NAME = Pattern.compile("\\.name\\s*=\\s*[\"']([^\"']+)[\"']");
    private static final Pattern VERSION =
            Pattern.compile("\\.version\\s*=\\s*(?:Gem::Version\\.new\\()?\\s*[\"']([^\"']+)[\"']");

    @Override
    public boolean wants(String path) {
        return path.endsWith(".gemspec") && PATH.matcher(path).matches();
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        String text = file.text(4 << 20);
        Matcher stub = STUB.matcher(text);
        Matcher name = NAME.matcher(text);
        Matcher version = VERSION.matcher(text);
        if (stub.find()) {
            found.add(Ecosystem.GEM, "", stub.group(1), stub.group(2));
        } else if (name.find() && version.find()) {
            found.add(Ecosystem.GEM, "", name.group(1), version.group(1));
        } else {
            throw new IOException("its name and version are not written out");
        }
    }
}
