package dev.millwright.docker.sbom;

import java.util.Optional;

/** The world a package comes from: how it is named, how its versions compare, who publishes advisories for it. */
public enum Ecosystem {
    DEB("deb"),
    APK("apk"),
    RPM("rpm"),
    NPM("npm"),
    PYPI("pypi"),
    MAVEN("maven"),
    GOLANG("golang"),
    CARGO("cargo"),
    COMPOSER("composer"),
    GEM("gem"),
    NUGET("nuget"),
    GENERIC("generic");

    private final String purlType;

    Ecosystem(String purlType) {
        this.purlType = purlType;
    }

    /** The type in a package URL: {@code pkg:TYPE/…}. */
    public String purlType() {
        return purlType;
    }

    /** True for packages of the operating system, whose advisories depend on the distribution's release. */
    public boolean ofDistro() {
        return this == DEB || this == APK || this == RPM;
    }

    /** The ecosystem of a package URL's type, or empty for one we do not know. */
    public static Optional<Ecosystem> ofPurlType(String type) {
        for (Ecosystem one : values()) {
            if (one.purlType.equalsIgnoreCase(type)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
