package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Flag;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.Stage;
import java.util.List;
import java.util.stream.Stream;

/**
 * An instruction in its stage, its commands read.
 *
 * @param written with {@code ONBUILD}
 * @param one what acts
 * @param raw the commands of {@code RUN}; none where the shell is no POSIX one
 * @param commands those, but what {@code sudo}, {@code env} and their like run in their stead
 * @param understood whether those are all of them
 * @param shell what runs them: the words of {@code SHELL}, or its default
 */
record Step(
        Stage stage,
        Instruction written,
        Instruction one,
        List<ShellCommand> raw,
        List<ShellCommand> commands,
        boolean understood,
        List<String> shell) {
    boolean is(Keyword keyword) {
        return one.keyword() == keyword;
    }

    boolean isHeldBack() {
        return written.is(Keyword.ONBUILD);
    }

    Stream<ShellCommand> named(String... names) {
        return commands.stream().filter(each -> each.is(names));
    }

    /** Whether one of these folders, or one above it, is a cache or in memory while the commands run. */
    boolean mounts(String... folders) {
        for (Flag each : one.flags("mount")) {
            String type = each.parts().getOrDefault("type", "");
            if (!type.equals("cache") && !type.equals("tmpfs")) {
                continue;
            }
            String target = each.parts()
                    .getOrDefault(
                            "target",
                            each.parts().getOrDefault("dst", each.parts().getOrDefault("destination", "")));
            String mounted = target.replaceFirst("/+$", "");
            for (String folder : folders) {
                if (folder.equals(mounted)
                        || folder.startsWith(mounted + "/")
                        || mounted.startsWith(folder + "/")
                        || mounted.endsWith(folder)) {
                    return true;
                }
            }
        }
        return false;
    }
}
