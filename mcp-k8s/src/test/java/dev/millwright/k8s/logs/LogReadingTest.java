package dev.millwright.k8s.logs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogReadingTest {
    private static String quote(String log) {
        return LogReading.of(log).first().map(Failure::quote).orElse("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PrismaClientInitializationError: Prisma Client could not locate the Query Engine for runtime linux-musl-openssl-3.0.x.",
                "Exception in thread main java.lang.IllegalStateException: DATABASE_URL is not set",
                "Error: connect ECONNREFUSED 10.96.0.12:5432",
                "Error: Cannot find module 'express'",
                "panic: runtime error: invalid memory address or nil pointer dereference",
                "FATAL:  password authentication failed for user \"app\"",
                "ERROR: relation users already exists",
                "ValueError: bad row 17",
                "Access denied for user 'app'@'10.0.0.1' (using password: YES)",
                "/entrypoint.sh: line 3: node: command not found",
                "config.rb:3:in `load': no config (RuntimeError)",
                "PHP Fatal error:  Uncaught RuntimeException: no config in /app/index.php:3",
                "Unhandled exception. System.InvalidOperationException: no config",
                "thread 'main' panicked at src/main.rs:2:5:",
                "nginx: [emerg] host not found in upstream \"api\" in /etc/nginx/nginx.conf:3",
                "E1120 14:28:53.123456       1 main.go:12] failed to acquire lease"
            })
    void quotesTheLineAPersonWouldQuote(String line) {
        assertThat(quote("INFO starting\nWARN Error: cache is cold, going on\nDEBUG 0 errors\n" + line + "\nbye\n"))
                .isNotEmpty()
                .satisfies(quote -> assertThat(line).contains(quote));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INFO finished with 0 errors",
                "no errors found",
                "errors: 0, failed: 0",
                "build done, error=null",
                "WARN connection refused, retrying",
                "INFO handling error page template",
                "  at com.acme.Orders.main(Orders.java:42)",
                "error_log /dev/stderr configured: {\"errors\":0}",
                "registered handler errorHandler",
                "listening on 8080"
            })
    void quotesNoLineThatTellsOfNoError(String line) {
        assertThat(quote(line + "\n")).isEmpty();
    }

    @Test
    void prefersWhatEndsTheProgramToWhatItLivesWith() {
        assertThat(
                        quote(
                                "ERROR cache: connection refused\nERROR cache: connection refused\npanic: no config\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:3 +0x1d\n"))
                .isEqualTo("panic: no config");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java | Exception in thread \"main\" java.lang.IllegalStateException: no url~\tat com.acme.Orders.open(Orders.java:42)~\tat com.acme.Orders.main(Orders.java:7)~Caused by: java.io.IOException: gone~\t... 2 more | Exception in thread \"main\" java.lang.IllegalStateException: no url",
                "node | /app/index.js:3~throw new Error(\"x\")~^~~Error: no url~    at Object.<anonymous> (/app/index.js:3:9)~    at node:internal/main/run_main_module:23:47 | Error: no url",
                "dotnet | Unhandled exception. System.InvalidOperationException: no url~   at Shop.Program.Main(String[] args) in /src/Program.cs:line 12 | Unhandled exception. System.InvalidOperationException: no url",
                "python | Traceback (most recent call last):~  File \"/app/main.py\", line 3, in <module>~    main()~  File \"/app/main.py\", line 1, in main~    raise KeyError('URL')~KeyError: 'URL' | KeyError: 'URL'",
                "go | panic: no url~~goroutine 1 [running]:~main.main()~\t/app/main.go:3 +0x1d~exit status 2 | panic: no url",
                "ruby | main.rb:1:in 'open': no url (ArgumentError)~\tfrom main.rb:5:in 'main'~\tfrom main.rb:9:in '<main>' | main.rb:1:in 'open': no url (ArgumentError)",
                "php | PHP Fatal error:  Uncaught RuntimeException: no url in /app/index.php:3~Stack trace:~#0 /app/index.php(9): open()~#1 {main}~  thrown in /app/index.php on line 3 | PHP Fatal error:  Uncaught RuntimeException: no url in /app/index.php:3",
                "rust | thread 'main' panicked at src/main.rs:2:5:~no url~note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace | thread 'main' panicked at src/main.rs:2:5: no url"
            })
    void foldsStackTracesOfEveryLanguage(String language, String trace, String headline) {
        String text = trace.replace('~', '\n') + "\n";
        LogReading reading = LogReading.of("INFO start\n" + text + "INFO again\n" + text);

        assertThat(reading.traces()).singleElement().satisfies(each -> {
            assertThat(each.language()).isEqualTo(language);
            assertThat(each.headline()).isEqualTo(headline);
            assertThat(each.count()).isEqualTo(2);
        });
        assertThat(reading.templates().stream().mapToLong(Template::count).sum() + reading.frames())
                .isEqualTo(reading.lines())
                .isEqualTo(text.lines().count() * 2 + 2);
    }

    @Test
    void namesTheInnermostCause() {
        assertThat(quote("""
                org.springframework.beans.BeanCreationException: Error creating bean
                \tat org.spring.A.b(A.java:1)
                Caused by: org.spring.Nested: nested
                \tat org.spring.C.d(C.java:2)
                Caused by: java.net.ConnectException: Connection refused
                \t... 9 more
                """))
                .contains("Error creating bean", "caused by: java.net.ConnectException: Connection refused")
                .doesNotContain("nested");
    }

    @Test
    void readsAStackThatAJsonLineCarries() {
        LogReading reading = LogReading.of("""
                {"level":"error","msg":"request failed","err":{"type":"TypeError","message":"x is undefined","stack":"TypeError: x is undefined\\n    at f (/app/a.js:1:2)\\n    at g (/app/b.js:3:4)"}}
                """);

        assertThat(reading.traces())
                .singleElement()
                .satisfies(each -> assertThat(each.frames()).hasSize(2));
        assertThat(reading.first().map(Failure::quote)).contains("request failed: TypeError: x is undefined");
    }

    @Test
    void tellsFirstAndLastErrorAndHowOften() {
        LogReading reading = new LogReading();
        for (int i = 10; i < 20; i++) {
            reading.add(
                    LogLine.of("2026-11-20T14:28:%dZ Error: connect ECONNREFUSED 10.0.0.%d:5432".formatted(i, i), true),
                    "web-a");
        }
        reading.add(LogLine.of("2026-11-20T14:29:00Z TypeError: x is not a function", true), "web-b");

        assertThat(reading.first()).hasValueSatisfying(each -> {
            assertThat(each.count()).isEqualTo(10);
            assertThat(each.where()).isEqualTo("web-a");
            assertThat(each.first().toString()).contains("14:28:10");
            assertThat(each.last().toString()).contains("14:28:19");
        });
        assertThat(reading.last().map(Failure::quote)).contains("TypeError: x is not a function");
    }

    @Test
    void takesTheKubeletsSentenceForNoLog() {
        assertThat(LogReading.of("unable to retrieve container logs for containerd://8def")
                        .lines())
                .isZero();
    }

    @Test
    void endsSoonOnLinesMadeToTakeLong() {
        for (String part : new String[] {"A", "(", "a.", "at ", "Error", "connect to ", "\"", "://x@", "- ", "[1m"}) {
            LogReading reading = LogReading.of((part.repeat(20_000) + "\n").repeat(20));

            assertThat(reading.lines()).isEqualTo(20);
        }
    }
}
