package dev.millwright.docker.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many logs of builds that really failed get a class of their own, and how many of these the right one. The signatures
 * were mended with these logs, so this holds what was reached; others are read somewhat worse.
 */
class ObservedTest {
    private static final Set<FailureClass> UNSPECIFIC = EnumSet.of(FailureClass.GENERIC, FailureClass.EXIT_EXPLICIT);

    @ParameterizedTest
    @CsvSource({"legacy, 0.98, 0.95, 150", "buildkit, 0.99, 0.95, 118"})
    void areToldApart(String name, double specificAtLeast, double rightAtLeast, int most) {
        List<Observed.Failure> all = Observed.of(name);
        int specific = 0;
        int right = 0;
        List<String> wrong = new ArrayList<>();
        for (Observed.Failure each : all) {
            Diagnosis diagnosis = Diagnosis.of(each.log(), Surroundings.none());
            boolean known = !UNSPECIFIC.contains(diagnosis.kind());
            specific += known ? 1 : 0;
            right += known && each.kinds().contains(diagnosis.kind()) ? 1 : 0;
            if (!each.kinds().contains(diagnosis.kind())) {
                wrong.add(each.kinds() + " read as " + diagnosis.kind() + " by " + diagnosis.evidence());
            }
        }
        assertThat(all).hasSizeGreaterThanOrEqualTo(most);
        assertThat((double) specific / all.size()).as("specific; %s", wrong).isGreaterThanOrEqualTo(specificAtLeast);
        assertThat((double) right / specific).as("right; %s", wrong).isGreaterThanOrEqualTo(rightAtLeast);
    }
}
