package dev.millwright.git.undo;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.undo.Intent.Outcome;
import dev.millwright.git.undo.Intent.RefList;
import dev.millwright.git.undo.Vault.Content;
import dev.millwright.json.Json;
import dev.millwright.store.Operations;
import dev.millwright.tool.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;

/** A change while it is being made. */
final class OpenChange implements Change {
    private static final String STASHES = "logs/refs/stash";

    private final String opId;
    private final Repo repo;
    private final Call call;
    private final boolean worktrees;
    private final Operations operations;
    private final Vault vault;
    private final Snapshot snapshot;
    private final WorkImages work;
    private final Map<String, String> refsBefore;
    private final Snapshot.IndexFile indexBefore;
    private final Set<String> announced = new HashSet<>();
    private final List<String> lost = new ArrayList<>();
    private Intent intent;

    /** Looks at the repository and writes down how it is; durable on return. */
    OpenChange(
            String opId,
            Repo repo,
            Call call,
            String tool,
            Operations operations,
            Vault vault,
            String process,
            boolean worktrees,
            List<Intent.Tree> trees,
            List<String> undoes,
            boolean redo) {
        this.opId = opId;
        this.repo = repo;
        this.call = call;
        this.worktrees = worktrees;
        this.operations = operations;
        this.vault = vault;
        this.snapshot = new Snapshot(repo, vault);
        this.work = new WorkImages(repo, call, vault);
        this.refsBefore = snapshot.refs();
        this.indexBefore = snapshot.index();
        Optional<Content> index = indexBefore.stat().map(stat -> vault.put(indexBefore.bytes()));
        this.intent = new Intent(
                process,
                repo.top().shown(),
                repo.git().getDirectory().getPath(),
                snapshot.head(),
                vault.put(new RefList(refsBefore)),
                index,
                indexBefore.digest(),
                indexBefore.modified(),
                snapshot.own(),
                snapshot.common(worktrees),
                List.of(),
                Map.of(),
                trees,
                undoes,
                redo);
        if (keptBeside()) {
            vault.keep().sync();
        }
        operations.begin(opId, call.tenant().name(), Changes.SERVER, tool, call.caller(), Json.tree(intent));
    }

    private boolean keptBeside() {
        return Stream.of(
                        Stream.of(intent.refs()),
                        intent.index().stream(),
                        intent.own().values().stream(),
                        intent.common().values().stream())
                .flatMap(all -> all)
                .anyMatch(content -> content.image().isPresent());
    }

    @Override
    public String opId() {
        return opId;
    }

    @Override
    public Repo repo() {
        return repo;
    }

    @Override
    public Call call() {
        return call;
    }

    Intent intent() {
        return intent;
    }

    @Override
    public void willWrite(Collection<String> paths) {
        List<String> more = paths.stream().filter(announced::add).toList();
        if (more.isEmpty()) {
            return;
        }
        Content page = vault.put(work.keep(more));
        if (page.image().isPresent()) {
            vault.keep().sync();
        }
        amend(intent.with(
                Stream.concat(intent.pages().stream(), Stream.of(page)).toList(), intent.moves(), intent.common()));
    }

    @Override
    public void willMove(Map<String, String> refs) {
        Map<String, List<String>> moves = new TreeMap<>(intent.moves());
        refs.forEach((ref, value) -> moves.merge(
                ref,
                List.of(value),
                (a, b) -> Stream.concat(a.stream(), b.stream()).toList()));
        Map<String, Content> common = new TreeMap<>(intent.common());
        List<String> logs = refs.entrySet().stream()
                .filter(move -> move.getValue().equals(RefWrites.GONE))
                .map(move -> "logs/" + move.getKey())
                // That of the stash was looked at when the change began: what is not there was not there.
                .filter(log -> !log.equals(STASHES) && !common.containsKey(log))
                .toList();
        if (!logs.isEmpty()) {
            Map<String, Content> kept = snapshot.common(logs);
            if (kept.values().stream().anyMatch(content -> content.image().isPresent())) {
                vault.keep().sync();
            }
            common.putAll(kept);
        }
        amend(intent.with(intent.pages(), moves, common));
    }

    @Override
    public void willMake(String path) {
        tree(new Intent.Tree(path, true));
    }

    @Override
    public void willRemove(String path) {
        tree(new Intent.Tree(path, false));
    }

    private void tree(Intent.Tree tree) {
        amend(intent.with(
                Stream.concat(intent.trees().stream(), Stream.of(tree)).toList()));
    }

    private void amend(Intent more) {
        operations.amend(opId, Json.tree(more));
        intent = more;
    }

    @Override
    public void cannotUndo(String what) {
        lost.add(what);
    }

    /** Writes down how the repository is now. */
    void done() {
        Map<String, String> refs = movedRefs();
        Map<String, Content> commonNow = commonNow();
        Set<ObjectId> dropped = stashes(intent.common());
        dropped.removeAll(stashes(commonNow));
        new Pins(repo).keep(opId, refsBefore, intent.head(), refs, dropped);
        String digest = snapshot.isIndex(indexBefore)
                ? intent.digest()
                : snapshot.index().digest();
        Outcome outcome = new Outcome(
                refs,
                digest,
                changed(intent.own(), snapshot.own()),
                changed(intent.common(), commonNow),
                vault.put(work.look(new TreeSet<>(announced))),
                new Parked(repo.workspace(), vault.keep()).fingerprints(repo, intent.trees()),
                lost);
        if (outcome.work().image().isPresent()) {
            vault.keep().sync();
        }
        operations.done(opId, Json.tree(outcome));
    }

    /** Stashes are reached by the log of their ref alone. */
    private Set<ObjectId> stashes(Map<String, Content> common) {
        Content log = common.get(STASHES);
        return log == null
                ? new HashSet<>()
                : new String(vault.bytes(log), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.length() > 81 && ObjectId.isId(line.substring(41, 81)))
                        .map(line -> ObjectId.fromString(line.substring(41, 81)))
                        .collect(Collectors.toCollection(HashSet::new));
    }

    private Map<String, Content> commonNow() {
        return new Past(repo, vault, intent).commonNow(worktrees);
    }

    /** Refs that moved by what was written down, and those that Git moves on its own when it fetches. */
    private Map<String, String> movedRefs() {
        Map<String, String> now = snapshot.refs();
        Map<String, String> moved = new TreeMap<>();
        Stream.concat(refsBefore.keySet().stream(), now.keySet().stream())
                .distinct()
                .filter(ref -> intent.moves().containsKey(ref)
                        || ref.startsWith("refs/remotes/")
                        || ref.startsWith("refs/tags/"))
                .filter(ref -> !Objects.equals(refsBefore.get(ref), now.get(ref)))
                .forEach(ref -> moved.put(ref, now.getOrDefault(ref, RefWrites.GONE)));
        String head = snapshot.head();
        if (intent.moves().containsKey("HEAD") && !head.equals(intent.head())) {
            moved.put("HEAD", head);
        }
        return moved;
    }

    /** What differs, by the key of what is there now; nothing for what went. */
    private static Map<String, String> changed(Map<String, Content> before, Map<String, Content> now) {
        return Stream.concat(before.keySet().stream(), now.keySet().stream())
                .distinct()
                .filter(path -> !key(before, path).equals(key(now, path)))
                .collect(Collectors.toMap(path -> path, path -> key(now, path), (a, b) -> a, TreeMap::new));
    }

    static String key(Map<String, Content> files, String path) {
        Content content = files.get(path);
        return content == null ? "" : content.key();
    }
}
