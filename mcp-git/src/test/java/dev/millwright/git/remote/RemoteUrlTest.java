package dev.millwright.git.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteUrlTest {
    private static String refused(Kind kind, String url) {
        ToolException refusal = catchThrowableOfType(ToolException.class, () -> RemoteUrl.parse("url", url));
        assertThat(refusal).as(url).isNotNull();
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
        return refusal.getMessage();
    }

    @Test
    void takesTheThreeWaysToAnotherMachineApart() {
        assertThat(RemoteUrl.parse("url", "https://GitHub.com/a/b.git"))
                .isEqualTo(new RemoteUrl.Web(true, "github.com", 443, "/a/b.git"));
        assertThat(RemoteUrl.parse("url", "http://[::1]:8080/a%20b"))
                .isEqualTo(new RemoteUrl.Web(false, "[::1]", 8080, "/a%20b"));
        assertThat(RemoteUrl.parse("url", "ssh://git@host:2222/~ada/a%20b"))
                .isEqualTo(new RemoteUrl.Shell(Optional.of("git"), "host", 2222, "~ada/a b"));
        assertThat(RemoteUrl.parse("url", "git@host:a/b.git"))
                .isEqualTo(new RemoteUrl.Shell(Optional.of("git"), "host", 22, "a/b.git"));
        assertThat(RemoteUrl.parse("url", "host:/a"))
                .isEqualTo(new RemoteUrl.Shell(Optional.empty(), "host", 22, "/a"));
    }

    @ParameterizedTest
    @CsvSource({
        "file:///srv/a%20b.git, /srv/a b.git",
        "file:/srv/a, /srv/a",
        "file://localhost/srv/a, /srv/a",
        "/srv/a, /srv/a",
        "../a, ../a",
        "./a:b, ./a:b"
    })
    void takesPathsLiterally(String url, String path) {
        assertThat(RemoteUrl.parse("url", url)).isEqualTo(new RemoteUrl.Local(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://host/a/b.git",
                "https://host:8443/a",
                "ssh://git@host:2222/a",
                "ssh://git@host/a%25b",
                "/srv/a"
            })
    void writesAnAddressAsItWasRead(String url) {
        assertThat(RemoteUrl.parse("url", url)).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ext::sh -c id",
                "fd::17",
                "git://host/a",
                "ftp://host/a",
                "git+ssh://host/a",
                "javascript://host/a",
                "persistent-https::https://host/a",
                "rsync://host/a"
            })
    void deniesOtherSchemes(String url) {
        assertThat(refused(Kind.DENIED, url)).contains("https, ssh, file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://ada:hunter22@host/a",
                "https://hunter22@host/a",
                "https://:hunter22@host/a",
                "http://ada:hunter22@host/a",
                "ssh://ada:hunter22@host/a",
                "ada:hunter22@host:a",
                "https://host/a?token=hunter22",
                "https://host/a#hunter22",
                "https://ada:hunter22@host:99999999/a",
                "https://ada:hunter22@host@other/a"
            })
    void refusesCredentialsWithoutRepeatingThem(String url) {
        assertThat(refused(Kind.INVALID_INPUT, url)).doesNotContain("hunter22");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-u",
                "--upload-pack=id",
                "https://-host/a",
                "https://host-/a",
                "https:///a",
                "https://host",
                "https://host/",
                "https://host:0/a",
                "https://host:65536/a",
                "https://host:/a",
                "https://host/a b",
                "https://ho%73t/a",
                "https://host/%0d%0aX",
                "https://host/%zz",
                "https://host/%ff",
                "https://host\\@other/a",
                "https://h\u00f6st/a",
                "https://host/a\n",
                "https://host/a\u202e",
                "ssh://-oProxyCommand=id/a",
                "ssh://-x@host/a",
                "ssh://host",
                "ssh://$(id)@host/a",
                "-oProxyCommand=id:a",
                "host:-a",
                "host:",
                "ssh://host/a%00b",
                "file://other/srv/a",
                "file://",
                "/srv/a\u0000b"
            })
    void refusesWhatIsNoAddress(String url) {
        refused(Kind.INVALID_INPUT, url);
    }

    @Test
    void refusesAnAddressOfMoreThan2048Characters() {
        refused(Kind.INVALID_INPUT, "https://host/" + "a".repeat(2048));
    }

    @ParameterizedTest
    @CsvSource({
        "https://ada:hunter22@host/a, https://***@host/a",
        "https://hunter22@host/a?x=hunter22, https://***@host/a",
        "ssh://git@host/a, ssh://git@host/a",
        "ssh://git:hunter22@host/a, ssh://***@host/a",
        "ada:hunter22@host:a, ***@host:a",
        "git@host:a, git@host:a",
        "/srv/a, /srv/a",
    })
    void masksWhatAnotherProgramLeftInAConfiguration(String url, String shown) {
        assertThat(RemoteUrl.masked(url)).isEqualTo(shown);
    }
}
