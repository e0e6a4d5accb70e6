package dev.millwright.docker.sandbox;

import java.util.List;

/** Says which of the wanted artifacts are not there. */
final class Missing {
    private Missing() {}

    static void tell(Job job, List<Artifact> found, Gathering gathering) {
        for (String wanted : job.artifacts()) {
            boolean there = wanted.equals(".")
                    || gathering.notes().stream().anyMatch(note -> note.startsWith(wanted))
                    || found.stream()
                            .anyMatch(each ->
                                    each.path().equals(wanted) || each.path().startsWith(wanted + "/"));
            if (!there) {
                gathering.skip("there is no file " + wanted);
            }
        }
    }
}
