package dev.millwright.sandbox;

import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The two shells between a confined thread and its command. The first joins the control groups by descriptors that were
 * opened before, and becomes another user where the server is root; the second sets limits and variables.
 *
 * @param env variables of the first shell; those of the command are under neutral names, since neither shell, nor what
 *     changes the user, must obey them
 */
record Handover(List<String> argv, List<String> env) {
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private static final String JOIN = """
            while [ "$1" != -- ]; do eval "echo 0 >&$1 && exec $1>&-" || exit 125; shift; done
            shift
            exec "$@"
            """;
    private static final String BECOME = """
            cd -- "$1" || exit 125
            unset OLDPWD; export PWD; shift
            i=0
            while [ "$1" != -- ]; do eval "export $1=\\"\\$V$i\\"; unset V$i"; i=$((i + 1)); shift; done
            unset i; shift
            """;

    Handover {
        argv = List.copyOf(argv);
        env = List.copyOf(env);
    }

    /**
     * @param user what starts a program as the run's user
     * @param doors how many descriptors from 3 on lead into control groups
     * @param limits shell commands that set the limits of a process
     * @param temporary folder that stands for {@code /tmp}, and for the work folder where there is none
     */
    static Handover of(Command command, List<String> user, int doors, String limits, Path temporary) {
        String home = command.workFolder().orElse(temporary).toString();
        Map<String, String> variables =
                new TreeMap<>(Map.of("PATH", PATH, "HOME", home, "LANG", "C.UTF-8", "TMPDIR", temporary.toString()));
        variables.putAll(command.env());
        List<String> env = new ArrayList<>(List.of("PATH=" + PATH));
        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", JOIN, "sh"));
        for (int i = 0; i < doors; i++) {
            argv.add(Integer.toString(3 + i));
        }
        argv.add("--");
        argv.addAll(user);
        argv.addAll(List.of("/bin/sh", "-c", BECOME + limits + "exec \"$@\"", "sh", home));
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            if (!NAME.matcher(variable.getKey()).matches()) {
                throw ToolException.invalidInput(
                        "not the name of a variable that a shell can set: " + variable.getKey());
            }
            env.add("V" + (env.size() - 1) + "=" + variable.getValue());
            argv.add(variable.getKey());
        }
        argv.add("--");
        argv.addAll(command.argv());
        return new Handover(argv, env);
    }
}
