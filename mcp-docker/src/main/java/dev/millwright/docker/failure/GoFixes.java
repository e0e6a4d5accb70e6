package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What mends builds of Go. */
final class GoFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.GO_VERSION, GoFixes::version),
            entry(FailureClass.GO_MOD, GoFixes::module),
            entry(FailureClass.GO_MODSUM, GoFixes::sum),
            entry(FailureClass.GO_COMPILE, GoFixes::compile));

    private GoFixes() {}

    private static void version(Proposals p) {
        String wanted = p.subjects().stream()
                .flatMap(each -> Rewrites.versionIn(each, 2).stream())
                .filter(each -> each.startsWith("1."))
                .findFirst()
                .orElse("1.24");
        p.from(
                        "go-version",
                        0.9,
                        "Use the Go that is asked for: golang:" + wanted + ".",
                        Rewrites.version(List.of("golang"), wanted))
                .before("go-toolchain", 0.4, "Let Go fetch the toolchain a module names.", "ENV GOTOOLCHAIN=auto");
    }

    private static void module(Proposals p) {
        boolean none = p.says("go.mod file not found") || p.says("main module");
        p.before(
                        "go-mod-init",
                        none ? 0.55 : 0.15,
                        "Make a module: code before Go 1.16 had none.",
                        "RUN go mod init app && go mod tidy")
                .advise("copy-go-mod", none ? 0.5 : 0.2, "Copy go.mod and go.sum before this step, into WORKDIR.")
                .before(
                        "go-mod-tidy",
                        none ? 0.1 : 0.5,
                        "Bring go.mod up to date with the imports; better outside, and commit it.",
                        "RUN go mod tidy")
                .advise(
                        "go-import",
                        0.3,
                        "Check the import of " + p.subject("the package")
                                + "; a private module needs GOPRIVATE and credentials.");
    }

    private static void sum(Proposals p) {
        if (p.says("checksum mismatch")) {
            p.advise(
                    "go-verify",
                    0.6,
                    "Something else was downloaded than go.sum expects: check the module " + p.subject("")
                            + " and any proxy before trusting it.");
        }
        p.before(
                "go-mod-tidy",
                p.says("checksum mismatch") ? 0.2 : 0.8,
                "Write go.sum anew; better outside, and commit it.",
                "RUN go mod tidy");
        Optional<String> there = p.around().file("go.sum");
        if (there.isPresent() && p.says("missing go.sum entry")) {
            p.before(
                    "copy-go-sum",
                    0.82,
                    "The context has " + there.get() + ": copy it before this step.",
                    "COPY " + there.get() + " ./");
        } else {
            p.advise("copy-go-sum", 0.5, "Copy go.sum beside go.mod: COPY go.mod go.sum ./");
        }
    }

    private static void compile(Proposals p) {
        if (p.says("gcc") || p.says("cgo:")) {
            p.install(
                            "install-gcc",
                            0.7,
                            "cgo needs a C compiler.",
                            p.distribution() == Distribution.ALPINE ? "build-base" : "gcc libc6-dev")
                    .before("no-cgo", 0.6, "Build without cgo.", "ENV CGO_ENABLED=0");
        }
        p.advise("source-error", 0.4, "The code has an error: " + p.subject("see the evidence"));
    }
}
