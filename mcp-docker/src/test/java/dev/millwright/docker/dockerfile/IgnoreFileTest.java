package dev.millwright.docker.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoreFileTest {
    @ParameterizedTest
    @CsvSource({
        "**,file,true",
        "**/,file,true",
        "**,dir/file,true",
        "**/,dir/file,true",
        "dir/**,dir/file,true",
        "dir/**,dir/dir2/file,true",
        "**/dir2/*,dir/dir2/file,true",
        "**/dir2/**,dir/dir2/dir2/file,true",
        "**file,file,true",
        "**file,dir/file,true",
        "**/file,dir/dir/file,true",
        "**/file*,dir/dir/file.txt,true",
        "**/file*txt,dir/dir/file.txt,true",
        "**/**/*.txt,dir/dir/file.txt,true",
        "a**/*.txt,a/file.txt,true",
        "a**/*.txt,a/dir/file.txt,true",
        "a/*.txt,a/dir/file.txt,false",
        "a/*.txt,a/file.txt,true",
        "a[b-d]e,ae,false",
        "a[b-d]e,ace,true",
        "a[^b-d]e,aze,true",
        "a[b-d]e,aae,false",
        "abc.def,abcdef,false",
        "abc.def,abcZdef,false",
        "abc?def,abcZdef,true",
        "a\\*b,a*b,true",
        "a\\\\,a\\,true",
        "**/foo/bar,foo/bar,true",
        "abc/**,abc/def/ghi,true",
        "**/.foo,.foo,true",
        "**/.foo,bar.foo,false",
        "dir,dir/file,true",
        "dir/,dir/file,true",
        "/dir,dir,true",
        "./dir,dir,true",
        "dir/../other,other,true",
        "*,dir/file,true",
        "*/file,dir/file,true",
        "*/file,dir/dir/file,false",
        "file,dir/file,false",
        "node_modules,node_modules_x,false",
    })
    void matchesAsDockerDoes(String pattern, String path, boolean ignored) {
        assertThat(IgnoreFile.parse(pattern).ignores(path)).isEqualTo(ignored);
    }

    @Test
    void theLastRuleThatMatchesDecides() {
        IgnoreFile file = IgnoreFile.parse("# comment\n\n*.md\n!README.md\n  docs  \n!docs/keep\n*\n!src\n");
        assertThat(file.ignores("a.md")).isTrue();
        assertThat(file.ignores("README.md")).isTrue();
        assertThat(file.ignores("src/main/x")).isFalse();
        IgnoreFile other = IgnoreFile.parse("*.md\n!README.md\nREADME-secret.md");
        assertThat(other.ignores("README.md")).isFalse();
        assertThat(other.ignores("README-secret.md")).isTrue();
        assertThat(other.rules()).extracting(IgnoreFile.Rule::keeps).containsExactly(false, true, false);
        assertThat(other.rules()).extracting(IgnoreFile.Rule::line).containsExactly(1, 2, 3);
    }

    @Test
    void badPatternsAreNamedWithTheirLine() {
        assertThatThrownBy(() -> IgnoreFile.parse("a\n[b"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("[b");
        assertThatThrownBy(() -> IgnoreFile.parse("!")).hasMessageContaining("illegal exclusion");
    }
}
