package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "until nc -z db 5432; do sleep 1; done | db",
                "until nc -z -w 2 db.shop.svc 5432; do sleep 1; done | db.shop.svc",
                "until nslookup api; do sleep 2; done | api",
                "/wait-for-it.sh cache:6379 -t 60 | cache",
                "curl -sf http://auth:8080/ready | auth",
                "psql postgres://app:x@db/shop | db",
                "pg_isready -q -h db | db"
            })
    void readsTheHostThatACommandIsGiven(String command, String host) {
        assertThat(Hosts.given(command)).containsExactly(host);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Error: getaddrinfo ENOTFOUND db | db",
                "dial tcp: lookup api.shop.svc.cluster.local on 10.0.0.10:53: no such host | api.shop.svc.cluster.local",
                "connection to server at \"db\" (10.0.0.7), port 5432 failed | db",
                "Error: connect ECONNREFUSED 10.96.0.12:5432 | 10.96.0.12",
                "waiting for service db | db"
            })
    void readsTheHostThatALogSpeaksOf(String line, String host) {
        assertThat(Hosts.in(line)).contains(host);
    }

    @Test
    void takesNoWordOfASentenceForAHostThatIsGiven() {
        assertThat(Hosts.given("echo waiting for database; migrate --host-check; sleep 5"))
                .isEmpty();
    }
}
