package dev.millwright.git.remote;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefFilter;
import org.eclipse.jgit.transport.TestProtocol;
import org.eclipse.jgit.transport.TransferConfig;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.UploadPack;

/**
 * Repositories in the same roots as remotes: opened through the same door as any other, served in this process, so that
 * neither program nor hook of them runs.
 */
final class Neighbours {
    /** Refs that are not for others. */
    static final String OURS = "refs/millwright/";

    private final Repositories repositories;

    Neighbours(Repositories repositories) {
        this.repositories = repositories;
    }

    /** The other repository, held while the transport is open. */
    Repo open(Call call, RemoteUrl.Local url) {
        return repositories.open(call, Optional.of(url.path()));
    }

    /** The only in-process transport of JGit that can be had without its registry, which runs {@code git-upload-pack}. */
    Transport transport(Repo local, Repo other) throws NotSupportedException, TransportException {
        TestProtocol<Repo> protocol = new TestProtocol<>((repo, git) -> upload(git), (repo, git) -> receive(repo, git));
        return protocol.open(protocol.register(other, other.git()), local.git(), "neighbour");
    }

    private static UploadPack upload(Repository git) {
        UploadPack upload = new UploadPack(git);
        upload.setRefFilter(withoutOurs());
        // Who reaches the roots reaches all that is in them: single objects too, as partial clones ask for.
        Config allowed = new Config();
        allowed.setBoolean("uploadpack", null, "allowFilter", true);
        allowed.setBoolean("uploadpack", null, "allowAnySHA1InWant", true);
        upload.setTransferConfig(new TransferConfig(allowed));
        return upload;
    }

    private static ReceivePack receive(Repo repo, Repository git) {
        ReceivePack receive = new ReceivePack(git);
        receive.setRefFilter(withoutOurs());
        receive.setObjectChecker(checker());
        receive.setPreReceiveHook((pack, commands) -> commands.forEach(command -> check(repo, command)));
        return receive;
    }

    private static void check(Repo repo, ReceiveCommand command) {
        String ref = command.getRefName();
        try {
            if (ref.startsWith(OURS)) {
                command.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, "not for others");
            } else if (!repo.isBare() && ref.equals(repo.git().getFullBranch())) {
                command.setResult(ReceiveCommand.Result.REJECTED_CURRENT_BRANCH, "branch is checked out");
            }
        } catch (java.io.IOException e) {
            command.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, "HEAD cannot be read");
        }
    }

    /** Nobody else of this process changes the other repository meanwhile. */
    static AutoCloseable holding(Repo other) throws InterruptedException {
        if (!other.changing().tryLock(10, TimeUnit.SECONDS)) {
            throw ToolException.conflict(other.shown() + " is being changed; try again");
        }
        return other.changing()::unlock;
    }

    private static RefFilter withoutOurs() {
        return refs -> refs.entrySet().stream()
                .filter(ref -> !ref.getKey().startsWith(OURS))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry<String, Ref>::getValue));
    }

    /**
     * What Git's own check on receiving finds, less the slips in authors and dates that old, honest histories are full
     * of, and that harm nothing.
     */
    static ObjectChecker checker() {
        ObjectChecker checker = new ObjectChecker();
        List.of(
                        ObjectChecker.ErrorType.BAD_DATE,
                        ObjectChecker.ErrorType.BAD_EMAIL,
                        ObjectChecker.ErrorType.BAD_TIMEZONE,
                        ObjectChecker.ErrorType.MISSING_EMAIL,
                        ObjectChecker.ErrorType.MISSING_SPACE_BEFORE_DATE,
                        ObjectChecker.ErrorType.ZERO_PADDED_FILEMODE)
                .forEach(type -> checker.setIgnore(type, true));
        return checker;
    }

    static boolean isOurs(String ref) {
        return (ref + "/").startsWith(OURS) || ref.equals(Constants.R_REFS + "millwright");
    }
}
