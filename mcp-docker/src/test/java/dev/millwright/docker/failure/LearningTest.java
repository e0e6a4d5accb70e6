package dev.millwright.docker.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outcomes move fixes, per tenant, and outlast the process. */
class LearningTest {
    private static final String FILE = "FROM debian:12\nRUN apt-get install -y curk\n";
    private static final String LOG =
            "Step 2/2 : RUN apt-get install -y curk\n ---> Running in 1\nE: Unable to locate package curk\n"
                    + "The command '/bin/sh -c x' returned a non-zero code: 100\n";

    @TempDir
    private Path data;

    private Store store;
    private Learning learning;

    @BeforeEach
    void open() {
        store = Store.open(new StoreUrl.Embedded(data), Learning.MIGRATIONS);
        learning = new Learning(store, Clock.systemUTC(), text -> text.replace("s3cret", "***"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Surroundings around() {
        return Surroundings.of(FILE);
    }

    private Diagnosis diagnosis(String tenant) {
        return learning.ranked(tenant, Diagnosis.of(LOG, around()), around());
    }

    @Test
    void movesAFixThatWorkedToTheTopAndKeepsItThereAfterARestart() {
        Diagnosis before = diagnosis("a");
        String last = before.fixes().getLast().id();
        for (int i = 0; i < 4; i++) {
            learning.feedback("a", before.kind(), before.fingerprint(), last, true);
            learning.feedback(
                    "a",
                    before.kind(),
                    before.fingerprint(),
                    before.fixes().getFirst().id(),
                    false);
        }
        close();
        open();
        assertThat(diagnosis("a").fixes().getFirst().id()).isEqualTo(last);
        assertThat(diagnosis("b").fixes()).isEqualTo(before.fixes());
    }

    @Test
    void teachesTheClassTooButLessThanTheFingerprint() {
        Diagnosis before = diagnosis("a");
        String last = before.fixes().getLast().id();
        for (int i = 0; i < 6; i++) {
            learning.feedback("a", before.kind(), "another", last, true);
        }
        double ofClass = odds(diagnosis("a"), last);
        assertThat(ofClass).isGreaterThan(odds(before, last));
        for (int i = 0; i < 6; i++) {
            learning.feedback("a", before.kind(), before.fingerprint(), last, false);
        }
        assertThat(odds(diagnosis("a"), last)).isLessThan(ofClass);
    }

    private static double odds(Diagnosis diagnosis, String fix) {
        return diagnosis.fixes().stream()
                .filter(each -> each.id().equals(fix))
                .findFirst()
                .orElseThrow()
                .odds();
    }

    @Test
    void proposesAChangeThatThreeFilesConfirmedAndNotBefore() {
        Diagnosis failed = Diagnosis.of(LOG, around());
        String passed = "FROM debian:12\nRUN apt-get install -y our-curl\n";
        for (String file : List.of("one", "one", "two")) {
            learning.failed("a", file, failed, FILE);
            learning.passed("a", file, passed);
        }
        assertThat(diagnosis("a").fixes()).extracting(Fix::id).noneMatch(id -> id.startsWith("mined-"));
        learning.failed("a", "three", failed, FILE);
        learning.passed("a", "three", passed);
        Fix mined = diagnosis("a").fixes().stream()
                .filter(each -> each.id().startsWith("mined-"))
                .findFirst()
                .orElseThrow();
        assertThat(mined.edits().getFirst().apply(FILE)).isEqualTo(passed);
        assertThat(diagnosis("b").fixes()).extracting(Fix::id).noneMatch(id -> id.startsWith("mined-"));
    }

    @Test
    void keepsNoChangeWithASecretAndNoneThatRewritesTheFile() {
        Diagnosis failed = Diagnosis.of(LOG, around());
        for (String file : List.of("one", "two", "three")) {
            learning.failed("a", file, failed, FILE);
            learning.passed("a", file, FILE.replace("curk", "s3cret"));
            learning.failed("a", file, failed, FILE);
            learning.passed("a", file, "FROM x\n" + "RUN y\n".repeat(40));
        }
        assertThat(diagnosis("a").fixes()).extracting(Fix::id).noneMatch(id -> id.startsWith("mined-"));
        assertThat(MinedChange.between(FILE, FILE)).isEqualTo(Optional.empty());
    }

    /**
     * A world where another fix than the first mends half of the kinds of failure: after half of the cases were told,
     * the first proposal is right at least 15 points more often than without learning.
     */
    @Test
    void isRightMoreOftenAfterHalfOfTheCases() {
        Random random = new Random(7);
        List<Samples.Sample> kinds = Samples.all().stream()
                .filter(each -> Diagnosis.of(Samples.legacy(each), Surroundings.of(each.dockerfile()))
                                .fixes()
                                .size()
                        > 1)
                .toList();
        int[] right = new int[kinds.size()];
        for (int i = 0; i < right.length; i++) {
            int fixes = Diagnosis.of(
                            Samples.legacy(kinds.get(i)),
                            Surroundings.of(kinds.get(i).dockerfile()))
                    .fixes()
                    .size();
            right[i] = random.nextBoolean() ? 0 : 1 + random.nextInt(fixes - 1);
        }
        int cases = 1_200;
        int before = 0;
        int after = 0;
        for (int i = 0; i < cases; i++) {
            int index = random.nextInt(kinds.size());
            Samples.Sample sample = kinds.get(index);
            Surroundings around = Surroundings.of(sample.dockerfile());
            Diagnosis plain = Diagnosis.of(Samples.legacy(sample), around);
            String wanted = plain.fixes().get(right[index]).id();
            Diagnosis learned = learning.ranked("a", plain, around);
            if (i < cases / 2) {
                for (Fix each : learned.fixes()) {
                    learning.feedback(
                            "a",
                            plain.kind(),
                            plain.fingerprint(),
                            each.id(),
                            each.id().equals(wanted));
                    if (each.id().equals(wanted)) {
                        break;
                    }
                }
            } else {
                before += plain.fixes().getFirst().id().equals(wanted) ? 1 : 0;
                after += learned.fixes().getFirst().id().equals(wanted) ? 1 : 0;
            }
        }
        assertThat((after - before) * 100.0 / (cases / 2)).isGreaterThanOrEqualTo(15);
    }
}
