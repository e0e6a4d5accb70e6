package dev.millwright.git.undo;

import dev.millwright.git.undo.Vault.Content;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is written down before a change: how the repository was, and what is about to move.
 *
 * @param process who was at it, as {@link dev.millwright.keep.Live} calls it
 * @param repo its path, as callers write it
 * @param folder where Git keeps it
 * @param head an id, or {@code ref: } and a branch
 * @param refs a {@link RefList}
 * @param index its bytes; empty where there was none
 * @param digest {@link IndexDigest} of the index
 * @param indexModified its time, nanoseconds since 1970: what is younger than it proves nothing by its own time
 * @param own files of this working tree's own Git folder
 * @param common files of the Git folder that all its working trees share
 * @param pages each a {@link WorkImages.Page}
 * @param moves refs and all values they get, by {@link dev.millwright.git.repo.Change#willMove}
 * @param trees folders that appear or go as a whole
 * @param undoes operations that this one takes back
 * @param redo whether it takes back the taking back of one
 */
record Intent(
        String process,
        String repo,
        String folder,
        String head,
        Content refs,
        Optional<Content> index,
        String digest,
        long indexModified,
        Map<String, Content> own,
        Map<String, Content> common,
        List<Content> pages,
        Map<String, List<String>> moves,
        List<Tree> trees,
        List<String> undoes,
        boolean redo) {

    /** A whole folder that appears or goes. @param path absolute */
    record Tree(String path, boolean made) {
        Tree back() {
            return new Tree(path, !made);
        }
    }

    Intent with(List<Tree> moreTrees) {
        return new Intent(
                process,
                repo,
                folder,
                head,
                refs,
                index,
                digest,
                indexModified,
                own,
                common,
                pages,
                moves,
                moreTrees,
                undoes,
                redo);
    }

    Intent with(List<Content> morePages, Map<String, List<String>> moreMoves, Map<String, Content> moreCommon) {
        return new Intent(
                process,
                repo,
                folder,
                head,
                refs,
                index,
                digest,
                indexModified,
                own,
                moreCommon,
                morePages,
                moreMoves,
                trees,
                undoes,
                redo);
    }

    /**
     * What is written down after it: how the repository is wherever it changed, and must still be for an undo.
     *
     * @param refs those that changed, with {@code HEAD}, by their value; nothing for one that went
     * @param digest {@link IndexDigest} of the index
     * @param own keys of the contents of changed files; nothing for one that went
     * @param common as {@code own}
     * @param work a {@link WorkImages.Page}
     * @param trees what is in made folders, by {@link dev.millwright.workspace.Trees#fingerprint}
     * @param lost what undo will not bring back
     */
    record Outcome(
            Map<String, String> refs,
            String digest,
            Map<String, String> own,
            Map<String, String> common,
            Content work,
            Map<String, String> trees,
            List<String> lost) {}

    /** Refs by name, each an id, or {@code ref: } and a name. */
    record RefList(Map<String, String> refs) {}
}
