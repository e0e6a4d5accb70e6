package dev.millwright.git.undo;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.IndexHold;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.undo.Intent.Outcome;
import dev.millwright.git.undo.Intent.RefList;
import dev.millwright.git.undo.Vault.Content;
import dev.millwright.git.undo.WorkImages.Page;
import dev.millwright.tool.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** How a repository was before a change, and the way back. */
final class Past {
    private final Repo repo;
    private final Vault vault;
    private final Intent intent;
    private final Snapshot snapshot;

    Past(Repo repo, Vault vault, Intent intent) {
        this.repo = repo;
        this.vault = vault;
        this.intent = intent;
        this.snapshot = new Snapshot(repo, vault);
    }

    /** Paths of the working tree that the change wrote. */
    List<String> paths() {
        return intent.pages().stream()
                .flatMap(page -> vault.read(page, Page.class).entries().stream())
                .map(WorkImages.Entry::path)
                .toList();
    }

    Map<String, Content> commonNow(boolean worktrees) {
        Map<String, Content> now = new TreeMap<>(snapshot.common(worktrees));
        now.putAll(snapshot.common(intent.common().keySet().stream()
                .filter(path -> path.startsWith("logs/refs/") && !path.equals("logs/refs/stash"))
                .toList()));
        return now;
    }

    /** What is not as the change left it, in words; empty when taking it back is safe. */
    List<String> changedSince(Call call, Outcome outcome) {
        List<String> changed = new ArrayList<>();
        Map<String, String> refs = snapshot.refs();
        outcome.refs().forEach((ref, value) -> {
            String now = ref.equals(Constants.HEAD) ? snapshot.head() : refs.getOrDefault(ref, RefWrites.GONE);
            if (!now.equals(value)) {
                changed.add("%s is %s, was left %s".formatted(ref, said(now), said(value)));
            }
        });
        if (!outcome.digest().equals(intent.digest())
                && !snapshot.index().digest().equals(outcome.digest())) {
            changed.add("the index has other entries");
        }
        Map<String, Content> own = snapshot.own();
        outcome.own().forEach((path, key) -> {
            if (!OpenChange.key(own, path).equals(key)) {
                changed.add("the Git folder's " + path);
            }
        });
        Map<String, Content> common =
                commonNow(outcome.common().keySet().stream().anyMatch(p -> p.startsWith("worktrees/")));
        outcome.common().forEach((path, key) -> {
            if (!path.matches("logs/.*|worktrees/[^/]+/(index|ORIG_HEAD|logs/.*)")
                    && !OpenChange.key(common, path).equals(key)) {
                changed.add("the Git folder's " + path);
            }
        });
        Parked parked = new Parked(repo.workspace(), vault.keep());
        Map<String, String> trees = parked.fingerprints(repo, intent.trees());
        outcome.trees().forEach((path, was) -> {
            if (!was.equals(trees.get(path))) {
                changed.add("the folder " + path.substring(path.lastIndexOf('/') + 1));
            }
        });
        if (Parked.isBirth(repo, intent.trees())) {
            refs.keySet().stream()
                    .filter(ref -> !outcome.refs().containsKey(ref))
                    .forEach(ref -> changed.add(ref + " is new"));
            if (!snapshot.index().digest().equals(outcome.digest())) {
                changed.add("the index has other entries");
            }
            parked.strange(call, repo, intent.trees(), vault, Optional.of(outcome))
                    .ifPresent(name -> changed.add("there is a file " + name));
        }
        if (!repo.isBare()) {
            changed.addAll(new WorkImages(repo, call, vault).differing(vault.read(outcome.work(), Page.class)));
        }
        return changed.stream().map(RepoText::path).toList();
    }

    private static String said(String value) {
        return value.isEmpty() ? "gone" : value;
    }

    /** Takes a finished change back; the change that does it writes down everything first. */
    void restore(Change change, Outcome outcome) {
        work(change);
        if (!outcome.digest().equals(intent.digest())) {
            snapshot.restoreIndex(intent.index(), intent.indexModified(), outcome.digest());
        }
        moveBack(change, outcome.refs());
        restoreOnly(outcome);
    }

    private void restoreOnly(Outcome outcome) {
        Map<String, Content> own = snapshot.own();
        snapshot.restoreOwn(only(own, outcome.own()), only(intent.own(), outcome.own()));
        boolean worktrees = outcome.common().keySet().stream().anyMatch(path -> path.startsWith("worktrees/"));
        snapshot.restoreCommon(only(commonNow(worktrees), outcome.common()), only(intent.common(), outcome.common()));
    }

    private static Map<String, Content> only(Map<String, Content> files, Map<String, String> wanted) {
        Map<String, Content> some = new TreeMap<>(files);
        some.keySet().retainAll(wanted.keySet());
        return some;
    }

    private void work(Change change) {
        if (repo.isBare() || intent.pages().isEmpty()) {
            return;
        }
        change.willWrite(paths());
        WorkImages work = new WorkImages(repo, change.call(), vault);
        for (Content page : intent.pages().reversed()) {
            work.restore(vault.read(page, Page.class));
        }
    }

    /** Takes back whatever an unfinished change did, without a word of what it wanted. */
    void rollBack(Change change) {
        work(change);
        if (IndexHold.wroteIndex(repo)) {
            String now = snapshot.index().digest();
            if (!now.equals(intent.digest())) {
                snapshot.restoreIndex(intent.index(), intent.indexModified(), now);
            }
        }
        Map<String, String> done = new HashMap<>();
        Map<String, String> refs = snapshot.refs();
        Map<String, String> before = vault.read(intent.refs(), RefList.class).refs();
        intent.moves().forEach((ref, values) -> {
            boolean isHead = ref.equals(Constants.HEAD);
            String now = isHead ? snapshot.head() : refs.getOrDefault(ref, RefWrites.GONE);
            String was = isHead ? intent.head() : before.getOrDefault(ref, RefWrites.GONE);
            if (values.contains(now) && !now.equals(was)) {
                done.put(ref, now);
            }
        });
        moveBack(change, done);
        snapshot.restoreOwn(snapshot.own(), intent.own());
        snapshot.restoreCommon(commonNow(worktrees()), intent.common());
    }

    /** Whether the change may have touched what the repository keeps of linked working trees. */
    boolean worktrees() {
        return !intent.trees().isEmpty()
                || intent.common().keySet().stream().anyMatch(path -> path.startsWith("worktrees/"));
    }

    /** Whether someone went on from where the change was cut short: then nothing is to be taken back any more. */
    boolean isOvertaken() {
        Map<String, String> before = vault.read(intent.refs(), RefList.class).refs();
        Map<String, String> refs = snapshot.refs();
        String head = snapshot.head();
        boolean moved = intent.moves().entrySet().stream().anyMatch(move -> {
            boolean isHead = move.getKey().equals(Constants.HEAD);
            String was = isHead ? intent.head() : before.getOrDefault(move.getKey(), RefWrites.GONE);
            String now = isHead ? head : refs.getOrDefault(move.getKey(), RefWrites.GONE);
            return !now.equals(was) && !move.getValue().contains(now);
        });
        boolean elsewhere = !intent.moves().containsKey(Constants.HEAD) && !head.equals(intent.head());
        return moved || elsewhere;
    }

    /** Gives refs the value they had; only from the value that the change gave them. */
    private void moveBack(Change change, Map<String, String> from) {
        if (from.isEmpty()) {
            return;
        }
        Map<String, String> before = vault.read(intent.refs(), RefList.class).refs();
        RefWrites writes = new RefWrites(change);
        String message = "undo: " + change.opId();
        Optional<String> head = Optional.ofNullable(from.get(Constants.HEAD));
        List<String> back = from.keySet().stream()
                .filter(ref -> !ref.equals(Constants.HEAD) && before.containsKey(ref))
                .toList();
        List<String> gone = from.keySet().stream()
                .filter(ref -> !ref.equals(Constants.HEAD) && !before.containsKey(ref))
                .toList();
        // HEAD leaves a branch that goes, before it goes; it comes back to one after that is there again. What has the
        // place of one that comes back, as a/b that of a, goes before all.
        List<String> first = gone.stream()
                .filter(ref -> back.stream().anyMatch(b -> b.startsWith(ref + "/") || ref.startsWith(b + "/")))
                .toList();
        first.forEach(ref -> delete(writes, ref, from.get(ref)));
        back.forEach(ref -> writes.move(ref, from.get(ref), before.get(ref), message));
        head.ifPresent(value -> writes.move(Constants.HEAD, value, intent.head(), message));
        gone.stream().filter(ref -> !first.contains(ref)).forEach(ref -> delete(writes, ref, from.get(ref)));
    }

    private static void delete(RefWrites writes, String ref, String value) {
        writes.delete(ref, ObjectId.isId(value) ? ObjectId.fromString(value) : writes.value(ref));
    }
}
