package dev.millwright.git.repo;

import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.time.Instant;
import org.eclipse.jgit.lib.ProgressMonitor;

/** Tells a call's client what JGit is doing, and JGit when the call is over. */
public final class CallMonitor implements ProgressMonitor {
    private final Call call;
    private String task = "";
    private int total;
    private int done;

    public CallMonitor(Call call) {
        this.call = call;
    }

    /** For loops of our own. @throws ToolException {@code LIMIT} when the call's time is over */
    public static void check(Call call) {
        if (isOver(call)) {
            throw ToolException.limit("the time for this call is over; ask for less");
        }
    }

    private static boolean isOver(Call call) {
        return Thread.currentThread().isInterrupted() || Instant.now().isAfter(call.deadline());
    }

    @Override
    public void start(int totalTasks) {
        // Tasks are told one by one.
    }

    @Override
    public void beginTask(String title, int totalWork) {
        task = title;
        total = totalWork;
        done = 0;
        tell();
    }

    @Override
    public void update(int completed) {
        int before = done;
        done += completed;
        if (total > 0 ? done * 20L / total != before * 20L / total : done / 1000 != before / 1000) {
            tell();
        }
    }

    private void tell() {
        call.progress(done, total, RepoText.line(task, 80));
    }

    @Override
    public void endTask() {
        // The next task speaks for itself.
    }

    @Override
    public boolean isCancelled() {
        return isOver(call);
    }

    @Override
    public void showDuration(boolean enabled) {
        // Durations are not told.
    }
}
