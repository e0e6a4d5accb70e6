package dev.millwright.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A shell that ends the runs of a killed server, where no pid namespace ends with it: it reads from the server until
 * there is nobody to read from, then kills what is left in the server's control groups.
 */
final class Watchdog {
    private static final String SCRIPT = """
            prefix=$1; shift
            read -r _
            for folder in "$@"; do
              for group in "$folder/$prefix"*; do
                if [ -e "$group/pids.max" ]; then echo 0 >"$group/pids.max"; fi
                if [ -e "$group/cgroup.kill" ]; then echo 1 >"$group/cgroup.kill"; fi
              done
            done
            for folder in "$@"; do
              for group in "$folder/$prefix"*; do
                round=0
                while [ -e "$group" ] && [ $round -lt 200 ]; do
                  pids=$(cat "$group/cgroup.procs")
                  if [ -z "$pids" ]; then break; fi
                  kill -9 $pids
                  sleep 0.05
                  round=$((round + 1))
                done
              done
            done
            """;

    private Watchdog() {}

    /** Starts it in a session of its own. It ends with this process; until then the JDK keeps its input open. */
    static void watch(List<Path> parents) throws IOException {
        List<String> argv = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", SCRIPT, "sh", Lease.prefix()));
        parents.forEach(parent -> argv.add(parent.toString()));
        new ProcessBuilder(argv)
                .directory(Path.of("/").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
