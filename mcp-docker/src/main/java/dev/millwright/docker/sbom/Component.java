package dev.millwright.docker.sbom;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import com.github.packageurl.PackageURLBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * One package found: its name in its ecosystem, and where it lies.
 *
 * @param ecosystem the world its name and version belong to
 * @param namespace what stands before the name: the Maven group, the npm scope with its {@code @}, the vendor of a
 *     Composer package, the module path before the last slash in Go; for packages of a distribution its id
 * @param name the name, never blank
 * @param version the version as its ecosystem writes it, with epoch and revision; {@code ""} where none is recorded
 * @param distro the distribution the package belongs to, for deb, apk and rpm
 * @param source the source package it was built from, where that is recorded; advisories name source packages
 * @param licences as recorded, best as SPDX expressions
 * @param path the file that told of it, absolute in the image or relative to the directory
 * @param layer the layer that brought that file
 */
public record Component(
        Ecosystem ecosystem,
        Optional<String> namespace,
        String name,
        String version,
        Optional<Distro> distro,
        Optional<Source> source,
        List<String> licences,
        Optional<String> path,
        Optional<Layer> layer) {

    /**
     * A distribution and its release, from os-release.
     *
     * @param id {@code ID}: {@code debian}, {@code alpine}, …
     * @param version {@code VERSION_ID}: {@code 12}, {@code 3.19.1}; {@code ""} for a rolling release
     */
    public record Distro(String id, String version) {
        public Distro {
            id = id.toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return version.isEmpty() ? id : id + ":" + version;
        }
    }

    /** A source package with its version. */
    public record Source(String name, String version) {}

    /**
     * A layer of an image.
     *
     * @param index from 0, the lowest layer
     * @param digest of the uncompressed layer, with its algorithm
     */
    public record Layer(int index, String digest) {}

    public Component {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a package has a name");
        }
        Objects.requireNonNull(version);
        licences = List.copyOf(licences);
    }

    /** A package with nothing known but its name; {@code namespace} may be empty. */
    public static Component of(Ecosystem ecosystem, String namespace, String name, String version) {
        return new Component(
                ecosystem,
                namespace.isEmpty() ? Optional.empty() : Optional.of(namespace),
                name,
                version,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** Of a distribution's release, whose id is the namespace. */
    public Component in(Distro release) {
        return new Component(
                ecosystem,
                Optional.of(release.id()),
                name,
                version,
                Optional.of(release),
                source,
                licences,
                path,
                layer);
    }

    public Component builtFrom(String sourceName, String sourceVersion) {
        return new Component(
                ecosystem,
                namespace,
                name,
                version,
                distro,
                Optional.of(new Source(sourceName, sourceVersion)),
                licences,
                path,
                layer);
    }

    public Component licensed(List<String> under) {
        return new Component(ecosystem, namespace, name, version, distro, source, under, path, layer);
    }

    public Component at(String file) {
        return new Component(ecosystem, namespace, name, version, distro, source, licences, Optional.of(file), layer);
    }

    public Component broughtBy(Layer bringer) {
        return new Component(ecosystem, namespace, name, version, distro, source, licences, path, Optional.of(bringer));
    }

    /**
     * The name as the ecosystem's people and its advisories write it: {@code group:artifact} in Maven, {@code @scope/name}
     * in npm, {@code vendor/name} in Composer, the whole module path in Go; the bare name elsewhere.
     */
    public String fullName() {
        return switch (ecosystem) {
            case MAVEN -> namespace.map(group -> group + ":" + name).orElse(name);
            case NPM, COMPOSER, GOLANG ->
                namespace.map(before -> before + "/" + name).orElse(name);
            case DEB, APK, RPM, PYPI, CARGO, GEM, NUGET, GENERIC -> name;
        };
    }

    /**
     * The package URL, by the purl specification: {@code pkg:deb/debian/libc6@2.36-9?distro=debian-12}. One of Maven has a
     * group: an archive whose group nobody wrote down is {@code pkg:generic}.
     */
    public String purl() {
        try {
            PackageURLBuilder builder = PackageURLBuilder.aPackageURL()
                    .withType(ecosystem == Ecosystem.MAVEN && namespace.isEmpty() ? "generic" : ecosystem.purlType())
                    .withName(name);
            namespace.ifPresent(builder::withNamespace);
            if (!version.isEmpty()) {
                builder.withVersion(version);
            }
            distro.ifPresent(release -> builder.withQualifier(
                    "distro", release.version().isEmpty() ? release.id() : release.id() + "-" + release.version()));
            PackageURL url = builder.build();
            return url.canonicalize();
        } catch (MalformedPackageURLException e) {
            throw new IllegalStateException("not a package URL: " + ecosystem + " " + fullName(), e);
        }
    }
}
