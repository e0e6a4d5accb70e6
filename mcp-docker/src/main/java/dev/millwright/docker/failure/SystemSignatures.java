package dev.millwright.docker.failure;

import static dev.millwright.docker.failure.FailureClass.CMD_NOT_FOUND;
import static dev.millwright.docker.failure.FailureClass.COMPILE_ERR;
import static dev.millwright.docker.failure.FailureClass.CONF_MISSING;
import static dev.millwright.docker.failure.FailureClass.DISK_FULL;
import static dev.millwright.docker.failure.FailureClass.DOCKER_IN_BUILD;
import static dev.millwright.docker.failure.FailureClass.EXEC_FORMAT;
import static dev.millwright.docker.failure.FailureClass.NO_SUCH_FILE;
import static dev.millwright.docker.failure.FailureClass.OOM;
import static dev.millwright.docker.failure.FailureClass.PERM;
import static dev.millwright.docker.failure.FailureClass.SHARED_LIB;
import static dev.millwright.docker.failure.FailureClass.SHELL_SYNTAX;
import static dev.millwright.docker.failure.FailureClass.TEST_FAIL;
import static dev.millwright.docker.failure.FailureClass.USAGE;
import static dev.millwright.docker.failure.FailureClass.USER_EXISTS;
import static dev.millwright.docker.failure.Signature.on;
import static dev.millwright.docker.failure.Signature.weak;

import java.util.List;

/** What shells, compilers, downloaders, the system and test runners say. */
final class SystemSignatures {
    /** How a shell begins what it says. */
    private static final String SHELL =
            "(?:^|[ /])(?:sh|bash|ash|dash|zsh)(?: -c)?: (?:line )?(?:\\d+: )?(?:eval: )?(?:line \\d+: )?";

    static final List<Signature> ALL = List.of(
            on(DISK_FULL, "no space left on device"),
            on(DISK_FULL, "enospc"),
            on(DISK_FULL, "have enough free space", "You don't have enough free space in (\\S+)"),
            on(DISK_FULL, "disk quota exceeded"),
            on(DISK_FULL, "not enough disk space", "(?i)not enough (?:free )?disk space"),
            on(OOM, "heap out of memory"),
            on(OOM, "outofmemoryerror"),
            on(OOM, "killed signal terminated program", "Killed signal terminated program (\\S+)"),
            on(OOM, "signal: killed", "signal: killed|\\(signal: 9, SIGKILL"),
            on(OOM, "sigkill", "signal:? [\"']?(?:9, )?SIGKILL"),
            on(OOM, "killed", "^\\s*Killed\\s*$"),
            on(OOM, "killed", "(?:sh|bash|ash): (?:line )?\\d+: +\\d+ Killed +(.*)"),
            on(OOM, "cannot allocate memory"),
            on(OOM, "virtual memory exhausted"),
            on(OOM, "allowed memory size of", "Allowed memory size of (\\d+) bytes exhausted"),
            on(OOM, "memoryerror", "^MemoryError"),
            on(OOM, "ran out of memory", "(?i)(?:probably means|because) the (?:system|process) ran out of memory"),
            on(OOM, "137", "(?i)(?:exit(?:ed with)? (?:value|code|status):? |exited with |return code:? )137\\b"),
            on(SHARED_LIB, "error while loading shared libraries", "error while loading shared libraries: ([^ :]+)"),
            on(SHARED_LIB, "undefined symbol", "([\\w.+-]+\\.so[.\\d]*): undefined symbol"),
            on(SHARED_LIB, "error loading shared library", "Error loading shared library ([^ :]+)"),
            on(SHARED_LIB, "error relocating", "Error relocating (\\S+): "),
            on(SHARED_LIB, "cannot open shared object file", "([\\w.+-]+\\.so[.\\d]*): cannot open shared object file"),
            on(SHARED_LIB, "version `glibc", "version [`'](GLIBC(?:XX)?_[0-9.]+)' not found"),
            on(SHELL_SYNTAX, "bad substitution"),
            on(SHELL_SYNTAX, "illegal option -o pipefail", "(pipefail)"),
            on(SHELL_SYNTAX, "pipefail", "(?:invalid option|[Ii]llegal option).*(pipefail)|(pipefail): invalid option"),
            on(SHELL_SYNTAX, "[[: not found", "(\\[\\[): not found"),
            on(SHELL_SYNTAX, "source: not found", "(source): not found"),
            on(SHELL_SYNTAX, "pushd: not found", "(pushd): not found"),
            on(SHELL_SYNTAX, "shopt: not found", "(shopt): not found"),
            on(SHELL_SYNTAX, "syntax error", SHELL + ".*[Ss]yntax error(?: near)?:? ?(.*)"),
            on(SHELL_SYNTAX, "unexpected eof while looking for matching"),
            on(SHELL_SYNTAX, "unterminated quoted string"),
            on(SHELL_SYNTAX, "unexpected operator", SHELL + ".*: unexpected operator"),
            on(EXEC_FORMAT, "uncaught target signal", "qemu: uncaught target signal (\\d+)"),
            on(EXEC_FORMAT, "illegal instruction", "(?:^|: )Illegal instruction"),
            on(EXEC_FORMAT, "cannot run c compiled programs"),
            on(EXEC_FORMAT, "error while loading", "Error while loading (/\\S+): No such file"),
            weak(EXEC_FORMAT, "segmentation fault", "(?:^|: |\\s)Segmentation fault"),
            on(CONF_MISSING, "configure: error", "configure: error: (.*)"),
            on(CONF_MISSING, "could not find", "Could NOT find (\\w+)"),
            on(
                    CONF_MISSING,
                    "no such file or directory",
                    "fatal error: ['‘]?([^ '’:]+\\.h(?:pp|xx)?)['’]?: No such file"),
            on(CONF_MISSING, "file not found", "fatal error: '([^']+\\.h(?:pp|xx)?)' file not found"),
            on(
                    CONF_MISSING,
                    "was not found in the pkg-config search path",
                    "Package '?([^' ]+)'?,? was not found in the pkg-config"),
            on(CONF_MISSING, "no package '", "No package '([^']+)' found"),
            on(CONF_MISSING, "could not find a package configuration file", "provided by \"([^\"]+)\""),
            on(CONF_MISSING, "could not find a configuration file for package", "for package \"([^\"]+)\""),
            on(CONF_MISSING, "cannot find -l", "cannot find (-l[\\w.+-]+)"),
            on(CONF_MISSING, "dependency", "meson\\.build:.*ERROR: Dependency \"([^\"]+)\" not found"),
            on(CONF_MISSING, "no acceptable c compiler", "no acceptable (C compiler) found"),
            on(CONF_MISSING, "cmake_c_compiler", "No (CMAKE_(?:C|CXX)_COMPILER) could be found"),
            on(CONF_MISSING, "cmake_cxx_compiler", "No (CMAKE_CXX_COMPILER) could be found"),
            on(CONF_MISSING, "ensurepip is not", "(ensurepip) is not"),
            on(CONF_MISSING, "not installed?", "is `([^`]+)` not installed\\?"),
            on(CONF_MISSING, "required by", "Package '([^']+)', required by '[^']+', not found"),
            weak(CONF_MISSING, "is not installed", "(?:^|: |/)([\\w.+-]+) is not installed\\b"),
            weak(CONF_MISSING, "please install", "(?i)please (?:first )?install (?:the )?[`\\'\"]?([\\w.+-]+)"),
            weak(CONF_MISSING, "is required", "(?i)^(?:error: )?([\\w.+-]+) is required(?: but| to|\\.|$)"),
            on(
                    USER_EXISTS,
                    "already exists",
                    "(?:useradd|groupadd|adduser|addgroup)[:.]? .*'?\"?([\\w-]+)'?\"? already exists"),
            on(USER_EXISTS, "already exists", "The (?:user|group) `([^']+)' already exists"),
            on(
                    USER_EXISTS,
                    "in use",
                    "(?:adduser|addgroup|useradd|groupadd).*(?:user|group|uid|gid|GID|UID) '?([^' ]+)'? (?:is )?(?:already )?in use"),
            on(
                    USER_EXISTS,
                    "already in use",
                    "(?:user|group) name '([^']+)' (?:is )?already in use|GID '([^']+)' is already"),
            on(
                    USER_EXISTS,
                    "is not unique",
                    "(?:useradd|groupadd|usermod|groupmod): (?:UID|GID) '?(\\d+)'? is not unique|(?:UID|GID) (\\d+) is not unique"),
            on(USER_EXISTS, "unable to find user", "unable to find user ([^: ]+)"),
            on(USER_EXISTS, "groups for spec", "unable to find groups for spec ([^: ]+)"),
            on(USER_EXISTS, "unable to find group", "unable to find group ([^: ]+)"),
            on(USER_EXISTS, "no such user", "no such user:? '?([\\w-]+)"),
            on(USER_EXISTS, "unknown user", "(?:chown: )?unknown user(?:/group)? (\\S+)"),
            on(USER_EXISTS, "invalid user", "(?:chown|install): invalid (?:user|group): ['‘]([^'’]+)"),
            on(USER_EXISTS, "invalid group", "(?:chown|chgrp|install): invalid group: ['‘]([^'’]+)"),
            on(
                    USER_EXISTS,
                    "does not exist",
                    "(?:useradd|usermod|adduser|su|chown)(?::|.*)(?:user|group) '?([\\w-]+)'? does not exist"),
            on(DOCKER_IN_BUILD, "cannot connect to the docker daemon"),
            on(DOCKER_IN_BUILD, "is the docker daemon running"),
            on(DOCKER_IN_BUILD, "failed to get d-bus connection"),
            on(DOCKER_IN_BUILD, "failed to connect to bus"),
            on(DOCKER_IN_BUILD, "has not been booted with systemd"),
            on(
                    DOCKER_IN_BUILD,
                    "operation not permitted",
                    "(?:^|[ /:])(?:mount|modprobe|sysctl|iptables|unshare|mknod|ip|hostname|swapon|chroot|clone|dockerd|losetup)\\b.*[Oo]peration not permitted"),
            on(DOCKER_IN_BUILD, "must be run as a privileged", "(?i)privileged (?:container|mode)"),
            on(DOCKER_IN_BUILD, "read-only file system", "sysctl.*[Rr]ead-only file system|/proc/sys.*[Rr]ead-only"),
            on(DOCKER_IN_BUILD, "unrecognized service", "(\\S+): unrecognized service"),
            on(DOCKER_IN_BUILD, "can't connect to local mysql", "Can't connect to local (?:MySQL|MariaDB) server"),
            on(DOCKER_IN_BUILD, "is the server running", "(?i)is the server running"),
            on(DOCKER_IN_BUILD, "unable to connect to upstart"),
            on(PERM, "dubious ownership", "detected dubious ownership in repository at '([^']+)'"),
            on(PERM, "error checking context", "error checking context: .*'([^']+)'"),
            on(PERM, "error from sender", "error from sender: open ([^:]+): permission denied"),
            on(CMD_NOT_FOUND, "cannot run", "cannot run (\\S+): No such file"),
            on(CMD_NOT_FOUND, "not found", SHELL + "(?:/\\S+: )?([^\\s:\\[]+): (?:command )?not found"),
            on(CMD_NOT_FOUND, "executable file not found", "exec: \"([^\"]+)\": executable file not found"),
            on(CMD_NOT_FOUND, "no such file or directory", "exec: \"([^\"]+)\": .*no such file or directory"),
            on(CMD_NOT_FOUND, "no such file or directory", "exec (/\\S+|\\S+): no such file or directory"),
            on(
                    CMD_NOT_FOUND,
                    "no such file or directory",
                    "env: (?:can't execute )?['‘]?([^'’:]+?)['’]?: No such file or directory"),
            on(CMD_NOT_FOUND, "bad interpreter", "(\\S+): bad interpreter: No such file"),
            on(CMD_NOT_FOUND, "command not found", "([\\w./+-]+): command not found"),
            on(
                    CMD_NOT_FOUND,
                    "no such file or directory",
                    "(?:make|/bin/sh|ninja): (?:\\d+: )?([\\w.+-]+): No such file or directory$"),
            on(CMD_NOT_FOUND, "no such command", "^(?:make|error):.* ([\\w.+-]+): No such command"),
            on(PERM, "are you root?"),
            on(PERM, "permission denied", "(?:['‘\" ]([^'’\":\\s]+)['’\"]?:? ?)?[Pp]ermission denied"),
            on(PERM, "unable to lock database"),
            on(PERM, "you need to be root"),
            on(PERM, "this command has to be run under the root user"),
            on(PERM, "must be root", "(?i)must be (?:run as )?root"),
            on(
                    PERM,
                    "operation not permitted",
                    "(?:chown|chmod|rm|cp|mkdir|touch|setfacl|ln): .*[Oo]peration not permitted"),
            on(PERM, "superuser privileges", "need (?:to have )?superuser privileges"),
            on(TEST_FAIL, "there are test failures"),
            on(TEST_FAIL, "there were failing tests"),
            on(TEST_FAIL, "tests run:", "Tests run: \\d+, Failures: (?:[1-9]\\d*, Errors: \\d+|\\d+, Errors: [1-9])"),
            on(TEST_FAIL, "failed (", "^FAILED \\((?:failures|errors)=\\d+"),
            on(TEST_FAIL, "failed", "^=+ .*?\\b(\\d+) failed\\b.* in [0-9.]+s"),
            on(TEST_FAIL, "--- fail:", "--- FAIL: (\\S+)"),
            on(TEST_FAIL, "fail\t", "^FAIL\t(\\S+)"),
            on(TEST_FAIL, "tests:", "^Tests:\\s+(\\d+) failed"),
            on(TEST_FAIL, "test failed", "(?i)^(?:npm (?:ERR!|error) )?test(?:s)? failed"),
            on(TEST_FAIL, "test result: failed"),
            on(TEST_FAIL, "failing", "^\\s*(\\d+) failing\\s*$"),
            on(TEST_FAIL, "failures", "\\d+ examples?, ([1-9]\\d*) failures?"),
            on(TEST_FAIL, "failures!", "^FAILURES!$"),
            on(TEST_FAIL, "tests failed out of", "(\\d+) tests? failed out of \\d+"),
            on(TEST_FAIL, "assertionerror", "^(?:E +)?AssertionError"),
            on(NO_SUCH_FILE, "can't cd to", "can't cd to ([^\\s:]+)"),
            on(
                    NO_SUCH_FILE,
                    "create",
                    "(?:can't|cannot) create ([^\\s:]+): (?:[Nn]onexistent directory|[Dd]irectory nonexistent)"),
            on(NO_SUCH_FILE, "can't open", "[Cc]an't open (?:file )?'?([^' :]+)'?:? .*No such file"),
            on(
                    NO_SUCH_FILE,
                    "no such file or directory",
                    "(?:cannot (?:stat|open|access|remove|create \\w+|touch)|can't (?:stat|open|create)|open|stat) ['‘]?([^'’:]+)['’]?:.*[Nn]o such file or directory"),
            on(
                    NO_SUCH_FILE,
                    "no such file or directory",
                    "['‘\" ]?([^'’\":\\s]+)['’\"]?: [Nn]o such file or directory"),
            on(NO_SUCH_FILE, "no such file or directory", "[Nn]o such file or directory:? ?['‘\"]?([^'’\"]*)"),
            on(NO_SUCH_FILE, "enoent", "ENOENT: no such file or directory, \\w+ '([^']+)'"),
            on(NO_SUCH_FILE, "could not open input file", "Could not open input file: (\\S+)"),
            on(NO_SUCH_FILE, "not a git repository", "not a git repository .*(\\.git)"),
            on(NO_SUCH_FILE, "cannot find or open", "cannot find or open ([^,\\s]+)"),
            on(NO_SUCH_FILE, "alternative path", "alternative path (\\S+) doesn't exist"),
            on(NO_SUCH_FILE, "unable to prepare context", "unable to prepare context: path \"([^\"]+)\" not found"),
            on(NO_SUCH_FILE, "unable to access jarfile", "Unable to access jarfile (\\S+)"),
            on(NO_SUCH_FILE, "no rule to make target", "No rule to make target ['‘`]([^'’`]+)"),
            on(NO_SUCH_FILE, "no targets specified and no makefile found"),
            on(NO_SUCH_FILE, "does not appear to contain cmakelists.txt", "The source directory \"([^\"]+)\""),
            on(
                    USAGE,
                    "unrecognized",
                    "(?i)^(?:\\S+: )+(?:error: )?unrecognized (?:arguments?|options?|command):? ?(.*)"),
            on(USAGE, "requires an argument", "option '?requires an argument(?: --|:)? ?(.*)"),
            on(
                    USAGE,
                    "unknown",
                    "(?i)(?:^|: )unknown (?:option|argument|command|switch|subcommand|shorthand flag|flag):? (.*)"),
            on(USAGE, "invalid option", "(?:invalid|illegal) option (?:-- )?(.*)"),
            on(USAGE, "no such", "(?i)no such (?:option|command):? (\\S+)"),
            on(USAGE, "missing", ": missing (?:\\w+ )?(?:operand|URL|argument|file operand)\\b(.*)"),
            on(USAGE, "is not an apk command", "'([^']+)' is not an apk command"),
            on(USAGE, "list of pkgs", "Need to pass a list of pkgs to (\\w+)"),
            on(USAGE, "unable to handle", "\\((--?\\w+)\\) Unable to handle"),
            on(USAGE, "not defined", "flag provided but not defined: (\\S+)"),
            on(USAGE, "file exists", "^(?:ln|mkdir|mv|cp|link): .*: File exists"),
            on(USAGE, "not a directory", "^(?:cp|mv|ln|install|tar|cd): .*(?:is not a directory|Not a directory)"),
            on(USAGE, "already exists and is not an empty directory", "destination path '([^']+)' already exists"),
            weak(USAGE, "usage:", "(?i)^\\s*usage: (\\S+)"),
            on(
                    COMPILE_ERR,
                    ": error:",
                    "^(\\S+\\.(?:c|cc|cpp|cxx|h|hpp|m|swift|kt|cu):\\d+(?::\\d+)?: (?:fatal )?error:.*)"),
            on(COMPILE_ERR, "undefined reference to", "undefined reference to [`'‘]([^'’]+)"),
            weak(COMPILE_ERR, "make", "make(?:\\[\\d+\\])?: \\*\\*\\* (?:\\[(\\S+?)\\] )?(?:Error|.*)"),
            weak(COMPILE_ERR, "collect2: error", "collect2: error: (.*)"),
            weak(COMPILE_ERR, "ninja: build stopped", "ninja: build stopped"),
            weak(COMPILE_ERR, "cmake error", "CMake Error(?: at (\\S+))?"));

    private SystemSignatures() {}
}
