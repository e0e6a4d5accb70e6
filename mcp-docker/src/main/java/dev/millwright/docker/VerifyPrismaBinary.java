package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.docker.prisma.Generator;
import dev.millwright.docker.prisma.NativeFiles;
import dev.millwright.docker.prisma.NativeModule;
import dev.millwright.docker.prisma.PrismaReport;
import dev.millwright.docker.prisma.PrismaVersion;
import dev.millwright.docker.prisma.Schemas;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Says whether Prisma's engines and other native modules run where they are. */
final class VerifyPrismaBinary implements Tool<VerifyPrismaBinary.Input, VerifyPrismaBinary.Output> {
    record Input(
            Optional<String> image,
            Optional<String> container,

            @Doc("Folder or archive.") Optional<String> path,

            @Doc(name = "schema_path", value = "") Optional<String> schemaPath,

            @Doc(name = "prisma_version", value = "") Optional<String> prismaVersion,

            @Doc(name = "scan_all_native", value = "", orElse = "false")
            boolean scanAllNative,

            @Flat Common common)
            implements Common.Taken {}

    record Output(
            String summary,
            boolean ok,
            Optional<String> prisma,
            @Doc(name = "expected_target", value = "") Optional<String> expectedTarget,
            List<Generator> generators,
            Optional<String> libssl,
            Optional<String> libc,
            List<String> problems,
            List<String> fixes,
            List<NativeModule> modules,
            Optional<String> more) {}

    static final ToolSpec<Input, Output> SPEC = reads("verify_prisma_binary", Input.class, Output.class)
            .description("Whether Prisma engines and native modules fit architecture, libc and OpenSSL; fixes.")
            .scopes("docker:read");

    private final FileSources sources;

    VerifyPrismaBinary(FileSources sources) {
        this.sources = sources;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Optional<PrismaVersion> version = input.prismaVersion()
                .map(text -> PrismaVersion.of(text)
                        .orElseThrow(() -> ToolException.invalidInput(
                                "/prisma_version must be a version as in 6.19.0, got \"" + text + "\"")));
        NativeFiles files = new NativeFiles(input.scanAllNative());
        FileSources.Found found =
                sources.read(call, new FileSources.Where(input.image(), input.container(), input.path()), files);
        PrismaReport report =
                PrismaReport.of(found.architecture(), found.tree(), files, version, generators(input, found, files));
        Shortened fitting = new Shortened(call.budget(), "max_output_chars");
        fitting.take(report.fixes(), "x".repeat(400));
        List<NativeModule> modules = report.modules().stream()
                .sorted(Comparator.comparing(
                                (NativeModule each) -> each.problems().isEmpty())
                        .thenComparing(each -> each.engine().isEmpty())
                        .thenComparing(NativeModule::path))
                .toList();
        return new Output(
                summary(found, report),
                report.problems().isEmpty(),
                report.prisma(),
                report.expectedTarget(),
                fitting.some("generators", report.generators(), input.common().most(20)),
                report.libssl(),
                report.libc(),
                fitting.some("problems", report.problems(), input.common().most(50)),
                report.fixes(),
                fitting.some("modules", modules, input.common().most(100)),
                fitting.more());
    }

    /** A relative path starts where the program does, else at the root; a folder's may begin with the folder itself. */
    private static List<Generator> generators(Input input, FileSources.Found found, NativeFiles files) {
        Schemas schemas = new Schemas(found.tree(), files);
        if (input.schemaPath().isEmpty()) {
            return schemas.usual();
        }
        String path = input.schemaPath().get();
        if (path.isBlank()) {
            throw ToolException.invalidInput("/schema_path must be a path as in prisma/schema.prisma, got \"\"");
        }
        String folder = input.path().orElse("") + "/";
        return path.startsWith(folder) && found.architecture().isEmpty()
                ? schemas.at(path.substring(folder.length()), List.of(""))
                : schemas.at(path, path.startsWith("/") ? List.of("") : List.of(found.workingFolder(), ""));
    }

    private static String summary(FileSources.Found found, PrismaReport report) {
        String system = "%s%s with %s, libssl %s"
                .formatted(
                        found.name(),
                        found.architecture().isEmpty() ? "" : " (" + found.architecture() + ")",
                        report.libc().orElse("no C library"),
                        report.libssl().orElse("not found"));
        String prisma = report.prisma()
                .map(each -> "Prisma " + each
                        + report.expectedTarget()
                                .map(target -> " picks " + target)
                                .orElse(""))
                .orElse("no Prisma");
        String verdict = report.problems().isEmpty()
                ? report.modules().isEmpty()
                        ? "no native module found"
                        : "all %d native modules fit".formatted(report.modules().size())
                : report.problems().size() == 1
                        ? report.problems().getFirst()
                        : "%d problems, first: %s"
                                .formatted(
                                        report.problems().size(),
                                        report.problems().getFirst());
        return "%s; %s: %s.".formatted(system, prisma, verdict);
    }
}
