import dev.millwright.docker.failure.Diagnosis;
import dev.millwright.docker.failure.Surroundings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * Times the diagnosis of a failed build's log: DockerFailure.java ROUNDS, with the Docker server's classes on the class
 * path. Prints milliseconds, and those of a processor, for logs of 5,000 lines that know their cause at the end, in the middle, and not at all, in
 * the forms of both builders.
 */
public final class DockerFailure {
    private static final int LINES = 5_000;

    private static final String[] OTHERS = {
        "Get:%d http://deb.debian.org/debian bookworm/main amd64 libxml2 amd64 2.9.14+dfsg-1.3 [687 kB]",
        "Unpacking libssl3:amd64 (3.0.%d-1~deb12u2) over (3.0.11-1~deb12u1) ...",
        "npm WARN deprecated request@2.88.%d: request has been deprecated, see issue 3142",
        "gcc -O2 -fPIC -Wall -c src/module_%d.c -o build/module.o",
        "src/module_%d.c:12:5: warning: unused variable 'error' [-Wunused-variable]",
        "  CC       lib/file-%d.lo",
        "Downloading https://files.pythonhosted.org/packages/ab/numpy-1.26.%d-cp312.whl (18.3 MB)",
        "added %d packages, and audited 1280 packages in 41s, 0 errors, nothing failed"
    };

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        String cause = "E: Unable to locate package python-pip";
        for (String form : new String[] {"buildkit", "legacy"}) {
            measure(form + ", cause at the end", log(form, cause, LINES - 3), rounds);
            measure(form + ", cause in the middle", log(form, cause, LINES / 2), rounds);
            measure(form + ", no known cause", log(form, "the flux capacitor stopped", LINES - 3), rounds);
        }
    }

    private static String log(String form, String cause, int at) {
        boolean legacy = form.equals("legacy");
        StringBuilder log = new StringBuilder(legacy ? "Step 2/2 : RUN make\n ---> Running in 0123456789ab\n" : "#5 [2/2] RUN make\n");
        for (int i = 0; i < LINES; i++) {
            String line = i == at ? cause : OTHERS[i % OTHERS.length].formatted(i);
            log.append(legacy ? "" : "#5 %d.%03d ".formatted(i / 100, i % 1000)).append(line).append('\n');
        }
        return log.append(legacy
                        ? "The command '/bin/sh -c make' returned a non-zero code: 100\n"
                        : "#5 ERROR: process \"/bin/sh -c make\" did not complete successfully: exit code: 100\n")
                .toString();
    }

    private static void measure(String what, String log, int rounds) {
        String kind = "";
        for (int i = 0; i < 3 * rounds; i++) {
            kind = Diagnosis.of(log, Surroundings.none()).kind().name();
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] times = new double[rounds];
        double[] works = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            long work = threads.getCurrentThreadCpuTime();
            Diagnosis.of(log, Surroundings.none());
            works[i] = (threads.getCurrentThreadCpuTime() - work) / 1e6;
            times[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(times);
        Arrays.sort(works);
        System.out.printf(
                "%-32s %-12s p50 %6.2f ms, p95 %6.2f ms, of a processor %6.2f ms%n",
                what, kind, times[rounds / 2], times[rounds * 95 / 100], works[rounds / 2]);
    }
}
