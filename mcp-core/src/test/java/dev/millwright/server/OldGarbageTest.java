package dev.millwright.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OldGarbageTest {
    private long alive = 10;
    private long dead;
    private int collections;
    private final OldGarbage garbage = new OldGarbage(() -> alive + dead, () -> {
        dead = 0;
        collections++;
    });

    private int after(long died) {
        dead += died;
        garbage.look();
        return collections;
    }

    @Test
    void isLeftAloneWhileThereIsLittle() {
        assertThat(after(OldGarbage.LEAST - alive)).isZero();
    }

    @Test
    void isCollectedOnceThereIsMore() {
        assertThat(after(OldGarbage.LEAST)).isOne();
        assertThat(after(1)).isOne();
        assertThat(after(OldGarbage.LEAST)).isEqualTo(2);
    }

    @Test
    void mayBeHalfOfWhatIsAlive() {
        alive = 1_000 * OldGarbage.LEAST;
        assertThat(after(0)).isOne();
        assertThat(after(alive / 2)).isOne();
        assertThat(after(2)).isEqualTo(2);
    }
}
