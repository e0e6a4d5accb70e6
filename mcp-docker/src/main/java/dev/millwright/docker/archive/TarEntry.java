package dev.millwright.docker.archive;

/**
 * A header of tar, extensions applied.
 *
 * @param type the type flag: {@code 0} file, {@code 1} hard link, {@code 2} symbolic link, {@code 5} directory
 * @param size bytes of content that follow
 */
record TarEntry(String name, char type, long size, int mode, long uid, long gid, String link) {
    boolean isFile() {
        return type == '0' || type == '7' || type == 'S';
    }
}
