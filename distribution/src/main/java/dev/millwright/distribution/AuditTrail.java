package dev.millwright.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.audit.AuditVerifier;
import dev.millwright.json.Json;
import dev.millwright.server.Assembly;
import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.command.Common;
import dev.millwright.server.command.ExitCode;
import dev.millwright.server.command.Line;
import dev.millwright.server.command.Terminal;
import dev.millwright.server.command.Verb;
import java.util.List;

/** {@code audit verify|tail}: what was called, and whether anyone has altered the record of it. */
final class AuditTrail {
    private static final Flag LINES =
            new Flag("--lines", Common.NUMBER, "", false, "How many events to show; default: 20.");

    private static final Flag JSON =
            new Flag("--json", "", "", false, "Whole events as they are in the log, one JSON line each.");

    private AuditTrail() {}

    static Verb verb(List<McpServer<?, ?>> servers) {
        List<Flag> plain = Common.flags();
        List<Flag> tailing = Common.flags(LINES, JSON);
        return Verb.group(
                "audit",
                "Verify the audit log, or show its end.",
                List.of(
                        Verb.of(
                                "verify",
                                "Find any event that was altered, removed, inserted or moved; exit code 1 if there is.",
                                List.of(),
                                plain,
                                (line, terminal) -> Common.assembled(
                                        line,
                                        plain,
                                        terminal,
                                        servers,
                                        Millwright.VERSION,
                                        assembly -> verify(assembly, terminal))),
                        Verb.of(
                                "tail",
                                "Show the newest events, one line each.",
                                List.of(),
                                tailing,
                                (line, terminal) -> Common.assembled(
                                        line,
                                        tailing,
                                        terminal,
                                        servers,
                                        Millwright.VERSION,
                                        assembly -> tail(verifier(assembly), line, terminal)))));
    }

    private static AuditVerifier verifier(Assembly assembly) {
        return new AuditVerifier(assembly.data().resolve("audit"));
    }

    private static int tail(AuditVerifier verifier, Line line, Terminal terminal) {
        int count = Common.number(line, LINES, 20, 1, 100_000);
        boolean json = line.has(JSON.option());
        verifier.tail(count).forEach(event -> terminal.out().println(json ? Json.write(event) : row(event)));
        return ExitCode.OK;
    }

    private static String row(JsonNode event) {
        String time = event.path("time").asText();
        String note = event.path("note").asText();
        return "%s %-14s %-8s %-28s %8.1f ms  %s@%s%s"
                .formatted(
                        time.substring(0, Math.min(19, time.length())),
                        event.path("outcome").asText(),
                        event.path("effect").asText("-"),
                        event.path("server").asText() + "." + event.path("tool").asText(),
                        event.path("durationMicros").asLong() / 1000.0,
                        event.path("caller").asText(),
                        event.path("tenant").asText(),
                        note.isEmpty() ? "" : "  (" + note + ")")
                .replaceAll("\\p{Cntrl}", "?");
    }

    private static int verify(Assembly assembly, Terminal terminal) {
        AuditVerifier.Report report = verifier(assembly).verify();
        for (AuditVerifier.Finding finding : report.findings()) {
            terminal.out().println("%s:%d: %s".formatted(finding.file(), finding.line(), finding.what()));
        }
        terminal.out()
                .println("%s: %d events in %d files in %s"
                        .formatted(
                                report.intact() ? "intact" : "ALTERED",
                                report.events(),
                                report.files(),
                                assembly.data().resolve("audit")));
        return report.intact() ? ExitCode.OK : ExitCode.FAILED;
    }
}
