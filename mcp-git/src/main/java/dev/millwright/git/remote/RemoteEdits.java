package dev.millwright.git.remote;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.ConfigFile;
import dev.millwright.git.repo.ConfigText;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;

/** Changes of the remotes themselves: their configuration, the branches that follow them, and their tracking refs. */
public final class RemoteEdits {
    private final Change change;
    private final Repo repo;
    private final ConfigFile config;

    public RemoteEdits(Change change) {
        this.change = change;
        this.repo = change.repo();
        this.config = new ConfigFile(repo);
    }

    /** @throws ToolException {@code CONFLICT} for a name that is taken */
    public void add(String name, RemoteUrl url) {
        checkFree(name);
        FetchSpec spec = Remote.allBranches(name);
        config.change(text -> text.set("remote", name, "url", List.of(url.toString()))
                .set(
                        "remote",
                        name,
                        "fetch",
                        List.of("+" + spec.source() + ":" + spec.target().orElseThrow())));
    }

    public void setUrl(String name, RemoteUrl url) {
        Remote.of(repo, name);
        config.set("remote", name, "url", List.of(url.toString()));
    }

    /** Branches that followed it follow none then; its tracking refs are gone. */
    public void remove(String name) throws IOException {
        Remote.of(repo, name);
        List<String> following = following(name);
        config.change(text -> {
            ConfigText next = text.remove("remote", name);
            for (String branch : following) {
                next = next.set("branch", branch, "remote", List.of()).set("branch", branch, "merge", List.of());
            }
            return next;
        });
        drop(new RefWrites(change), tracking(name));
    }

    /** Its tracking refs and the branches that follow it go along. */
    public void rename(String from, String to) throws IOException {
        Remote remote = Remote.of(repo, from);
        checkFree(to);
        List<String> following = following(from);
        List<String> fetch = remote.fetch().stream()
                .map(spec -> spec.replace(":" + Constants.R_REMOTES + from + "/", ":" + Constants.R_REMOTES + to + "/"))
                .toList();
        config.change(text -> {
            ConfigText next = text.rename("remote", from, to).set("remote", to, "fetch", fetch);
            for (String branch : following) {
                next = next.set("branch", branch, "remote", List.of(to));
            }
            return next;
        });
        RefWrites writes = new RefWrites(change);
        List<RefWrites.Put> puts = new ArrayList<>();
        List<Ref> old = tracking(from);
        for (Ref ref : old) {
            if (!ref.isSymbolic()) {
                puts.add(new RefWrites.Put(
                        Constants.R_REMOTES + to + ref.getName().substring((Constants.R_REMOTES + from).length()),
                        ObjectId.zeroId(),
                        ref.getObjectId()));
            }
        }
        drop(writes, old);
        if (!puts.isEmpty()) {
            writes.putAll(puts, "remote: renamed " + from + " to " + to);
        }
    }

    private void checkFree(String name) {
        if (Remote.all(repo).stream().anyMatch(remote -> remote.name().equals(name))) {
            throw ToolException.conflict("there is a remote " + name + " already; set-url gives it another address");
        }
    }

    private List<String> following(String name) {
        Config all = repo.git().getConfig();
        return all.getSubsections("branch").stream()
                .filter(branch -> name.equals(all.getString("branch", branch, "remote")))
                .toList();
    }

    private List<Ref> tracking(String name) throws IOException {
        return repo.git().getRefDatabase().getRefsByPrefix(Constants.R_REMOTES + name + "/");
    }

    /** Those first that are names for others, as {@code origin/HEAD}. */
    private static void drop(RefWrites writes, List<Ref> refs) {
        refs.stream()
                .sorted(Comparator.comparing(ref -> !ref.isSymbolic()))
                .forEach(ref -> writes.delete(ref.getName(), writes.value(ref.getName())));
    }
}
