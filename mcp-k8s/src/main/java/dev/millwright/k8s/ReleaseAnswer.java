package dev.millwright.k8s;

import dev.millwright.json.Json;
import dev.millwright.k8s.helm.Confidential;
import dev.millwright.k8s.helm.Difference;
import dev.millwright.k8s.helm.Release;
import dev.millwright.tool.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was done to a release, or would be.
 *
 * @param release as in {@code shop/web}
 * @param status of the revision; for a dry run the one it would have first
 * @param changes object by object, secrets masked
 * @param done in this order
 * @param refused what the server would not take
 * @param notes of the chart
 * @param left how many changes are not shown
 */
record ReleaseAnswer(
        String release,
        int revision,
        String status,
        String chart,
        List<Difference> changes,
        List<String> done,
        List<String> refused,
        Optional<String> notes,
        Optional<Integer> left) {
    /** Bytes of JSON that a token is. */
    private static final int TOKEN = 4;

    static ReleaseAnswer of(
            Call call, Release release, List<Difference> changes, List<String> done, List<String> refused) {
        long all = (long) call.budget() * TOKEN - 300 - Json.size(Json.tree(done)) - Json.size(Json.tree(refused));
        int forNotes = (int) Math.max(0, all / 4);
        Optional<String> notes = Optional.of(
                        Confidential.of(release).hide(release.notes().strip()))
                .filter(text -> !text.isEmpty())
                .map(text -> text.length() <= forNotes ? text : text.substring(0, forNotes) + "…");
        long room = all - notes.map(String::length).orElse(0);
        List<Difference> shown = new ArrayList<>();
        for (Difference each : changes) {
            room -= Json.size(Json.tree(each));
            if (room < 0 && !shown.isEmpty()) {
                break;
            }
            shown.add(each);
        }
        return new ReleaseAnswer(
                release.namespace() + "/" + release.name(),
                release.revision(),
                release.status(),
                release.chart(),
                shown,
                done,
                refused,
                notes,
                Optional.of(changes.size() - shown.size()).filter(each -> each > 0));
    }
}
