package dev.millwright.git.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millwright.git.config.GitReach;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {
    private static GitReach reach(String hosts) throws IOException {
        return Schema.of(GitReach.class, Schema.Keys.KEBAB)
                .bind(Json.read("{'hosts': %s}".formatted(hosts).replace('\'', '"')));
    }

    private static Host host(GitReach reach, String url) {
        return switch (RemoteUrl.parse("url", url)) {
            case RemoteUrl.Web web -> Host.of(reach, web);
            case RemoteUrl.Shell shell -> Host.of(reach, shell);
            case RemoteUrl.Local local -> throw new AssertionError(local);
        };
    }

    private static String denied(GitReach reach, String url) {
        ToolException refusal =
                catchThrowableOfType(ToolException.class, () -> host(reach, url).checkAddresses());
        assertThat(refusal).as(url).isNotNull();
        assertThat(refusal.kind()).isEqualTo(Kind.DENIED);
        return refusal.getMessage();
    }

    @Test
    void allowsNoHostByDefault() throws IOException {
        assertThat(denied(reach("{}"), "https://github.com/a/b"))
                .contains("github.com is not among the hosts the operator allows");
    }

    @Test
    void allowsTheUsualPortOnlyUnlessOneIsNamed() throws IOException {
        GitReach reach = reach("{'a.example': {}, 'b.example:8443': {}}");
        assertThat(host(reach, "https://a.example/r").port()).isEqualTo(443);
        assertThat(host(reach, "git@a.example:r").port()).isEqualTo(22);
        assertThat(host(reach, "https://b.example:8443/r").port()).isEqualTo(8443);
        denied(reach, "https://a.example:8443/r");
        denied(reach, "ssh://a.example:2222/r");
        denied(reach, "https://b.example/r");
    }

    @Test
    void prefersTheEntryThatSpeaksOfTheHostMostClosely() throws IOException {
        GitReach reach = reach(
                "{'*.example': {'user': 'all'}, '*.b.example': {'user': 'some'}, 'a.b.example': {'user': 'one'}}");
        assertThat(host(reach, "https://x.example/r").settings().user()).isEqualTo("all");
        assertThat(host(reach, "https://x.b.example/r").settings().user()).isEqualTo("some");
        assertThat(host(reach, "https://A.b.example/r").settings().user()).isEqualTo("one");
        denied(reach, "https://example/r");
        denied(reach, "https://notexample/r");
    }

    @Test
    void allowsHttpOnlyWhereTheOperatorSaysSo() throws IOException {
        GitReach reach = reach("{'a.example': {}, 'b.example': {'http': true}}");
        assertThat(host(reach, "http://b.example/r").port()).isEqualTo(80);
        assertThat(denied(reach, "http://a.example/r")).contains("hosts.a.example.http");
    }

    @Test
    void leavesAPrivateAddressToHostsThatAreNamed() throws IOException {
        assertThat(denied(reach("{'*.0.0.1': {}}"), "https://127.0.0.1/r")).contains("private network");
        host(reach("{'localhost': {}}"), "https://localhost/r").checkAddresses();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'*'", "'https://a'", "'a b'", "'a:0'", "'a:70000'", "'-a'", "'a.*'", "''"})
    void refusesAConfigurationOfWhatIsNoHost(String pattern) {
        assertThatThrownBy(() -> reach("{%s: {}}".formatted(pattern)))
                .isInstanceOf(Mismatch.class)
                .hasMessageContaining("host:port or *.domain");
    }

    @Test
    void refusesHttpForAFamilyOfHosts() {
        assertThatThrownBy(() -> reach("{'*.example': {'http': true}}"))
                .isInstanceOf(Mismatch.class)
                .hasMessageContaining("full name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "255.255.255.255",
                "224.0.0.1",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::",
                "fec0::1"
            })
    void takesSpecialAddressesForPrivate(String address) throws IOException {
        assertThat(Host.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"140.82.112.3", "8.8.8.8", "192.0.78.1", "2606:50c0:8000::154", "2a00:1450::1"})
    void takesOthersForPublic(String address) throws IOException {
        assertThat(Host.isPublic(InetAddress.getByName(address))).isTrue();
    }
}
