package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file by its descriptor. Reads in steps of at most 64 kB through borrowed native memory. */
final class LinuxFile implements OpenFile {
    private final int fd;
    private final String shown;
    private final AtomicBoolean closed = new AtomicBoolean();

    LinuxFile(int fd, String shown) {
        this.fd = fd;
        this.shown = shown;
    }

    int fd() {
        return fd;
    }

    @Override
    public Stat stat() {
        try (Kernel k = Kernel.take()) {
            return k.statx(fd, "");
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) {
        int done = 0;
        try (Kernel k = Kernel.take()) {
            while (done < length) {
                long step = k.call(
                        Kernel.PREAD, fd, k.page().address(), Math.min(Kernel.PAGE, length - done), position + done);
                if (step == -Errno.EAGAIN || step == -Errno.EINVAL) {
                    throw ToolException.invalidInput(shown + " is not a regular file");
                }
                Errno.check(step);
                MemorySegment.copy(k.page(), ValueLayout.JAVA_BYTE, 0, into, offset + done, (int) step);
                done += (int) step;
                if (step < Math.min(Kernel.PAGE, length - (done - (int) step))) {
                    break;
                }
            }
        } catch (Errno e) {
            throw e.at(shown);
        }
        return done;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Kernel.close(fd);
        }
    }
}
