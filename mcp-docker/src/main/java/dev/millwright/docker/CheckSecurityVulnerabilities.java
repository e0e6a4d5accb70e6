package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millwright.docker.SecurityReport.Issue;
import dev.millwright.docker.SecurityReport.Row;
import dev.millwright.docker.posture.Finding;
import dev.millwright.docker.posture.Severity;
import dev.millwright.docker.sbom.Sbom;
import dev.millwright.docker.vulnerability.Assessment;
import dev.millwright.docker.vulnerability.DatabaseInfo;
import dev.millwright.docker.vulnerability.KnownVulnerabilities;
import dev.millwright.docker.vulnerability.Vex;
import dev.millwright.docker.vulnerability.Vulnerability;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds known vulnerabilities, secrets and bad configuration in an image, a container or a folder. */
final class CheckSecurityVulnerabilities
        implements Tool<CheckSecurityVulnerabilities.Input, CheckSecurityVulnerabilities.Output> {
    enum Scope {
        CVE,
        CONFIG,
        SECRETS,
        CIS
    }

    record Input(
            Optional<String> image,
            Optional<String> container,
            @Doc("Folder, lock file, archive.") Optional<String> path,

            @Doc("") Optional<List<Scope>> scope,

            @Doc(name = "only_fixed", value = "", orElse = "false")
            boolean onlyFixed,

            @Doc(name = "min_severity", value = "", orElse = "low")
            Severity minSeverity,

            @Doc("VEX file.") Optional<String> vex,

            @Doc(value = "", orElse = "false") boolean sbom,

            @Doc(name = "db_path", value = "OSV export to import first.")
            Optional<String> dbPath,

            @Flat Common common)
            implements Common.Taken {
        Input {
            scope = scope.map(List::copyOf);
            if (targets(image, container, path) > 1 || targets(image, container, path) == 0 && dbPath.isEmpty()) {
                throw new IllegalArgumentException("give exactly one of image, container and path, or db_path alone");
            }
        }

        long targets() {
            return targets(image, container, path);
        }

        private static long targets(Optional<?>... given) {
            return Stream.of(given).filter(Optional::isPresent).count();
        }

        boolean wants(Scope one) {
            return scope.map(some -> some.contains(one)).orElse(true);
        }
    }

    /** @param newest when the youngest advisory was changed @param outdated advisories known to be younger elsewhere */
    record Database(String imported, Optional<String> newest, int advisories, int outdated) {}

    record Output(
            String summary,
            Optional<Database> database,
            List<Row> vulnerabilities,
            List<Issue> findings,
            List<String> notes,
            JsonNode sbom) {}

    static final ToolSpec<Input, Output> SPEC = reads("check_security_vulnerabilities", Input.class, Output.class)
            .description("Known vulnerabilities, secrets in any layer, bad configuration and CIS checks.")
            .scopes("docker:read");

    private static final int LARGEST_VEX = 20_000_000;
    private static final double MOST_FOR_VULNERABILITIES = 0.7;

    private final Examination examination;
    private final KnownVulnerabilities known;

    CheckSecurityVulnerabilities(Examination examination, KnownVulnerabilities known) {
        this.examination = examination;
        this.known = known;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Optional<DatabaseInfo> fresh = input.dbPath()
                .map(path -> known.replace(
                        call.tenant(),
                        examination.feed(call, path),
                        count -> call.progress(count, 0, count + " advisories")));
        if (input.targets() == 0) {
            DatabaseInfo info = fresh.orElseThrow();
            return new Output(
                    "Imported " + info, Optional.of(told(info)), List.of(), List.of(), List.of(), NullNode.instance);
        }
        Vex vex = input.vex()
                .map(path -> Vex.read(path, examination.bytes(call, path, LARGEST_VEX)))
                .orElse(Vex.NONE);
        boolean packages = input.wants(Scope.CVE) || input.sbom();
        Examined examined = input.image().isPresent()
                ? examination.image(call, input.image().get())
                : input.container().isPresent()
                        ? examination.container(call, input.container().get(), packages)
                        : examination.path(call, input.path().orElseThrow());
        JsonNode bill = input.sbom() ? examination.bill(call, examined) : NullNode.instance;
        SecurityReport report = new SecurityReport(examined, input.minSeverity(), call.budget(), Json.size(bill));
        List<String> told = new ArrayList<>();
        List<Vulnerability> vulnerabilities = List.of();
        if (input.wants(Scope.CVE)) {
            Sbom sbom = examined.sbom().orElseThrow();
            sbom.problems().stream().limit(5).forEach(each -> report.note(each.toString()));
            Optional<Assessment> assessment = known.of(call.tenant(), sbom.components(), vex, report::note);
            if (assessment.isPresent()) {
                vulnerabilities = assessment.get().found().stream()
                        .filter(report.counts(input.onlyFixed()))
                        .toList();
                told.add(SecurityReport.told(vulnerabilities, assessment.get()));
            } else if (input.scope().map(List::size).equals(Optional.of(1))) {
                throw ToolException.unavailable(KnownVulnerabilities.NOTHING);
            }
        }
        List<Finding> findings = examined.posture()
                .map(posture -> report.findings(
                        posture, input.wants(Scope.CONFIG), input.wants(Scope.SECRETS), input.wants(Scope.CIS)))
                .orElse(List.of());
        if (examined.posture().isPresent()
                && (input.wants(Scope.CONFIG) || input.wants(Scope.SECRETS) || input.wants(Scope.CIS))) {
            told.add(SecurityReport.told(findings, examined.posture().get(), input.wants(Scope.CIS)));
        }
        List<Row> rows = report.vulnerabilities(vulnerabilities, findings.isEmpty() ? 1 : MOST_FOR_VULNERABILITIES);
        return new Output(
                examined.name() + ": " + (told.isEmpty() ? "nothing was looked for" : String.join("; ", told)),
                known.info(call.tenant()).map(CheckSecurityVulnerabilities::told),
                rows,
                report.issues(findings, 1),
                report.notes(),
                bill);
    }

    private static Database told(DatabaseInfo info) {
        return new Database(
                info.imported().toString(), info.newest().map(Object::toString), info.advisories(), info.outdated());
    }
}
