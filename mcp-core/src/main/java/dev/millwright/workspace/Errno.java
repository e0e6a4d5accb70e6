package dev.millwright.workspace;

import dev.millwright.tool.ToolException;

/** A system call that failed, by its number. Without a stack trace: it is turned into an answer right where it is caught. */
final class Errno extends Exception {
    private static final long serialVersionUID = 1;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENXIO = 6;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int EMFILE = 24;
    static final int ENFILE = 23;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int ESPIPE = 29;
    static final int EROFS = 30;
    static final int ERANGE = 34;
    static final int ENAMETOOLONG = 36;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;

    private final int number;

    Errno(int number) {
        super("errno " + number, null, false, false);
        this.number = number;
    }

    int number() {
        return number;
    }

    boolean is(int errno) {
        return number == errno;
    }

    static long check(long result) throws Errno {
        if (result < 0) {
            throw new Errno((int) -result);
        }
        return result;
    }

    /** @param path as the caller knows it */
    ToolException at(String path) {
        return switch (number) {
            case ENOENT -> ToolException.notFound(path + " does not exist");
            case ENOTDIR ->
                ToolException.notFound(path + " does not exist: a part of the path is a file, not a folder");
            case EXDEV ->
                ToolException.denied(path
                        + " leads out of the workspace; .., every absolute symbolic link (also one that points inside) and"
                        + " other mounts count as leaving");
            case ELOOP ->
                ToolException.denied(path + " passes a symbolic link that loops or that may not be followed here");
            case EACCES, EPERM -> ToolException.denied(path + ": the operating system does not permit it");
            case EROFS -> ToolException.denied(path + " lies on a read-only file system");
            case ENAMETOOLONG ->
                ToolException.invalidInput(path + " is too long: a name fits 255 bytes of UTF-8, a path 4,095");
            case EINVAL -> ToolException.invalidInput(path + ": the file system takes no such name or operation");
            case ENXIO, ESPIPE -> ToolException.invalidInput(path + " is not a regular file");
            case EISDIR ->
                ToolException.invalidInput(path + " is a folder, not a file; list_files shows what it holds");
            case EEXIST -> ToolException.conflict(path + " exists already");
            case ENOTEMPTY -> ToolException.conflict(path + " is not empty");
            case EAGAIN, EBUSY -> ToolException.unavailable(path + " is being changed by someone else; try again");
            case ENOSPC, EDQUOT -> ToolException.limit(path + ": no space left on its file system");
            case EFBIG -> ToolException.limit(path + " would be larger than its file system allows");
            case EMFILE, ENFILE -> ToolException.unavailable(path + ": too many open files; try again");
            default -> ToolException.internal(path + ": the system call failed with errno " + number, this);
        };
    }
}
