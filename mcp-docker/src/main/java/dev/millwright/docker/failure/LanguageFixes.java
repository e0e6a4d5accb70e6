package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What mends builds of other languages. */
final class LanguageFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.RUBY_VERSION, LanguageFixes::ruby),
            entry(FailureClass.BUNDLER, LanguageFixes::bundler),
            entry(FailureClass.RUST, LanguageFixes::rust),
            entry(FailureClass.COMPOSER, LanguageFixes::composer),
            entry(FailureClass.DOTNET, LanguageFixes::dotnet),
            entry(FailureClass.ELIXIR, LanguageFixes::elixir),
            entry(FailureClass.HASKELL, LanguageFixes::haskell),
            entry(FailureClass.R, LanguageFixes::r),
            entry(FailureClass.JULIA, LanguageFixes::julia),
            entry(FailureClass.PERL, LanguageFixes::perl));

    /** PHP extensions that docker-php-ext-install builds only with a library's headers, and the package on Debian. */
    private static final Map<String, String> PHP_HEADERS = Map.of(
            "gd",
            "libpng-dev",
            "intl",
            "libicu-dev",
            "zip",
            "libzip-dev",
            "soap",
            "libxml2-dev",
            "gmp",
            "libgmp-dev",
            "pgsql",
            "libpq-dev",
            "pdo_pgsql",
            "libpq-dev",
            "xsl",
            "libxslt1-dev",
            "bz2",
            "libbz2-dev");

    private LanguageFixes() {}

    private static void ruby(Proposals p) {
        String wanted = p.step().lines().stream()
                .filter(line -> line.contains("Gemfile specified")
                        || line.contains("requires Ruby")
                        || line.contains("requires ruby"))
                .map(line -> line.replaceAll("(?i).*(?:specified|requires ruby version)", ""))
                .flatMap(line -> Rewrites.versionIn(line, 2).stream())
                .findFirst()
                .orElse("3.3");
        p.from(
                        "ruby-version",
                        0.85,
                        "Use the Ruby that is asked for: ruby:" + wanted + ".",
                        Rewrites.version(List.of("ruby"), wanted))
                .advise("gemfile-ruby", 0.3, "Or change the version in the Gemfile.");
    }

    private static void bundler(Proposals p) {
        if (p.says("native extension") || p.says("an error occurred while installing")) {
            String headers = headers(p);
            p.install("install-headers", 0.75, "Install what native gems are compiled with: " + headers + ".", headers);
        }
        Optional<String> version = p.step().lines().stream()
                .filter(line -> line.contains("bundler"))
                .flatMap(line -> Optional.of(line.replaceAll(".*bundler['\"]? \\(>?=? ?([0-9.]+).*", "$1")).stream())
                .filter(each -> each.matches("[0-9.]+"))
                .findFirst();
        version.ifPresent(each -> p.before(
                "bundler-version",
                0.85,
                "Install the bundler that the lock file names.",
                "RUN gem install bundler -v " + each));
        if (p.says("could not locate gemfile")) {
            p.before("copy-gemfile", 0.8, "Copy the Gemfile before it is read.", "COPY Gemfile Gemfile.lock ./");
        }
        if (p.says("platforms")) {
            p.before(
                    "bundle-platform",
                    0.8,
                    "Let the lock file know this platform.",
                    "RUN bundle lock --add-platform x86_64-linux");
        }
        p.advise(
                "gem-version",
                0.3,
                "Check that " + p.subject("the gem")
                        + " is in the lock file for this platform and its source can be reached.");
    }

    private static String headers(Proposals p) {
        Distribution on = p.distribution();
        String found = p.step().lines().stream()
                .skip(Math.max(0, p.step().lines().size() - 200))
                .flatMap(line -> Signatures.find(line, 0).stream())
                .filter(hit -> hit.kind() == FailureClass.CONF_MISSING || hit.kind() == FailureClass.PY_BUILD_EXT)
                .flatMap(hit -> Packages.header(hit.subject(), on).stream())
                .distinct()
                .reduce("", (one, other) -> one + " " + other);
        String gem = p.subjects().toString();
        String known = gem.contains("pg ") || gem.contains("pg]")
                ? Packages.header("libpq-fe.h", on).orElse("")
                : gem.contains("mysql2") ? Packages.header("mysql.h", on).orElse("") : "";
        return (Packages.program("gcc", on).orElse("gcc") + " " + (found.isBlank() ? known : found.strip())).strip();
    }

    private static void rust(Proposals p) {
        p.subjects().stream()
                .flatMap(each -> Rewrites.versionIn(each, 2).stream())
                .filter(each -> each.startsWith("1."))
                .findFirst()
                .ifPresent(wanted -> p.from(
                        "rust-version",
                        0.85,
                        "Use the Rust that is asked for: rust:" + wanted + ".",
                        Rewrites.version(List.of("rust"), wanted)));
        if (p.logHas("linker `")) {
            p.install(
                    "install-linker",
                    0.9,
                    "Install a C compiler, which links.",
                    Packages.program("cc", p.distribution()).orElse("gcc"));
        }
        if (p.logHas("openssl")) {
            p.install(
                    "install-headers",
                    0.8,
                    "Install what openssl-sys is compiled with.",
                    (Packages.program("pkg-config", p.distribution()).orElse("") + " "
                                    + Packages.header("OpenSSL", p.distribution())
                                            .orElse(""))
                            .strip());
        }
        if (p.logHas("lock file version") || p.logHas("edition20")) {
            p.from("rust-version", 0.8, "Use a newer Rust.", Rewrites.version(List.of("rust"), "1"));
        }
        p.advise(
                "source-error",
                0.4,
                "The compiler's first error above says why " + p.subject("the crate") + " does not compile.");
    }

    private static void composer(Proposals p) {
        List<String> extensions = p.subjects().stream()
                .filter(each -> each.startsWith("ext-"))
                .map(each -> each.substring(4))
                .toList();
        if (!extensions.isEmpty()) {
            String packages = extensions.stream()
                    .map(each -> PHP_HEADERS.getOrDefault(each, ""))
                    .filter(each -> !each.isEmpty())
                    .distinct()
                    .reduce("", (one, other) -> one + " " + other)
                    .strip();
            p.before(
                            "php-extension",
                            0.8,
                            "Build the missing extensions.",
                            (packages.isEmpty() || p.distribution() != Distribution.DEBIAN
                                            ? ""
                                            : Distribution.DEBIAN.install(packages) + "\n")
                                    + "RUN docker-php-ext-install " + String.join(" ", extensions))
                    .rewrite(
                            "ignore-platform",
                            0.4,
                            "Leave the extensions to the stage that runs the code.",
                            text -> text.replaceAll(
                                    "\\bcomposer (install|update)\\b", "composer $1 --ignore-platform-req=ext-*"));
        }
        p.subjects().stream()
                .filter(each -> !each.startsWith("ext-"))
                .flatMap(each -> Rewrites.versionIn(each, 2).stream())
                .findFirst()
                .ifPresent(wanted -> p.from(
                        "php-version",
                        0.7,
                        "Use the PHP that is asked for: php:" + wanted + ".",
                        Rewrites.version(List.of("php"), wanted)));
        if (p.says("unzip")) {
            p.install("install-program", 0.8, "Composer unpacks with unzip.", "unzip");
        }
        p.advise("composer-lock", 0.3, "Write composer.lock anew outside (composer update) and commit it.");
    }

    private static void dotnet(Proposals p) {
        String code = p.subject("");
        Optional<String> target = p.step().lines().stream()
                .filter(line -> line.contains("targeting .NET")
                        || line.contains("Requested SDK version")
                        || line.contains("global.json"))
                .flatMap(line ->
                        Rewrites.versionIn(line.replaceAll(".*(?:targeting \\.NET(?: Core)?|version:?)\\s*\\[?", ""), 2)
                                .stream())
                .findFirst();
        p.from(
                "sdk-version",
                code.startsWith("NETSDK") || target.isPresent() ? 0.85 : 0.2,
                "Use the SDK of the target framework"
                        + target.map(each -> ": " + each).orElse("") + ".",
                image -> target.map(
                                each -> Rewrites.version(List.of("sdk"), each).apply(image))
                        .orElse(image));
        if (code.equals("MSB1003") || code.equals("MSB1009")) {
            p.advise(
                    "project-path",
                    0.85,
                    "No project in this folder: set WORKDIR or name the .csproj, and copy it before.");
        } else if (code.startsWith("NU1")) {
            p.advise(
                    "nuget-source",
                    0.7,
                    "The package or version is in no source: check its name and nuget.config, which must be copied too.");
        }
        p.advise("source-error", 0.3, "The message of " + (code.isEmpty() ? "the first error" : code) + " says why.");
    }

    private static void elixir(Proposals p) {
        if (p.logHas("hex")) {
            p.before(
                    "install-hex",
                    0.75,
                    "Install Hex and Rebar.",
                    "RUN mix local.hex --force && mix local.rebar --force");
        }
        p.before("mix-deps", 0.4, "Fetch and compile the dependencies first.", "RUN mix deps.get && mix deps.compile")
                .from("elixir-version", 0.35, "Use a newer Elixir.", Rewrites.version(List.of("elixir"), "1.17"))
                .advise("source-error", 0.3, "mix says: " + p.subject("see the evidence"));
    }

    private static void haskell(Proposals p) {
        p.rewrite(
                        "cabal-update",
                        0.5,
                        "Fetch the package index first.",
                        text -> text.contains("cabal update")
                                ? text
                                : text.replaceFirst("\\bcabal (?:v2-)?(build|install)\\b", "cabal update && cabal $1"))
                .advise(
                        "ghc-version",
                        0.5,
                        "Use the GHC that the resolver or the bounds of base allow: haskell:9.6 and so on.")
                .advise("system-library", 0.3, "If a C library is missing, install its -dev package.");
    }

    private static void r(Proposals p) {
        Distribution on = p.distribution();
        String headers = p.step().lines().stream()
                .flatMap(line -> Signatures.find(line, 0).stream())
                .filter(hit -> hit.kind() == FailureClass.CONF_MISSING)
                .flatMap(hit -> Packages.header(hit.subject(), on).stream())
                .distinct()
                .reduce("", (one, other) -> one + " " + other)
                .strip();
        String names = headers.isEmpty() ? "libcurl4-openssl-dev libssl-dev libxml2-dev" : headers;
        p.install("install-headers", 0.7, "Install what R packages are compiled with: " + names + ".", names)
                .before(
                        "install-package",
                        p.says("no package called") ? 0.7 : 0.2,
                        "Install " + p.subject("it") + " first.",
                        "RUN Rscript -e \"install.packages('" + p.subject("remotes")
                                + "', repos='https://cloud.r-project.org')\"")
                .from("r-version", 0.3, "Use a newer R.", Rewrites.version(List.of("r-base", "r-ver"), "4.4.2"));
    }

    private static void julia(Proposals p) {
        p.before(
                        "julia-add",
                        0.5,
                        "Add the package first.",
                        "RUN julia -e 'using Pkg; Pkg.add(\""
                                + p.subject("PACKAGE").replaceAll("\\W.*$", "") + "\")'")
                .advise(
                        "julia-manifest",
                        0.4,
                        "Write Manifest.toml anew with the image's Julia, or use the Julia it was written with.")
                .advise("source-error", 0.3, "Julia says: " + p.subject("see the evidence"));
    }

    private static void perl(Proposals p) {
        String module = p.subject("MODULE")
                .replace('/', ':')
                .replace(":", "::")
                .replaceAll("\\.pm$", "")
                .replaceAll(":{3,}", "::");
        p.before("cpan-module", 0.7, "Install " + module + ".", "RUN cpanm --notest " + module)
                .install(
                        "build-tools",
                        0.4,
                        "Modules with C code need a compiler.",
                        Packages.program("gcc", p.distribution()).orElse("gcc"))
                .advise("perl-version", 0.2, "Use the Perl that is asked for.");
    }
}
