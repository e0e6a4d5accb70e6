package dev.millwright.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What bubblewrap is told for one command: the file system it sees, the namespaces it is in, its variables. */
final class Policy {
    static final List<String> SYSTEM = List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");
    /** What programs need of {@code /etc}; nothing in it is secret. */
    private static final List<String> ETC = List.of(
            "alternatives",
            "ld.so.cache",
            "ld.so.conf",
            "ld.so.conf.d",
            "localtime",
            "mime.types",
            "nsswitch.conf",
            "pki/ca-trust/extracted",
            "pki/tls/certs",
            "protocols",
            "services",
            "ssl/certs",
            "ssl/openssl.cnf");
    /** Configuration that distributions move out of {@code /usr}. */
    private static final String ETC_OF_LANGUAGES = "{java,python}*";

    static final String PASSWD =
            "root:x:0:0:root:/:/usr/sbin/nologin\nsandbox:x:65534:65534:sandbox:" + Sandbox.WORK + ":/bin/sh\n";
    static final String GROUP = "root:x:0:\nsandbox:x:65534:\n";

    private final Command command;
    private final byte[] filter;

    Policy(Command command) {
        this.command = command;
        this.filter = SeccompFilter.namespaced(System.getProperty("os.arch"));
    }

    byte[] filter() {
        return filter;
    }

    /**
     * Arguments of bubblewrap, without the descriptors: those are the starter's business.
     *
     * @param passwd descriptor of {@link #PASSWD}
     * @param group descriptor of {@link #GROUP}
     */
    List<String> arguments(int passwd, int group) throws IOException {
        List<String> args = new ArrayList<>(List.of("--unshare-all", "--die-with-parent", "--new-session"));
        if (command.network() == Network.HOST) {
            args.add("--share-net");
        }
        args.addAll(List.of("--hostname", "sandbox", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534"));
        args.addAll(List.of("--ro-bind", "/usr", "/usr"));
        for (String folder : SYSTEM) {
            Path path = Path.of(folder);
            if (Files.isSymbolicLink(path)) {
                args.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), folder));
            } else if (Files.isDirectory(path)) {
                args.addAll(List.of("--ro-bind", folder, folder));
            }
        }
        for (Path path : etc(command)) {
            args.addAll(List.of("--ro-bind", path.toString(), path.toString()));
        }
        args.addAll(List.of("--file", Integer.toString(passwd), "/etc/passwd"));
        args.addAll(List.of("--file", Integer.toString(group), "/etc/group"));
        args.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        String size = Long.toString(command.limits().memoryBytes());
        args.addAll(List.of("--perms", "1777", "--size", size, "--tmpfs", "/tmp"));
        args.addAll(List.of("--perms", "1777", "--size", size, "--tmpfs", "/dev/shm"));
        for (Mount mount : command.mounts()) {
            args.addAll(
                    switch (mount.access()) {
                        case READ ->
                            List.of(
                                    "--ro-bind",
                                    mount.host().toString(),
                                    mount.inside().toString());
                        case WRITE ->
                            List.of(
                                    "--bind",
                                    mount.host().toString(),
                                    mount.inside().toString());
                        case HIDE ->
                            List.of("--size", "4096", "--tmpfs", mount.inside().toString());
                    });
        }
        command.workFolder()
                .ifPresent(folder -> args.addAll(List.of("--bind", folder.toString(), Sandbox.WORK.toString())));
        args.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/"));
        String home = command.workFolder().isPresent() ? Sandbox.WORK.toString() : "/tmp";
        args.addAll(List.of("--chdir", home, "--clearenv"));
        Map<String, String> env = new TreeMap<>(
                Map.of("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME", home, "LANG", "C.UTF-8"));
        env.putAll(command.env());
        env.forEach((name, value) -> args.addAll(List.of("--setenv", name, value)));
        return args;
    }

    /** What the command gets to see of {@code /etc}. */
    static List<Path> etc(Command command) throws IOException {
        Path etc = Path.of("/etc");
        List<Path> found = new ArrayList<>();
        for (String name : ETC) {
            found.add(etc.resolve(name));
        }
        if (command.network() == Network.HOST) {
            found.add(etc.resolve("resolv.conf"));
            found.add(etc.resolve("hosts"));
        }
        try (DirectoryStream<Path> languages = Files.newDirectoryStream(etc, ETC_OF_LANGUAGES)) {
            languages.forEach(found::add);
        }
        found.removeIf(path -> !Files.isReadable(path));
        return found.stream().sorted().toList();
    }

    /** A script that sets the limits of a process and becomes the program. */
    List<String> limited(boolean data) {
        List<String> argv =
                new ArrayList<>(List.of("/bin/sh", "-c", limits(command.limits(), data, true) + "exec \"$@\"", "sh"));
        argv.addAll(command.argv());
        return argv;
    }

    /**
     * Shell commands that limit a process: {@code -u} (bash) or {@code -p} (dash) counts the processes of its user in its
     * user namespace.
     *
     * @param data whether to limit the memory of each process too, for want of a limit on all of them
     * @param own whether nobody else runs as its user there, so that processes may be counted
     */
    static String limits(Limits limits, boolean data, boolean own) {
        long seconds = Math.max(1, Math.ceilDiv(limits.cpu().toMillis(), 1_000));
        long blocks = Math.ceilDiv(limits.fileBytes(), 512);
        int processes = limits.processes() + 2;
        return "ulimit -c 0 && ulimit -n 1024 && ulimit -f " + blocks + " && ulimit -S -t " + seconds
                + " && ulimit -H -t " + (seconds + 1)
                + (data ? " && ulimit -d " + limits.memoryBytes() / 1024 : "")
                + (own ? " && { ulimit -u " + processes + " || ulimit -p " + processes + "; } 2>/dev/null" : "")
                + " || exit 126; ";
    }

    /** SHA-256 over everything that confines the command, in hexadecimal. */
    String hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(filter);
            String text = command.mounts() + " " + command.limits() + " " + command.network() + " "
                    + String.join(" ", arguments(0, 0));
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
