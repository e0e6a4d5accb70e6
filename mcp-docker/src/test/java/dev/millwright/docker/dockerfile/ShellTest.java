package dev.millwright.docker.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.dockerfile.ShellCommand.Joint;
import dev.millwright.docker.dockerfile.ShellCommand.Place;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTest {
    private static List<String> names(String script) {
        Shell.Script read = Shell.parse(script);
        assertThat(read.complete()).as(script).isTrue();
        return read.commands().stream()
                .map(each ->
                        each.words().isEmpty() ? "=" : each.words().getFirst().text())
                .toList();
    }

    @Test
    void splitsAtTheSignsBetweenCommands() {
        Shell.Script script = Shell.parse("a 1 && b || c; d & e | f");
        assertThat(script.complete()).isTrue();
        assertThat(script.commands())
                .extracting(ShellCommand::after)
                .containsExactly(Joint.AND, Joint.OR, Joint.THEN, Joint.BACKGROUND, Joint.PIPE, Joint.NONE);
        assertThat(script.commands()).extracting(ShellCommand::pipeline).containsExactly(1, 2, 3, 4, 5, 5);
    }

    @Test
    void readsWordsWithoutTheirQuotes() {
        ShellCommand one = Shell.parse("A=b \"x y\"'z' a\\ b $c \"$d\" *.txt \"*\"")
                .commands()
                .getFirst();
        assertThat(one.assignments()).extracting(ShellWord::text).containsExactly("A=b");
        assertThat(one.words()).extracting(ShellWord::text).containsExactly("x yz", "a b", "$c", "$d", "*.txt", "*");
        assertThat(one.words()).extracting(ShellWord::splits).containsExactly(false, false, true, false, false, false);
        assertThat(one.words()).extracting(ShellWord::globs).containsExactly(false, false, false, false, true, false);
    }

    @Test
    void findsCommandsInCompoundOnes() {
        assertThat(names("if a; then b; elif c; then d; else e; fi && f"))
                .containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(names("for x in 1 2; do a $x; done; b")).containsExactly("for", "a", "b");
        assertThat(names("while a; do b; done")).containsExactly("a", "b");
        assertThat(names("case $x in a|b) c;; (*) d;; esac; e")).containsExactly("case", "c", "d", "e");
        assertThat(names("(a; b) && { c; d; }")).containsExactly("a", "b", "c", "d");
        assertThat(names("f() { a; }; f")).containsExactly("a", "f");
        assertThat(names("! a")).containsExactly("a");
        assertThat(names("a=$(b $(c)) d `e`")).containsExactly("c", "b", "e", "d");
        assertThat(names("X=1; a")).containsExactly("=", "a");
        assertThat(names("set -ex; [ -f x ] && a; [[ a == b ]]")).containsExactly("set", "[", "a", "[[");
        assertThat(names("if [ \"$(uname -m)\" = 'x' ]; then a; fi")).containsExactly("uname", "[", "a");
    }

    @Test
    void readsScriptsOfSeveralLinesWithDocumentsAndComments() {
        assertThat(names("a # b; c\nb <<E && c\n$(d)\nE\ne \\\n  f\n")).containsExactly("a", "b", "c", "e");
        assertThat(names("cat <<-'X'\n\tx\n\tX\nb")).containsExactly("cat", "b");
    }

    @Test
    void saysWhereACommandStands() {
        Shell.Script script = Shell.parse("a; (b); if c; then d; fi; x $(e)");
        assertThat(script.commands())
                .extracting(ShellCommand::place)
                .containsExactly(
                        Place.TOP, Place.SUBSHELL, Place.CONDITION, Place.BRANCH, Place.SUBSTITUTION, Place.TOP);
    }

    @Test
    void readsRedirections() {
        ShellCommand one = Shell.parse("a 2>&1 >/dev/null <x &>y b").commands().getFirst();
        assertThat(one.redirects()).extracting(Redirect::operator).containsExactly("2>&", ">", "<", "&>");
        assertThat(one.words()).extracting(ShellWord::text).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a 'b", "a \"b", "if a; then b", "(a", "a $(b", "a )", "a && }", "case x in", "a ; ; b", "a `b"})
    void saysWhenItCannotFollow(String script) {
        assertThat(Shell.parse(script).complete()).isFalse();
    }

    @Test
    void knowsFlagsAndSubcommands() {
        ShellCommand one = Shell.parse("apt-get -qy --option=a install --no-install-recommends b c=1")
                .commands()
                .getFirst();
        assertThat(one.is("apt-get")).isTrue();
        assertThat(one.does("install")).isTrue();
        assertThat(one.has("-y", "--yes")).isTrue();
        assertThat(one.has("-x")).isFalse();
        assertThat(one.has("--option")).isTrue();
        assertThat(one.operands()).extracting(ShellWord::text).containsExactly("install", "b", "c=1");
        assertThat(Shell.parse("sudo -E env A=b apt-get update")
                        .commands()
                        .getFirst()
                        .acting()
                        .does("update"))
                .isTrue();
    }

    @Test
    void placesWordsOfARunInTheFile() {
        String text = "FROM x\nRUN a && \\\n # c\n b 'c d'\n";
        Instruction run = Dockerfile.parse(text).instructions().get(1);
        ShellCommand second = Shell.parse(run.script().orElseThrow()).commands().get(1);
        assertThat(second.words().get(1).span().in(text)).isEqualTo("'c d'");
        assertThat(second.span().in(text)).isEqualTo("b 'c d'");
    }
}
