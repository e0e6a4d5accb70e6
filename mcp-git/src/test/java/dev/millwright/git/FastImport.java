package dev.millwright.git;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Makes many commits in one repository in one go. */
final class FastImport implements AutoCloseable {
    private final Process process;
    private final OutputStream out;
    private int time = 1_700_000_000;

    FastImport(java.nio.file.Path repository) throws IOException {
        process = new ProcessBuilder("git", "fast-import", "--quiet", "--force")
                .directory(repository.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
    }

    /** @param parents branches made before */
    void commit(String branch, Map<String, RandomChanges.File> files, String... parents) throws IOException {
        say("commit refs/heads/" + branch + "\ncommitter Ada <ada@example.org> " + time++ + " +0000\n");
        data(("commit " + branch).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < parents.length; i++) {
            say((i == 0 ? "from refs/heads/" : "merge refs/heads/") + parents[i] + "\n");
        }
        say("deleteall\n");
        for (Map.Entry<String, RandomChanges.File> file : files.entrySet()) {
            String path = "\"" + file.getKey().replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n";
            if (file.getValue().mode().equals("160000")) {
                say("M 160000 " + new String(file.getValue().content(), StandardCharsets.US_ASCII) + " " + path);
            } else {
                say("M " + file.getValue().mode() + " inline " + path);
                data(file.getValue().content());
            }
        }
        say("\n");
    }

    private void data(byte[] bytes) throws IOException {
        say("data " + bytes.length + "\n");
        out.write(bytes);
        say("\n");
    }

    private void say(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        out.close();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("git fast-import ended with " + process.exitValue());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
