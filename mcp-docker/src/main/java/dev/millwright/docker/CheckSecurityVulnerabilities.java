package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.SecurityReport.Issue;
import dev.millwright.docker.SecurityReport.Row;
import dev.millwright.docker.posture.Finding;
import dev.millwright.docker.posture.Posture;
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
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds known vulnerabilities, secrets and bad configuration in an image, a container or a folder. */
final class CheckSecurityVulnerabilities
        implements Tool<CheckSecurityVulnerabilities.Input, CheckSecurityVulnerabilities.Output> {
    enum Scope {
        CVE,
        CONFIG,
        SECRETS,
        CIS
    }

    /** What packages are matched against. */
    enum Db {
        OFFLINE,
        API,
        NONE
    }

    record Input(
            @Doc("image:REF, container:NAME, path:PATH (folder, lock file, archive), or a name alone.")
            Optional<String> target,

            @Doc("") Optional<List<Scope>> scope,

            @Doc("") Optional<Db> db,

            @Doc(name = "only_fixed", value = "", orElse = "false")
            boolean onlyFixed,

            @Doc(name = "min_severity", value = "", orElse = "low")
            Severity minSeverity,

            @Doc("VEX file.") Optional<String> vex,

            @Doc(name = "sbom_out", value = "inline, or a .json file to write.")
            Optional<String> sbomOut,

            @Doc(name = "db_path", value = "OSV export to import first.")
            Optional<String> dbPath,

            @Doc(name = "api_endpoint", value = "", max = 300)
            Optional<String> apiEndpoint,

            @Flat Common common)
            implements Common.Taken {
        private static final String INLINE = "inline";

        Input {
            scope = scope.map(List::copyOf);
            if (target.isEmpty() && dbPath.isEmpty()) {
                throw new IllegalArgumentException(
                        "give /target, what is looked at, or /db_path alone, an export to import");
            } else if (target.isEmpty() && (sbomOut.isPresent() || vex.isPresent())) {
                throw new IllegalArgumentException("/sbom_out and /vex need a /target");
            } else if (apiEndpoint.isPresent()
                    && db.filter(each -> each != Db.API).isPresent()) {
                throw new IllegalArgumentException("/api_endpoint goes with /db api, got /db " + Json.name(db.get()));
            } else if (scope.filter(List::isEmpty).isPresent() && sbomOut.isEmpty()) {
                throw new IllegalArgumentException("/scope [] looks for nothing; it goes with /sbom_out only");
            }
        }

        boolean wants(Scope one) {
            return scope.map(some -> some.contains(one)).orElse(true);
        }

        boolean matches() {
            return wants(Scope.CVE) && !db.equals(Optional.of(Db.NONE));
        }

        Optional<String> sbomFile() {
            return sbomOut.filter(each -> !each.equals(INLINE));
        }

        KnownVulnerabilities.Source source() {
            return db.equals(Optional.of(Db.OFFLINE))
                    ? KnownVulnerabilities.Source.OFFLINE
                    : db.isPresent() || apiEndpoint.isPresent()
                            ? KnownVulnerabilities.Source.API
                            : KnownVulnerabilities.Source.ANY;
        }

        Examination.Wanted wanted() {
            return new Examination.Wanted(
                    wants(Scope.CVE) || sbomOut.isPresent(),
                    wants(Scope.SECRETS),
                    wants(Scope.CONFIG) || wants(Scope.CIS));
        }
    }

    /** @param newest when the youngest advisory was changed @param outdated advisories known to be younger elsewhere */
    record Database(String imported, Optional<String> newest, int advisories, int outdated) {}

    record Output(
            String summary,
            @Doc(name = "next_action", value = "") Optional<String> nextAction,
            Optional<Database> database,
            List<Row> vulnerabilities,
            List<Issue> findings,
            List<String> notes,
            Optional<ObjectNode> sbom) {}

    static final ToolSpec<Input, Output> SPEC = reads("check_security_vulnerabilities", Input.class, Output.class)
            .description("Known vulnerabilities, secrets in any layer, bad configuration and CIS checks.")
            .scopes("docker:read")
            .upTo(Effect.CHANGES, "docker:write");

    private static final int LARGEST_VEX = 20_000_000;
    private static final double MOST_FOR_VULNERABILITIES = 0.7;

    private final Examination examination;
    private final KnownVulnerabilities known;

    CheckSecurityVulnerabilities(Examination examination, KnownVulnerabilities known) {
        this.examination = examination;
        this.known = known;
    }

    /** An import replaces the database, a bill of materials may replace an earlier one. */
    @Override
    public Effect effectOf(Input input) {
        return input.dbPath().isPresent() || input.sbomFile().isPresent() ? Effect.CHANGES : Effect.READS;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        if (input.matches() && input.source() == KnownVulnerabilities.Source.API) {
            known.checkService(input.apiEndpoint());
        }
        Optional<BillFile> file =
                input.sbomFile().map(path -> named("/sbom_out", () -> examination.billFile(call, path)));
        Vex vex = input.vex()
                .map(path -> named("/vex", () -> Vex.read(path, examination.bytes(call, path, LARGEST_VEX))))
                .orElse(Vex.NONE);
        Optional<DatabaseInfo> fresh = input.dbPath()
                .map(path -> named(
                        "/db_path",
                        () -> known.replace(
                                call.tenant(),
                                examination.feed(call, path),
                                count -> call.progress(count, 0, count + " advisories"))));
        if (input.target().isEmpty()) {
            DatabaseInfo info = fresh.orElseThrow();
            return new Output(
                    "Imported " + info,
                    Optional.empty(),
                    Optional.of(told(info)),
                    List.of(),
                    List.of(),
                    List.of(),
                    Optional.empty());
        }
        Examined examined = examination.target(call, input.target().get(), input.wanted());
        Optional<ObjectNode> inline =
                input.sbomOut().filter(_ -> file.isEmpty()).map(_ -> examination.inline(call, examined));
        SecurityReport report = new SecurityReport(
                examined,
                input.minSeverity(),
                call.budget(),
                inline.map(Json::size).orElse(0));
        List<String> told = new ArrayList<>();
        List<Vulnerability> vulnerabilities = vulnerabilities(input, call, examined, vex, report, told);
        List<Finding> findings = findings(input, examined, report, told);
        if (file.isPresent()) {
            file.get().write(examination.bill(examined));
            told.add("bill of materials written to " + file.get().target().shown());
        }
        List<Row> rows = report.vulnerabilities(vulnerabilities, findings.isEmpty() ? 1 : MOST_FOR_VULNERABILITIES);
        List<Issue> issues = report.issues(findings, 1);
        return new Output(
                examined.name() + ": " + String.join("; ", told),
                NextAction.of(vulnerabilities, rows, issues, SecurityReport.isWorse(vulnerabilities, findings)),
                input.matches() && input.source() != KnownVulnerabilities.Source.API
                        ? known.info(call.tenant()).map(CheckSecurityVulnerabilities::told)
                        : Optional.empty(),
                rows,
                issues,
                report.notes(),
                inline);
    }

    /** Errors say which field they are about. */
    private static <T> T named(String field, Supplier<T> work) {
        try {
            return work.get();
        } catch (ToolException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(field) ? e : e.saying(field + ": " + message);
        }
    }

    private List<Vulnerability> vulnerabilities(
            Input input, Call call, Examined examined, Vex vex, SecurityReport report, List<String> told)
            throws InterruptedException {
        if (!input.wanted().packages()) {
            return List.of();
        }
        Sbom sbom = examined.sbom().orElseThrow();
        sbom.problems().stream().limit(5).forEach(each -> report.note(each.toString()));
        if (!input.matches()) {
            told.add(sbom.components().size() + " packages, not matched");
            return List.of();
        }
        Optional<Assessment> assessment = known.of(call.tenant(), input.source(), sbom.components(), vex, report::note);
        if (assessment.isEmpty()) {
            if (input.scope().equals(Optional.of(List.of(Scope.CVE)))) {
                throw ToolException.unavailable(KnownVulnerabilities.NOTHING);
            }
            told.add(sbom.components().size() + " packages, not matched");
            return List.of();
        }
        List<Vulnerability> found = assessment.get().found().stream()
                .filter(report.counts(input.onlyFixed()))
                .toList();
        told.add(SecurityReport.told(found, assessment.get(), sbom.components().size()));
        return found;
    }

    private static List<Finding> findings(Input input, Examined examined, SecurityReport report, List<String> told) {
        if (!input.wanted().contents()) {
            return List.of();
        } else if (examined.posture().isEmpty()) {
            report.note("of a folder and of lock files packages are told, no configuration and secrets;"
                    + " an image, a container or an archive has those");
            return List.of();
        }
        Posture posture = examined.posture().get();
        boolean config = input.wants(Scope.CONFIG);
        boolean secrets = input.wants(Scope.SECRETS);
        boolean cis = input.wants(Scope.CIS);
        List<Finding> findings = report.findings(posture, config, secrets, cis);
        told.add(SecurityReport.told(findings, posture, config, secrets, cis));
        if (cis) {
            report.untold(posture);
        }
        return findings;
    }

    private static Database told(DatabaseInfo info) {
        return new Database(
                info.imported().toString(), info.newest().map(Object::toString), info.advisories(), info.outdated());
    }
}
