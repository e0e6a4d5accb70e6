package dev.millwright.k8s.fix;

import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.State;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Applies fixes of a plan one after the other, sees whether each holds, and takes back what does not. */
public final class Mending {
    /** Between two looks, from the first to all later ones. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** How long pods must stay well where the cause was one that shows only after a while. */
    private static final Duration SETTLE = Duration.ofSeconds(10);

    /** Left of the call's time for taking back. */
    private static final Duration RESERVE = Duration.ofSeconds(10);

    private final Plans plans;
    private final List<Rule> rules;
    private final int maxObjects;
    private final Clock clock;

    public Mending(Plans plans, List<Rule> rules, int maxObjects, Clock clock) {
        this.plans = plans;
        this.rules = List.copyOf(rules);
        this.maxObjects = maxObjects;
        this.clock = clock;
    }

    /** Shows what the fixes would change. */
    public List<Mended> dryRun(Cluster cluster, List<Planned> chosen) {
        return edits(cluster, chosen).entrySet().stream()
                .map(each -> Mended.of(
                        each.getKey(), Mended.State.DRY_RUN, each.getValue().dryRun(), Optional.empty()))
                .toList();
    }

    /**
     * Applies the fixes in their order until one does not hold.
     *
     * @param patience for each to be verified
     * @throws ToolException when nothing was changed, or what was is taken back at once
     */
    public List<Mended> apply(Call call, Cluster cluster, Plans.Plan plan, List<Planned> chosen, Duration patience)
            throws InterruptedException {
        chosen.forEach(each -> plans.unused(plan, each));
        Map<Planned, Edit> edits = edits(cluster, chosen);
        Map<Planned, List<String>> diffs = new HashMap<>();
        edits.forEach((fix, edit) -> diffs.put(fix, edit.dryRun()));
        List<Mended> ends = new ArrayList<>();
        for (Planned fix : chosen) {
            boolean goOn = ends.stream().allMatch(each -> each.state() == Mended.State.VERIFIED);
            List<String> diff = diffs.getOrDefault(fix, List.of());
            if (goOn) {
                try {
                    ends.add(one(call, cluster, plan, fix, edits.get(fix), diff, patience));
                } catch (ToolException | ApiError e) {
                    if (ends.isEmpty()) {
                        throw e;
                    }
                    // Those before it are done, and the answer must say so.
                    ends.add(Mended.of(fix, Mended.State.NOT_DONE, diff, Optional.of(SecretText.text(e.getMessage()))));
                }
            } else {
                ends.add(Mended.of(fix, Mended.State.NOT_DONE, List.of(), Optional.empty()));
            }
        }
        return ends;
    }

    private static Map<Planned, Edit> edits(Cluster cluster, List<Planned> chosen) {
        Map<Ref, Planned> targets = new HashMap<>();
        Map<Planned, Edit> edits = new LinkedHashMap<>();
        for (Planned fix : chosen) {
            Planned other = targets.put(fix.change().target(), fix);
            if (other != null) {
                throw ToolException.invalidInput(
                        "/fix_ids %s and %s both change %s: choose one, diagnose again for the other"
                                .formatted(
                                        other.fixId(), fix.fixId(), fix.change().target()));
            }
            edits.put(fix, Edit.planned(cluster, fix.change()));
        }
        return edits;
    }

    private Mended one(
            Call call, Cluster cluster, Plans.Plan plan, Planned fix, Edit edit, List<String> diff, Duration patience)
            throws InterruptedException {
        List<Cause> before = diagnose(cluster, fix);
        if (!shows(before, fix)) {
            throw ToolException.conflict("%s of %s does not show any more; nothing was changed. Diagnose again"
                    .formatted(fix.cause().id(), fix.object()));
        }
        plans.use(plan, fix);
        Mended end;
        try {
            edit.apply();
            end = verified(call, cluster, fix, edit, before, diff, patience);
        } catch (RuntimeException | InterruptedException e) {
            plans.ended(plan, fix, "failed: " + SecretText.text(String.valueOf(e.getMessage())));
            throw e;
        }
        plans.ended(plan, fix, end.told());
        return end;
    }

    private Mended verified(
            Call call,
            Cluster cluster,
            Planned fix,
            Edit edit,
            List<Cause> before,
            List<String> diff,
            Duration patience)
            throws InterruptedException {
        Verdict verdict;
        try {
            verdict = verify(call, cluster, fix, before, within(call, patience));
        } catch (InterruptedException e) {
            throw (InterruptedException)
                    new InterruptedException("cancelled before the fix was verified; " + end(takeBack(edit)))
                            .initCause(e);
        } catch (RuntimeException e) {
            throw ToolException.internal("the fix could not be verified; " + end(takeBack(edit)), e);
        }
        if (verdict.holds()) {
            return Mended.of(fix, Mended.State.VERIFIED, diff, verdict.why());
        }
        String why = verdict.why().orElse("");
        return takeBack(edit)
                .map(not -> Mended.of(
                        fix, Mended.State.NOT_REVERTED, diff, Optional.of(why + "; could not take it back: " + not)))
                .orElseGet(() -> Mended.of(fix, Mended.State.REVERTED, diff, Optional.of(why)));
    }

    /** Also when the call was cancelled: the thread is interrupted again afterwards. */
    private static Optional<String> takeBack(Edit edit) {
        boolean interrupted = Thread.interrupted();
        try {
            return edit.revert();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String end(Optional<String> notReverted) {
        return notReverted.map(why -> "it could NOT be taken back: " + why).orElse("it was taken back");
    }

    private Duration within(Call call, Duration patience) {
        if (call.deadline().equals(Instant.MAX)) {
            return patience;
        }
        Duration left = Duration.between(Instant.now(), call.deadline()).minus(RESERVE);
        return left.compareTo(patience) < 0 ? left : patience;
    }

    private record Verdict(boolean holds, Optional<String> why) {}

    private Verdict verify(Call call, Cluster cluster, Planned fix, List<Cause> before, Duration patience)
            throws InterruptedException {
        Ref watched = Stream.of(fix.change().target(), fix.object())
                .filter(each -> Rollout.KINDS.contains(each.kind()))
                .findFirst()
                .orElse(fix.change().target());
        Kind kind = Edit.kind(cluster, watched);
        boolean late =
                fix.cause().name().startsWith("CRASH") || fix.cause().name().startsWith("PROBE");
        long settle = late ? Math.min(SETTLE.toNanos(), patience.toNanos() / 4) : 0;
        long start = System.nanoTime();
        long end = start + patience.toNanos();
        long wellSince = 0;
        Duration pause = FIRST_PAUSE;
        while (true) {
            boolean last = System.nanoTime() >= end;
            String state;
            String version = "";
            try {
                Optional<K8sObject> now = Edit.read(cluster, kind, watched);
                if (now.isEmpty()) {
                    return new Verdict(false, Optional.of(watched + " is gone"));
                }
                version = now.get().resourceVersion();
                Rollout rollout =
                        Rollout.KINDS.contains(watched.kind()) ? Rollout.of(now.get()) : new Rollout.Done("no rollout");
                state = rollout.words();
                if (rollout instanceof Rollout.Failed) {
                    return new Verdict(false, Optional.of("the rollout failed: " + state + worst(cluster, fix)));
                }
                if (rollout instanceof Rollout.Done || last) {
                    List<Cause> causes = diagnose(cluster, fix);
                    boolean shows = shows(causes, fix);
                    if (!shows && rollout instanceof Rollout.Done) {
                        wellSince = wellSince == 0 ? System.nanoTime() : wellSince;
                        if (System.nanoTime() - wellSince >= settle || last) {
                            return new Verdict(true, Optional.empty());
                        }
                        state += "; watching whether it stays so";
                    } else if (last) {
                        return late(fix, watched, before, causes, shows, state);
                    } else {
                        wellSince = 0;
                        state += "; the cause still shows";
                    }
                } else {
                    wellSince = 0;
                }
            } catch (ApiError e) {
                // The API may be away for a moment, as when a control plane restarts.
                state = "cannot " + e.what() + ": " + SecretText.text(e.getMessage());
                if (last || e.isForbidden()) {
                    return new Verdict(false, Optional.of("it could not be verified, " + state));
                }
            }
            call.progress(Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0, patience.toSeconds(), state);
            long left = Math.max(1, end - System.nanoTime());
            Duration wait = wellSince == 0 ? pause : Duration.ofNanos(Math.max(1_000_000, settle));
            pauseUntilChanged(cluster, kind, watched, version, min(wait, Duration.ofNanos(left)));
            pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    /**
     * Time is up and the workload is not well: then the cause must be gone, and what is broken still must have been so
     * before. A workload that was not patched itself may take longer: its controller tries again in its own time, after
     * up to 1,000 seconds (client-go, DefaultTypedControllerRateLimiter).
     */
    private static Verdict late(
            Planned fix, Ref watched, List<Cause> before, List<Cause> now, boolean shows, String state) {
        if (shows) {
            return new Verdict(
                    false,
                    Optional.of("%s of %s still shows; %s".formatted(fix.cause().id(), fix.object(), state)));
        }
        Ref target = fix.change().target();
        List<Finding> broken = findings(now)
                .filter(each -> each.severity() == Finding.Severity.ERROR)
                .filter(each -> touches(each, fix.object()) || touches(each, target))
                .toList();
        Optional<Finding> known =
                broken.stream().filter(each -> isAmong(each, before)).findFirst();
        if (known.isPresent()) {
            return new Verdict(
                    true,
                    Optional.of("its cause is gone; %s remains: %s"
                            .formatted(
                                    known.get().id().id(),
                                    SecretText.text(known.get().why()))));
        }
        boolean harmed = broken.stream().anyMatch(each -> touches(each, target));
        return watched.equals(target) || harmed
                ? new Verdict(false, Optional.of("not healthy in time: " + state))
                : new Verdict(
                        true, Optional.of("its cause is gone; %s has not recovered yet: %s".formatted(watched, state)));
    }

    private static boolean touches(Finding finding, Ref object) {
        return finding.object().equals(object) || finding.affects().contains(object);
    }

    private static boolean isAmong(Finding finding, List<Cause> causes) {
        return findings(causes)
                .anyMatch(each -> each.id() == finding.id()
                        && each.object().equals(finding.object())
                        && each.part().equals(finding.part()));
    }

    private String worst(Cluster cluster, Planned fix) {
        return diagnose(cluster, fix).stream()
                .findFirst()
                .map(each -> "; %s: %s"
                        .formatted(
                                each.finding().id().id(),
                                SecretText.text(each.finding().why())))
                .orElse("");
    }

    private static void pauseUntilChanged(Cluster cluster, Kind kind, Ref ref, String version, Duration pause)
            throws InterruptedException {
        try {
            cluster.await(
                    kind,
                    ref.namespace(),
                    ref.name(),
                    now -> !now.at("/metadata/resourceVersion").asText().equals(version),
                    pause);
        } catch (ApiError e) {
            // Without the right to watch, or while the API is away, by time alone.
            Thread.sleep(pause);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    /** What is wrong around a fix now. */
    private List<Cause> diagnose(Cluster cluster, Planned fix) {
        return Diagnosis.of(
                state(
                        cluster,
                        fix.object().namespace().or(() -> fix.change().target().namespace())),
                rules);
    }

    /** The state as it is now. @param namespace empty for all */
    public State state(Cluster cluster, Optional<String> namespace) {
        return new State(new LiveSource(cluster, maxObjects, clock), namespace);
    }

    /** What is wrong in a state. */
    public List<Cause> causes(State state) {
        return Diagnosis.of(state, rules);
    }

    private static boolean shows(List<Cause> causes, Planned fix) {
        return findings(causes).anyMatch(fix::mends);
    }

    private static Stream<Finding> findings(List<Cause> causes) {
        return causes.stream().flatMap(each -> Stream.concat(Stream.of(each.finding()), each.symptoms().stream()));
    }
}
