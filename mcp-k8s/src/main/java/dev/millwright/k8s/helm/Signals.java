package dev.millwright.k8s.helm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What the process does on the signals that end it, kept over a call of the Helm library: its install takes them for
 * itself (Go's {@code signal.Notify}) and never gives them back, after which no signal but KILL ends the process.
 */
final class Signals implements AutoCloseable {
    /** HUP, INT, QUIT, TERM, as Linux numbers them. */
    private static final int[] ENDING = {1, 2, 3, 15};

    /** Bytes of {@code struct sigaction} of glibc on x86-64, the one platform the library is for: 152. */
    private static final int ACTION = 152;

    private static final MethodHandle SIGACTION = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("sigaction").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment[] before = new MemorySegment[ENDING.length];

    /** Remembers what is set now. */
    Signals() {
        for (int i = 0; i < ENDING.length; i++) {
            before[i] = arena.allocate(ACTION, 8);
            call(ENDING[i], MemorySegment.NULL, before[i]);
        }
    }

    /** The handlers set now, as numbers to compare. */
    static long[] handlers() {
        try (Signals now = new Signals()) {
            long[] handlers = new long[ENDING.length];
            for (int i = 0; i < handlers.length; i++) {
                handlers[i] = now.before[i].get(ValueLayout.JAVA_LONG, 0);
            }
            return handlers;
        }
    }

    /** Sets it again. */
    @Override
    public void close() {
        for (int i = 0; i < ENDING.length; i++) {
            call(ENDING[i], before[i], MemorySegment.NULL);
        }
        arena.close();
    }

    private static void call(int signal, MemorySegment action, MemorySegment old) {
        try {
            int result = (int) SIGACTION.invokeExact(signal, action, old);
            if (result != 0) {
                throw new IllegalStateException("sigaction of signal " + signal + " failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("sigaction throws nothing", e);
        }
    }
}
