package dev.millwright.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ways in which the content of a repository makes Git run a program, or read or write what is not its own. */
final class Vectors {
    /** Sets one up in the repository r. */
    interface Setup {
        void in(Vectors vectors) throws Exception;
    }

    /** @param proof arguments of native Git that make it fall for this one, where there is a short way */
    record Vector(Setup setup, List<String> proof) {}

    static final Map<String, Vector> ALL = all();

    private static final String LINES = "line 1\nline 2\nline 3\n";

    private static final String[] HOOKS = {
        "applypatch-msg",
        "pre-applypatch",
        "post-applypatch",
        "pre-commit",
        "pre-merge-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "pre-rebase",
        "post-checkout",
        "post-merge",
        "pre-push",
        "pre-receive",
        "update",
        "proc-receive",
        "post-receive",
        "post-update",
        "reference-transaction",
        "push-to-checkout",
        "pre-auto-gc",
        "post-rewrite",
        "sendemail-validate",
        "fsmonitor-watchman",
        "post-index-change"
    };

    final Path root;
    final Path outside;
    final Path r;
    final Path script;

    /** What the script makes. */
    final Path mark;

    Vectors(Path root, Path outside) throws IOException {
        this.root = root;
        this.outside = outside;
        this.r = root.resolve("r");
        this.mark = outside.resolveSibling("mark");
        this.script = executable(outside.resolveSibling("script"), "#!/bin/sh\ntouch '" + mark + "'\ncat\nexit 0\n");
    }

    private static Path executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A repository with an untracked file, a branch o that differs, and a remote in the root. */
    void make() throws Exception {
        Files.createDirectories(r);
        git("init", "-q", "-b", "main", "--template=", ".");
        Files.createDirectories(r.resolve(".git/info"));
        write("f.txt", LINES);
        write("g.txt", "line 1\n");
        write("h.txt", "line 1\n");
        git("add", ".");
        git("commit", "-qm", "first");
        git("branch", "o");
        write("g.txt", "line 1\nline ours\n");
        git("commit", "-qam", "ours");
        Bench.gitIn(root, "clone", "-q", "--bare", "--template=", "r", "other.git");
        git("checkout", "-q", "o");
        write("g.txt", "line 1\nline theirs\n");
        write("h.txt", "line 2\n");
        git("commit", "-qam", "theirs");
        git("checkout", "-q", "main");
        git("remote", "add", "origin", root + "/other.git");
        git("config", "branch.main.remote", "origin");
        git("config", "branch.main.merge", "refs/heads/main");
        git("gc", "-q");
        Bench.gitIn(root.resolve("other.git"), "gc", "-q");
        write("i.txt", "untracked\n");
    }

    void git(String... arguments) throws Exception {
        Bench.gitIn(r, arguments);
    }

    void write(String path, String text) throws IOException {
        Path file = r.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void config(String text) throws IOException {
        Files.writeString(
                r.resolve(".git/config"),
                text.replace("{SCRIPT}", script.toString())
                                .replace("{ROOT}", root.toString())
                                .replace("{OUTSIDE}", outside.toString())
                                .replace("{MARK}", mark.toString())
                        + "\n",
                StandardOpenOption.APPEND);
    }

    private void attributes(String text) throws IOException {
        write(".gitattributes", text + "\n");
    }

    private void hooks(Path folder) throws IOException {
        for (String hook : HOOKS) {
            executable(folder.resolve(hook), Files.readString(script));
        }
    }

    /** What every vector ends with: the file the attributes speak of is written again, changed or not. */
    void touch(boolean changed) throws IOException {
        write("f.txt", changed ? "line 1\nline changed\nline 3\n" : LINES);
    }

    private static Map<String, Vector> all() {
        Map<String, Vector> all = new LinkedHashMap<>();
        settings(all);
        attributes(all);
        programs(all);
        remotes(all);
        files(all);
        return Map.copyOf(all);
    }

    private static void put(Map<String, Vector> all, String name, Setup setup, String... proof) {
        all.put(name, new Vector(setup, List.of(proof)));
    }

    private static void set(Map<String, Vector> all, String name, String config, String... proof) {
        put(all, name, v -> v.config(config), proof);
    }

    private static void settings(Map<String, Vector> all) {
        set(all, "core.fsmonitor", "[core]\n\tfsmonitor = {SCRIPT}", "status");
        set(all, "diff.external", "[diff]\n\texternal = {SCRIPT}", "diff");
        set(all, "core.pager", "[core]\n\tpager = {SCRIPT}");
        set(all, "pager.log", "[pager]\n\tlog = {SCRIPT}\n\tdiff = {SCRIPT}\n\tblame = {SCRIPT}");
        set(all, "core.editor", "[core]\n\teditor = {SCRIPT}", "commit", "--amend");
        set(all, "sequence.editor", "[sequence]\n\teditor = {SCRIPT}", "rebase", "-i", "--autostash", "HEAD~1");
        set(all, "alias of a command", "[alias]\n\tstatus = !{SCRIPT}\n\tx = !{SCRIPT}", "x");
        set(all, "interactive.diffFilter", "[interactive]\n\tdiffFilter = {SCRIPT}");
        set(
                all,
                "difftool and mergetool",
                "[diff]\n\ttool = e\n[merge]\n\ttool = e\n[difftool \"e\"]\n\tcmd = {SCRIPT}\n[mergetool \"e\"]\n\tcmd = {SCRIPT}",
                "difftool",
                "-y");
        set(all, "core.alternateRefsCommand", "[core]\n\talternateRefsCommand = {SCRIPT}");
        set(
                all,
                "trailer.command",
                "[trailer \"e\"]\n\tkey = E\n\tcommand = {SCRIPT}\n\tifMissing = add\n\tcmd = {SCRIPT}");
        set(all, "gc.recentObjectsHook", "[gc]\n\trecentObjectsHook = {SCRIPT}\n\tauto = 1\n\tautoDetach = false");
        set(
                all,
                "guitool, browser and man",
                "[guitool \"e\"]\n\tcmd = {SCRIPT}\n[web]\n\tbrowser = e\n[browser \"e\"]\n\tcmd = {SCRIPT}\n[man]\n\tviewer = e");
        set(all, "init.templateDir", "[init]\n\ttemplateDir = {ROOT}/template");
        set(all, "include.path", "[include]\n\tpath = {ROOT}/inc");
        set(all, "includeIf", "[includeIf \"gitdir:{ROOT}/\"]\n\tpath = ../../inc");
        all.compute("include.path", (name, v) -> including(v, "status"));
        all.compute("includeIf", (name, v) -> including(v, "status"));
        put(
                all,
                "config.worktree",
                v -> {
                    v.config("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tworktreeConfig = true");
                    v.write(".git/config.worktree", "[core]\n\tfsmonitor = " + v.script + "\n");
                },
                "status");
        set(all, "core.hooksPath", "[core]\n\thooksPath = h");
        all.compute(
                "core.hooksPath",
                (name, v) -> new Vector(
                        vectors -> {
                            v.setup().in(vectors);
                            vectors.hooks(vectors.r.resolve("h"));
                        },
                        List.of("commit", "--allow-empty", "-m", "x")));
    }

    private static Vector including(Vector v, String... proof) {
        return new Vector(
                vectors -> {
                    Files.writeString(
                            vectors.root.resolve("inc"),
                            "[core]\n\tfsmonitor = %s\n[diff]\n\texternal = %1$s\n[filter \"e\"]\n\tclean = %1$s\n"
                                    .formatted(vectors.script));
                    vectors.attributes("*.txt filter=e");
                    v.setup().in(vectors);
                },
                List.of(proof));
    }

    private static void attributes(Map<String, Vector> all) {
        put(
                all,
                "filter.clean",
                v -> {
                    v.attributes("*.txt filter=e");
                    v.config("[filter \"e\"]\n\tclean = {SCRIPT}");
                },
                "add",
                "f.txt");
        put(
                all,
                "filter.smudge",
                v -> {
                    v.attributes("*.txt filter=e");
                    v.config("[filter \"e\"]\n\tsmudge = {SCRIPT}");
                },
                "checkout",
                "o",
                "--",
                "h.txt");
        put(all, "filter.process", v -> {
            v.attributes("*.txt filter=e");
            v.config("[filter \"e\"]\n\tprocess = {SCRIPT}\n\trequired = true");
        });
        put(
                all,
                "filter by .git/info/attributes",
                v -> {
                    v.write(".git/info/attributes", "*.txt filter=e\n");
                    v.config("[filter \"e\"]\n\tclean = {SCRIPT}\n\tsmudge = {SCRIPT}\n\trequired");
                },
                "add",
                "f.txt");
        put(
                all,
                "filter by core.attributesFile",
                v -> {
                    Files.writeString(v.root.resolve("attributes"), "*.txt filter=e\n");
                    v.config("[core]\n\tattributesFile = {ROOT}/attributes\n[filter \"e\"]\n\tclean = {SCRIPT}");
                },
                "add",
                "f.txt");
        put(
                all,
                "filter of a subfolder's attributes",
                v -> {
                    v.write("sub/.gitattributes", "* filter=e\n");
                    v.write("sub/f.txt", "x\n");
                    v.config("[filter \"e\"]\n\tclean = {SCRIPT}");
                },
                "add",
                "sub");
        put(
                all,
                "filter by a macro",
                v -> {
                    v.attributes("[attr]m filter=e diff=t merge=e\n*.txt m");
                    v.config("[filter \"e\"]\n\tclean = {SCRIPT}");
                },
                "add",
                "f.txt");
        put(
                all,
                "diff.textconv",
                v -> {
                    v.attributes("*.txt diff=t");
                    v.config("[diff \"t\"]\n\ttextconv = {SCRIPT}\n\tcachetextconv = true");
                },
                "diff");
        put(
                all,
                "diff.command",
                v -> {
                    v.attributes("*.txt diff=t");
                    v.config("[diff \"t\"]\n\tcommand = {SCRIPT}");
                },
                "diff");
        put(
                all,
                "merge.driver",
                v -> {
                    v.attributes("*.txt merge=e");
                    v.config("[merge \"e\"]\n\tdriver = {SCRIPT} %A");
                },
                "merge",
                "--no-edit",
                "o");
        put(all, "merge.default", v -> v.config("[merge]\n\tdefault = e\n[merge \"e\"]\n\tdriver = {SCRIPT} %A"));
        put(
                all,
                "lfs filter and transfer",
                v -> {
                    v.attributes("*.txt filter=lfs diff=lfs merge=lfs");
                    v.config(
                            "[filter \"lfs\"]\n\tclean = {SCRIPT}\n\tsmudge = {SCRIPT}\n\tprocess = {SCRIPT}\n\trequired = true\n"
                                    + "[lfs]\n\tstandalonetransferagent = e\n[lfs \"customtransfer.e\"]\n\tpath = {SCRIPT}");
                    v.write(".lfsconfig", "[lfs]\n\turl = http://127.0.0.1:9/\n");
                },
                "add",
                "f.txt");
        put(all, "builtin lfs of the library", v -> {
            v.attributes("*.txt filter=lfs");
            v.config("[filter \"lfs\"]\n\tuseJGitBuiltin = true\n\tclean = {SCRIPT}\n\tsmudge = {SCRIPT}");
        });
    }

    private static void programs(Map<String, Vector> all) {
        put(all, "hooks", v -> v.hooks(v.r.resolve(".git/hooks")), "commit", "--allow-empty", "-m", "x");
        put(all, "hooks of the remote", v -> v.hooks(v.root.resolve("other.git/hooks")), "push", "origin", "main:x");
        set(
                all,
                "gpg.program",
                "[commit]\n\tgpgSign = true\n[tag]\n\tgpgSign = true\n[log]\n\tshowSignature = true\n[user]\n\tsigningKey = x\n[gpg]\n\tprogram = {SCRIPT}");
        set(
                all,
                "gpg.ssh.program",
                "[commit]\n\tgpgSign = true\n[user]\n\tsigningKey = x\n[gpg]\n\tformat = ssh\n[gpg \"ssh\"]\n\tprogram = {SCRIPT}");
        set(
                all,
                "gpg.ssh.defaultKeyCommand",
                "[commit]\n\tgpgSign = true\n[tag]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n[gpg \"ssh\"]\n\tdefaultKeyCommand = {SCRIPT}");
        set(
                all,
                "gpg.x509.program",
                "[commit]\n\tgpgSign = true\n[user]\n\tsigningKey = x\n[gpg]\n\tformat = x509\n[gpg \"x509\"]\n\tprogram = {SCRIPT}");
        put(all, "submodule.update", v -> {
            v.write(
                    ".gitmodules",
                    "[submodule \"s\"]\n\tpath = s\n\turl = ../other.git\n\tupdate = !" + v.script + "\n");
            v.config(
                    "[submodule \"s\"]\n\turl = {ROOT}/other.git\n\tupdate = !{SCRIPT}\n\tactive = true\n[submodule]\n\trecurse = true");
        });
        put(all, "exec in the plan of a rebase", v -> {
            v.write(".git/rebase-merge/git-rebase-todo", "exec " + v.script + "\n");
            v.write(".git/rebase-merge/head-name", "refs/heads/main\n");
            v.write(".git/rebase-merge/onto", Bench.gitIn(v.r, "rev-parse", "o"));
            v.write(".git/rebase-merge/orig-head", Bench.gitIn(v.r, "rev-parse", "main"));
            v.write(".git/rebase-merge/interactive", "");
            v.write(".git/rebase-merge/msgnum", "1\n");
            v.write(".git/rebase-merge/end", "1\n");
        });
    }

    private static void remotes(Map<String, Vector> all) {
        set(
                all,
                "core.sshCommand",
                "[core]\n\tsshCommand = {SCRIPT}\n[ssh]\n\tvariant = simple\n[remote \"origin\"]\n\turl = ssh://127.0.0.1:1/x");
        set(
                all,
                "remote.uploadpack and receivepack",
                "[remote \"origin\"]\n\tuploadpack = {SCRIPT}\n\treceivepack = {SCRIPT}");
        set(all, "remote.vcs", "[remote \"origin\"]\n\tvcs = ext");
        set(all, "remote.proxy", "[remote \"origin\"]\n\tproxy = http://127.0.0.1:9\n[core]\n\tgitProxy = {SCRIPT}");
        set(
                all,
                "credential.helper",
                "[credential]\n\thelper = !touch {MARK}\n[core]\n\taskPass = {SCRIPT}\n[remote \"origin\"]\n\turl = http://127.0.0.1:9/x");
        set(
                all,
                "credential.helper of an address",
                "[credential \"http://127.0.0.1:9\"]\n\thelper = {SCRIPT}\n[remote \"origin\"]\n\turl = http://127.0.0.1:9/x");
        set(
                all,
                "ext:: address",
                "[protocol \"ext\"]\n\tallow = always\n[remote \"origin\"]\n\turl = ext::{SCRIPT}",
                "ls-remote",
                "ext::sh -c touch%20nothing");
        all.compute("ext:: address", (name, v) -> new Vector(v.setup(), List.of()));
        set(
                all,
                "url.insteadOf ext::",
                "[protocol]\n\tallow = always\n[url \"ext::{SCRIPT} \"]\n\tinsteadOf = {ROOT}\n\tpushInsteadOf = {ROOT}",
                "fetch",
                "-q",
                "origin");
        all.compute("url.insteadOf ext::", (name, v) -> new Vector(v.setup(), List.of()));
        set(all, "url.insteadOf outside", "[url \"{OUTSIDE}/\"]\n\tinsteadOf = {ROOT}/\n\tpushInsteadOf = {ROOT}/");
        set(all, "fd:: address", "[remote \"origin\"]\n\turl = fd::17");
        set(all, "transport:: address", "[remote \"origin\"]\n\turl = e::address");
        put(
                all,
                "uploadpack.packObjectsHook",
                v -> Files.writeString(
                        v.root.resolve("other.git/config"),
                        "[uploadpack]\n\tpackObjectsHook = " + v.script + "\n[receive]\n\tprocReceiveRefs = refs/\n",
                        StandardOpenOption.APPEND));
        put(
                all,
                "fsmonitor of the remote",
                v -> Files.writeString(
                        v.root.resolve("other.git/config"),
                        "[core]\n\tfsmonitor = %s\n\thooksPath = %1$s\n\talternateRefsCommand = %1$s\n"
                                .formatted(v.script),
                        StandardOpenOption.APPEND));
    }

    private static void files(Map<String, Vector> all) {
        for (String name :
                List.of("link", ".gitignore", ".gitattributes", ".mailmap", ".gitmodules", "g.txt", "i.txt")) {
            put(all, name + " as link to the outside", v -> {
                Files.deleteIfExists(v.r.resolve(name));
                Files.createSymbolicLink(v.r.resolve(name), v.outside.resolve("f"));
            });
        }
        put(all, "folder as link to the outside", v -> Files.createSymbolicLink(v.r.resolve("sub"), v.outside));
        put(all, "tracked folder swapped for a link", v -> {
            v.write("sub/f", "x\n");
            v.git("add", "sub");
            v.git("commit", "-qm", "sub");
            Files.delete(v.r.resolve("sub/f"));
            Files.delete(v.r.resolve("sub"));
            Files.createSymbolicLink(v.r.resolve("sub"), v.outside);
        });
        set(
                all,
                "files of the configuration outside",
                "[core]\n\texcludesFile = {OUTSIDE}/f\n\tattributesFile = {OUTSIDE}/f\n[commit]\n\ttemplate = {OUTSIDE}/f\n[mailmap]\n\tfile = {OUTSIDE}/f\n[blame]\n\tignoreRevsFile = {OUTSIDE}/f\n[http]\n\tcookieFile = {OUTSIDE}/f\n[include]\n\tpath = {OUTSIDE}/f");
        for (String path : List.of(
                "refs/heads/evil",
                "packed-refs",
                "shallow",
                "FETCH_HEAD",
                "MERGE_MSG",
                "info/exclude",
                "objects/info/alternates",
                "logs/HEAD",
                "info/grafts")) {
            put(all, ".git/" + path + " as link to the outside", v -> {
                Path link = v.r.resolve(".git/" + path);
                Files.createDirectories(link.getParent());
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, v.outside.resolve("f"));
            });
        }
        put(all, "refs of what is no ref", v -> {
            v.write(".git/refs/heads/odd", "ref: ../../../outside/f\n");
            v.write(".git/refs/heads/loop", "ref: refs/heads/loop\n");
            v.write(".git/refs/heads/\u202eodd", "no id\n");
        });
        put(all, "alternates outside", v -> v.write(".git/objects/info/alternates", v.outside + "\n"));
        put(all, "core.worktree outside", v -> v.config("[core]\n\tworktree = {OUTSIDE}"));
        put(all, "work tree of a bare repository inside", v -> {
            Bench.gitIn(v.r, "init", "-q", "--bare", "--template=", "inner");
            Files.writeString(
                    v.r.resolve("inner/config"),
                    "[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = %s\n".formatted(v.script));
        });
    }

    /** The id that Git would give the secret outside. */
    static String idOf(String text) throws Exception {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        var digest = java.security.MessageDigest.getInstance("SHA-1");
        digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8));
        return java.util.HexFormat.of().formatHex(digest.digest(content));
    }

    /** Names and contents of all files outside, the repository's neighbours. */
    static List<String> state(Path folder) throws IOException {
        List<String> state = new ArrayList<>();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted().toList()) {
                state.add(file + (Files.isRegularFile(file) ? ": " + Files.readString(file) : ""));
            }
        }
        return state;
    }
}
