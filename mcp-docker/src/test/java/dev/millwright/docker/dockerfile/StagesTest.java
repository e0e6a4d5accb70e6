package dev.millwright.docker.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StagesTest {
    private static final Dockerfile FILE = Dockerfile.parse("""
            ARG VERSION=3.20
            ARG REPO
            FROM alpine:$VERSION AS Base
            ARG VERSION
            ARG HOME_DIR=/srv
            ENV A=1 B=$A
            FROM base AS build
            ENV C=$A-$HOME_DIR
            RUN --mount=type=bind,from=tools,target=/t make
            FROM ${REPO:-scratch} AS tools
            FROM tools
            COPY --from=1 /x /y
            RUN end
            FROM other AS unused
            FROM tools AS final
            COPY --from=BUILD /a /b
            """);

    private final Stages stages = Stages.of(FILE);

    @Test
    void findsWhatEachStageNeeds() {
        assertThat(stages.all())
                .extracting(Stage::needs)
                .containsExactly(
                        java.util.List.of(),
                        java.util.List.of(0, 2),
                        java.util.List.of(),
                        java.util.List.of(2, 1),
                        java.util.List.of(),
                        java.util.List.of(2, 1));
        assertThat(stages.neededBy(stages.last().orElseThrow()))
                .extracting(Stage::index)
                .containsExactlyInAnyOrder(5, 2, 1, 0);
    }

    @Test
    void knowsTheImageUnderAStage() {
        assertThat(stages.image(stages.all().get(1))).contains("alpine:3.20");
        assertThat(stages.image(stages.all().get(2))).contains("scratch");
    }

    @Test
    void anArgumentIsSeenInItsStageAndTheStagesBuiltOnIt() {
        Instruction run = stages.all().get(1).instructions().get(1);
        assertThat(stages.before(run).get("C").value()).contains("1-/srv");
        assertThat(stages.before(run).get("VERSION").value()).contains("3.20");
        assertThat(stages.before(run)).doesNotContainKey("REPO");
        assertThat(stages.before(stages.all().get(3).instructions().get(1))).isEmpty();
    }

    @Test
    void aValueOfALineIsNotSeenOnThatLine() {
        Instruction from = stages.all().get(1).instructions().getFirst();
        assertThat(stages.before(from).get("B").value()).isEmpty();
    }

    @Test
    void findsAStageByNumberAndByNameInAnyCase() {
        assertThat(stages.find("BASE").orElseThrow().index()).isZero();
        assertThat(stages.find("2").orElseThrow().name().orElseThrow().text()).isEqualTo("tools");
        assertThat(stages.find("9")).isEmpty();
    }
}
