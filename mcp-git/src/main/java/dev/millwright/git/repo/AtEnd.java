package dev.millwright.git.repo;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.eclipse.jgit.internal.util.CleanupService;

/**
 * Has JGit release its locks when the program ends. JGit does so by itself, but looks up a text for the case that it fails
 * as soon as the first repository is opened: for each language in all jars there are, whose tables of contents stay in
 * memory then.
 */
final class AtEnd {
    private AtEnd() {}

    /** Before JGit registers what it has to do. */
    static void install() {
        Method shutDown = shutDown();
        // Made like this, it leaves to others when the program ends.
        CleanupService service = new CleanupService();
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("git-at-end").unstarted(() -> run(shutDown, service)));
    }

    /** There is no door for it; a release that changes it ends in the test of this class. */
    private static Method shutDown() {
        try {
            Method method = CleanupService.class.getDeclaredMethod("shutDown");
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException e) {
            throw new LinkageError("this is not the JGit that Millwright is made for", e);
        }
    }

    private static void run(Method shutDown, CleanupService service) {
        try {
            shutDown.invoke(service);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}
