package dev.millwright.filesystem;

import dev.millwright.filesystem.exec.ExecOutput;
import dev.millwright.filesystem.exec.ExecuteCode;
import dev.millwright.filesystem.exec.Executions;
import dev.millwright.tool.Tool;
import java.util.List;

/** The list of what this server offers, in the order it is published. */
public final class FilesystemTools {
    private FilesystemTools() {}

    public static List<Tool<?, ?>> list(Workspaces workspaces, Executions executions) {
        ReadFile readFile = new ReadFile(workspaces);
        return List.of(
                readFile,
                new ReadMany(readFile),
                new ListFiles(workspaces),
                new SearchFiles(workspaces),
                new FileInfo(workspaces),
                new WriteFile(workspaces),
                new EditFile(workspaces),
                new ReplaceInFiles(workspaces),
                new ApplyPatch(workspaces),
                new CreateDirectory(workspaces),
                new MoveFile(workspaces),
                new CopyFile(workspaces),
                new DeleteFile(workspaces),
                new FsUndo(workspaces),
                new ExecuteCode(executions),
                new ExecOutput(executions));
    }
}
