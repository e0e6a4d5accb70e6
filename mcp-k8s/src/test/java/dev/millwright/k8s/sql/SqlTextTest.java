package dev.millwright.k8s.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "select * from users where id = 17 | select * from users where id = ?",
                "insert into t values ('a', 'it''s', 3.5e2) | insert into t values (?, …)",
                "select 'O\\'Brien', \"column1\" from t2 | select ?, \"column1\" from t2",
                "alter user x password $$canary$$ | alter user x password ?",
                "select $tag$ a $$ b $tag$, $1 | select ?, $1",
                "update t set a = 1 -- canary | update t set a = ?",
                "/* canary */ select 0xCAFE | select ?",
                "select 'never closed canary | select ?"
            })
    void keepsTheStatementAndNothingOfWhatWasPutIntoIt(String statement, String shape) {
        assertThat(SqlText.shape(statement)).isEqualTo(shape);
    }

    @Test
    void clipsWhatIsLong() {
        assertThat(SqlText.shape("select " + "a, ".repeat(500) + "b"))
                .hasSize(200)
                .endsWith("…");
    }
}
