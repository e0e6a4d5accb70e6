package dev.millwright.docker.failure;

import static dev.millwright.docker.failure.FailureClass.BUNDLER;
import static dev.millwright.docker.failure.FailureClass.COMPOSER;
import static dev.millwright.docker.failure.FailureClass.DOTNET;
import static dev.millwright.docker.failure.FailureClass.ELIXIR;
import static dev.millwright.docker.failure.FailureClass.GO_COMPILE;
import static dev.millwright.docker.failure.FailureClass.GO_MOD;
import static dev.millwright.docker.failure.FailureClass.GO_MODSUM;
import static dev.millwright.docker.failure.FailureClass.GO_VERSION;
import static dev.millwright.docker.failure.FailureClass.HASKELL;
import static dev.millwright.docker.failure.FailureClass.JULIA;
import static dev.millwright.docker.failure.FailureClass.MAVEN_501;
import static dev.millwright.docker.failure.FailureClass.MAVEN_BUILD;
import static dev.millwright.docker.failure.FailureClass.MAVEN_DEP;
import static dev.millwright.docker.failure.FailureClass.OOM;
import static dev.millwright.docker.failure.FailureClass.PERL;
import static dev.millwright.docker.failure.FailureClass.R;
import static dev.millwright.docker.failure.FailureClass.RUBY_VERSION;
import static dev.millwright.docker.failure.FailureClass.RUST;
import static dev.millwright.docker.failure.Signature.on;
import static dev.millwright.docker.failure.Signature.weak;

import java.util.List;

/** What the tools of other languages say. */
final class LanguageSignatures {
    static final List<Signature> ALL = List.of(
            on(RUBY_VERSION, "gemfile specified", "Your Ruby version is ([0-9.]+\\S*), but your Gemfile specified"),
            on(RUBY_VERSION, "requires ruby version", "(\\S+) requires Ruby version ([><=~0-9., ]+)"),
            on(RUBY_VERSION, "required ruby", "(?i)required_?ruby_?version"),
            on(
                    RUBY_VERSION,
                    "which is incompatible with the current version, ruby",
                    "requires ruby version (.*), which is incompatible with the current version"),
            on(BUNDLER, "could not locate gemfile"),
            on(BUNDLER, "native extension", "(?i)failed to build gem native extension"),
            on(BUNDLER, "an error occurred while installing", "An error occurred while installing (\\S+)"),
            on(BUNDLER, "could not find 'bundler'", "[Cc]ould not find '?(bundler)'? \\(([0-9.]+)\\)"),
            on(BUNDLER, "cannot load such file", "cannot load such file -- (\\S+)"),
            on(BUNDLER, "extconf.rb failed"),
            on(BUNDLER, "with executable", "can't find gem (\\S+) \\([^)]*\\) with executable"),
            on(BUNDLER, "requires a gemfile.lock"),
            on(BUNDLER, "bundler (", "find(?:_spec_for_exe|ing)?.*bundler \\(([0-9.]+)\\)"),
            on(BUNDLER, "could not find gem", "Could not find (?:gem|compatible versions for gem) '?\"?([\\w-]+)"),
            on(
                    BUNDLER,
                    "could not find",
                    "Could not find (\\S+-[0-9.]+\\S*) in (?:any of the sources|locally installed gems)"),
            on(BUNDLER, "your bundle only supports platforms", "Your bundle only supports platforms (.*) but"),
            on(BUNDLER, "deployment mode", "(?:frozen|deployment mode).*Gemfile"),
            on(BUNDLER, "bundler::gemnotfound"),
            on(GO_VERSION, "requires go >=", "requires go >= ([0-9.]+\\w*)"),
            on(GO_VERSION, "is not in std", "package (\\S+) is not in (?:std|GOROOT)"),
            on(GO_VERSION, "is not in goroot", "package (\\S+) is not in GOROOT"),
            on(GO_VERSION, "module requires go", "module requires Go ([0-9.]+)"),
            on(GO_VERSION, "invalid go version", "invalid go version '([^']+)'"),
            on(GO_VERSION, "unknown directive: toolchain", "unknown (directive): toolchain"),
            on(GO_MODSUM, "missing go.sum entry"),
            on(GO_MODSUM, "checksum mismatch", "verifying (\\S+): checksum mismatch|go.*checksum mismatch"),
            on(GO_MODSUM, "updates to go.sum needed"),
            on(GO_MODSUM, "updates to go.mod needed"),
            on(GO_MOD, "cannot find package", "cannot find package \"?([^\" ]+)\"?"),
            on(GO_MOD, "go.mod file not found"),
            on(GO_MOD, "cannot find main module"),
            on(GO_MOD, "no required module provides package", "no required module provides package ([^ ;]+)"),
            on(GO_MOD, "cannot find module providing package", "cannot find module providing package (\\S+)"),
            on(GO_MOD, "is not a package in", "(?:path|directory) (\\S+) is not a package in"),
            on(GO_MOD, "outside main module", "(?:path|directory) (\\S+) outside (?:main|available) module"),
            on(GO_MOD, "no go files in", "no Go files in (\\S+)"),
            on(GO_MOD, "go: errors parsing go.mod"),
            on(GO_MOD, "invalid version: unknown revision", "^go: (\\S+): invalid version: unknown revision"),
            on(GO_MOD, "module declares its path as", "module declares its path as: (\\S+)"),
            on(GO_MOD, "ambiguous import", "ambiguous import: found package (\\S+)"),
            on(GO_MOD, "malformed module path", "malformed module path \"([^\"]+)\""),
            on(GO_MOD, "cannot find module", "cannot find module (?:for path )?(\\S+)"),
            weak(GO_MOD, "go: ", "^go: (\\S+@\\S+: .*|cannot .*|error .*|module .*)"),
            on(GO_MOD, "inconsistent vendoring"),
            on(GO_MOD, "unrecognized import path", "unrecognized import path \"([^\"]+)\""),
            on(GO_COMPILE, "cgo: c compiler", "cgo: C compiler \"([^\"]+)\" not found"),
            on(GO_COMPILE, ".go:", "^(?:vet: |#? ?)?(\\S+\\.go:\\d+(?::\\d+)?: .*)"),
            on(GO_COMPILE, "not found in $path", "exec: \"(gcc|cc|clang)\": executable file not found in \\$PATH"),
            on(RUST, "could not compile", "could not compile `([^`]+)`"),
            on(RUST, "requires rustc", "requires rustc ([0-9.]+)"),
            on(RUST, "linker `", "linker `([^`]+)` not found"),
            on(RUST, "failed to select a version for", "failed to select a version for(?: the requirement)? `([^`]+)`"),
            on(RUST, "failed to run custom build command for", "failed to run custom build command for `([^`]+)`"),
            on(RUST, "lock file version", "lock file version `?([0-9]+)`?.*(?:requires|not understood)"),
            on(RUST, "could not find `cargo.toml`"),
            on(RUST, "error[e", "^error\\[E\\d{4}\\]: (.*)"),
            on(RUST, "no matching package", "no matching package (?:named `([^`]+)`)?"),
            on(RUST, "rustup could not choose"),
            on(RUST, "is not supported by the following package"),
            on(RUST, "failed to compile `", "failed to compile `([^`]+)`"),
            on(RUST, "failed to parse manifest at", "failed to parse manifest at `([^`]+)`"),
            on(RUST, "failed to load manifest for", "failed to load manifest for (?:workspace member `([^`]+)`)?"),
            on(RUST, "edition", "feature `(edition\\d+)` is required"),
            on(RUST, "target may not be installed", "the `([^`]+)` target may not be installed"),
            on(RUST, "the lock file", "the lock file (\\S+) needs to be updated but --(?:locked|frozen)"),
            on(COMPOSER, "installable set of packages"),
            on(COMPOSER, "requires ext-", "requires (ext-[a-z0-9_]+)"),
            on(COMPOSER, "requires php", "requires php (\\S+)"),
            on(COMPOSER, "could not find package", "Could not find package ([\\w./-]+)"),
            on(COMPOSER, "composer could not find a composer.json", "Composer could not find a (composer\\.json)"),
            on(COMPOSER, "composer detected issues in your platform"),
            on(COMPOSER, "the lock file is not up to date", "lock file is not up to date with .*composer\\.json"),
            on(
                    COMPOSER,
                    "returned with error code",
                    "Script (.*) (?:handling the \\S+ event )?returned with error code"),
            on(COMPOSER, "php fatal error", "PHP Fatal error: +(.*)"),
            on(COMPOSER, "could not authenticate against", "Could not authenticate against (\\S+)"),
            on(COMPOSER, "could not scan for classes", "Could not scan for classes inside \"([^\"]+)\""),
            on(COMPOSER, "/usr/src/php/ext/", "/usr/src/php/ext/(\\S+) does not exist"),
            on(COMPOSER, "unzip", "(?:zip extension and|ext-zip|zip extension).*(unzip).*(?:missing|not found|both)"),
            on(MAVEN_501, "501 https required"),
            on(MAVEN_501, "blocked mirror for repositories", "Blocked mirror for repositories: \\[(.*)"),
            on(MAVEN_DEP, "could not resolve dependencies for", "Could not resolve dependencies for project (\\S+)"),
            on(MAVEN_DEP, "could not find artifact", "Could not find artifact (\\S+)"),
            on(MAVEN_DEP, "could not transfer artifact", "Could not transfer artifact (\\S+)"),
            on(
                    MAVEN_DEP,
                    "could not resolve all",
                    "Could not resolve all (?:files|dependencies|artifacts|task dependencies) for"),
            on(MAVEN_DEP, "resolutionexception", "/MAVEN/(?:Dependency|Plugin|PluginVersion)ResolutionException"),
            on(MAVEN_DEP, "received status code", "Could not (?:GET|HEAD) '([^']+)'\\. Received status code"),
            on(MAVEN_DEP, "could not resolve", "> Could not resolve (\\S+:\\S+:\\S+?)\\.?$"),
            on(MAVEN_DEP, "could not find", "> Could not find (\\S+:\\S+:\\S+?)\\.?$"),
            on(MAVEN_DEP, "bintray", "(https?://\\S*bintray\\.com\\S*)"),
            on(MAVEN_DEP, "non-resolvable parent pom", "Non-resolvable parent POM(?: for (\\S+))?"),
            on(MAVEN_DEP, "plugin", "Plugin (\\S+:\\S+) or one of its dependencies could not be resolved"),
            on(MAVEN_DEP, "plugin", "Plugin \\[id: '([^']+)'.*was not found"),
            on(MAVEN_DEP, "unknown host", "Unknown host (\\S*(?:maven|repo|jcenter|gradle)\\S*)"),
            on(MAVEN_DEP, "services.gradle.org", "(?:UnknownHost|Timeout|Exception).*services\\.gradle\\.org"),
            on(MAVEN_BUILD, "invalid target release", "invalid (?:target|source) release: (\\S+)"),
            on(MAVEN_BUILD, "invalid source release", "invalid source release: (\\S+)"),
            on(MAVEN_BUILD, "release version", "release version (\\d+) not supported"),
            on(MAVEN_BUILD, "source option", "[Ss]ource option (\\d+) is no longer supported"),
            on(MAVEN_BUILD, "unsupported class file major version", "(?i)unsupported class file major version (\\d+)"),
            on(MAVEN_BUILD, "unsupportedclassversionerror"),
            on(MAVEN_BUILD, "class file version", "class file version (\\d+)"),
            on(MAVEN_BUILD, "compilation error", "COMPILATION ERROR"),
            on(MAVEN_BUILD, "compilation failed", "Compilation failed; see the compiler"),
            on(MAVEN_BUILD, "no compiler is provided in this environment"),
            on(
                    MAVEN_BUILD,
                    "java_home",
                    "(?i)JAVA_HOME (?:is not set|environment variable is not defined|is set to an invalid)"),
            on(MAVEN_BUILD, "there is no pom in this directory"),
            on(MAVEN_BUILD, ".java:", "\\.java:(?:\\d+: error: (.*)|\\[\\d+,\\d+\\] (.*))"),
            on(MAVEN_BUILD, ".kt:", "^e: .*\\.kts?:\\S* (.*)"),
            on(MAVEN_BUILD, "could not find or load main class", "Could not find or load main class (\\S+)"),
            on(OOM, "daemon disappeared unexpectedly"),
            weak(MAVEN_BUILD, "build failed with an exception", "Build failed with an exception"),
            weak(MAVEN_BUILD, "exception in thread", "Exception in thread \"main\" (\\S+)"),
            on(MAVEN_BUILD, "gradlewrappermain"),
            on(MAVEN_BUILD, "not found in root project", "Task '([^']+)' not found in root project"),
            on(
                    MAVEN_BUILD,
                    "does not provide the required capabilities",
                    "toolchain.*does not provide the required capabilities"),
            weak(MAVEN_BUILD, "failed to execute goal", "Failed to execute goal (\\S+)"),
            weak(MAVEN_BUILD, "execution failed for task", "Execution failed for task '([^']+)'"),
            on(DOTNET, "nu1", "error (NU1\\d{3})"),
            on(DOTNET, "netsdk1", "error (NETSDK1\\d{3})"),
            on(DOTNET, "msb", "error (MSB(?:[0-24-9]\\d{3}|3[1-9]\\d\\d|30[0-689]\\d|307[0-24-9]))"),
            weak(DOTNET, "msb3073", "error (MSB3073)"),
            on(DOTNET, "error cs", "error (CS\\d{4}): "),
            on(
                    DOTNET,
                    "a compatible .net",
                    "(?i)a compatible (?:installed )?\\.NET(?: Core)? SDK (?:for global\\.json version: \\[([^\\]]+)\\])?.*not found"),
            on(DOTNET, "requested sdk version", "Requested SDK version: (\\S+)"),
            on(
                    DOTNET,
                    "framework 'microsoft.netcore.app'",
                    "Framework: '?Microsoft\\.NETCore\\.App'?, version '?([0-9.]+)"),
            on(DOTNET, "it was not possible to find any installed .net"),
            on(ELIXIR, "** (mix)", "\\*\\* \\(Mix\\) ([^C].*|C[^o].*|Could.*|Co[^mu].*)"),
            weak(ELIXIR, "** (mix) command", "\\*\\* \\(Mix\\) Command (.*)"),
            on(
                    ELIXIR,
                    "** (",
                    "\\*\\* \\((?:CompileError|UndefinedFunctionError|Code\\.LoadError|File\\.Error|RuntimeError|ArgumentError|Hex\\S*)\\) (.*)"),
            on(ELIXIR, "could not compile dependency", "could not compile dependency :(\\w+)"),
            on(ELIXIR, "could not find hex"),
            on(HASKELL, "cabal: ", "^[Cc]abal(?:-\\S+)?: (.*)"),
            on(
                    HASKELL,
                    "could not resolve dependencies:",
                    "^(?:Error: cabal: |cabal: )?Could not resolve dependencies:"),
            on(
                    HASKELL,
                    "stack",
                    "(?:S-\\d{3,4}\\]|While building package ([\\w-]+)|No setup information found for ghc-([0-9.]+))"),
            on(HASKELL, "while building package", "While building package ([\\w-]+)"),
            on(HASKELL, ".hs:", "^\\S+\\.hs:\\d+:\\d+: error"),
            on(HASKELL, "no setup information found for", "No setup information found for (\\S+)"),
            on(R, "installation of package", "installation of package ['‘](\\S+)['’] had non-zero exit status"),
            on(R, "there is no package called", "there is no package called ['‘]([^'’]+)['’]"),
            on(R, "is not available for this version of r", "package ['‘]([^'’]+)['’] is not available"),
            on(R, "is not available (for r version", "package ['‘]([^'’]+)['’] is not available"),
            on(
                    R,
                    "is not available for package",
                    "dependenc(?:y|ies) ['‘](\\S+)['’].* (?:is|are) not available for package"),
            on(R, "error in library(", "Error in library\\(\"?(\\w+)"),
            on(R, "configuration failed for package", "configuration failed for package ['‘]([^'’]+)['’]"),
            on(JULIA, "error: loaderror", "ERROR: LoadError: (.*)"),
            on(
                    JULIA,
                    "unsatisfiable requirements detected for package",
                    "Unsatisfiable requirements detected for package (\\S+)"),
            on(JULIA, "not found in current path", "Package (\\S+) not found in current path"),
            on(JULIA, "error building `", "Error building `([^`]+)`"),
            on(JULIA, "the following package names could not be resolved"),
            on(PERL, "in @inc", "Can't locate (\\S+) in @INC"),
            on(
                    PERL,
                    "! installing",
                    "! (?:Installing|Configure|Testing) (?:the dependencies failed|\\S+ failed|failed).*"),
            on(PERL, "couldn't find module or a distribution", "! Couldn't find module or a distribution (\\S+)"),
            on(PERL, "! finding", "! Finding (\\S+) .*failed"),
            on(PERL, "bail out", "^! .*Bailing out"),
            on(PERL, "perl", "Perl v?([0-9.]+) required--this is only"));

    private LanguageSignatures() {}
}
