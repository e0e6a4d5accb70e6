package dev.millwright.server;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.sandbox.Command;
import dev.millwright.sandbox.Limits;
import dev.millwright.sandbox.Receipt;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Fetches secrets: the environment is this process's, their commands pass the door for processes. */
final class Secrets {
    private Secrets() {}

    static String reveal(Secret secret) {
        return secret.resolve(System.getenv(), Secrets::output).reveal();
    }

    private static byte[] output(List<String> words, Duration patience, int longest) {
        String program = "the secret's command " + words.getFirst();
        try {
            Receipt receipt = Sandboxes.plain()
                    .run(Command.of(words).limits(Limits.DEFAULT.wall(patience).outputBytes(longest)));
            if (receipt.reason() != Receipt.Reason.EXITED) {
                throw new ConfigException(program + " took longer than " + patience.toSeconds() + " s");
            } else if (receipt.exitCode() != 0) {
                throw new ConfigException(program + " failed with exit code " + receipt.exitCode());
            } else if (receipt.stdout().total() > longest) {
                throw new ConfigException(program + " printed more than " + longest + " bytes");
            }
            return receipt.stdout().read(0, longest);
        } catch (ToolException | IOException e) {
            throw new ConfigException(program + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("interrupted while waiting for " + program, e);
        }
    }
}
