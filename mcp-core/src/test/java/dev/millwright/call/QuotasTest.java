package dev.millwright.call;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuotasTest {
    private final AtomicLong nanos = new AtomicLong();

    private Quotas quotas(int perMinute, int concurrent) {
        return new Quotas(
                Map.of(Tenant.DEFAULT, new Quotas.Quota(perMinute, concurrent, 100)), Quotas.Quota.NONE, nanos::get);
    }

    @Test
    void saysWhenTheNextCallFits() {
        Quotas quotas = quotas(2, 0);
        quotas.enter(Tenant.DEFAULT, 10).close();
        quotas.enter(Tenant.DEFAULT, 10).close();
        assertThatThrownBy(() -> quotas.enter(Tenant.DEFAULT, 10))
                .isInstanceOf(ToolException.class)
                .hasMessage("tenant default may start 2 calls a minute; the next one fits in 30 s");
        nanos.addAndGet(30_000_000_000L);
        assertThatCode(() -> quotas.enter(Tenant.DEFAULT, 10).close()).doesNotThrowAnyException();
    }

    @Test
    void givesAPlaceBackWhenACallEnds() {
        Quotas quotas = quotas(0, 1);
        Quotas.Slot running = quotas.enter(Tenant.DEFAULT, 10);
        assertThatThrownBy(() -> quotas.enter(Tenant.DEFAULT, 10))
                .hasMessage("tenant default already has 1 calls running, as many as it may; wait for one to end");
        running.close();
        assertThatCode(() -> quotas.enter(Tenant.DEFAULT, 10).close()).doesNotThrowAnyException();
    }

    @Test
    void doesNotHoldOneTenantToAnothersQuota() {
        Quotas quotas = quotas(0, 1);
        Quotas.Slot running = quotas.enter(Tenant.DEFAULT, 10);
        assertThatCode(() -> quotas.enter(new Tenant("blue"), 10).close()).doesNotThrowAnyException();
        running.close();
    }

    @Test
    void refusesACallThatSendsMoreThanItsTenantMay() {
        assertThatThrownBy(() -> quotas(0, 0).enter(Tenant.DEFAULT, 101))
                .isInstanceOf(ToolException.class)
                .hasMessage("the arguments are 101 bytes of JSON; tenant default may send 100 with one call");
        assertThatCode(() -> quotas(0, 0).enter(Tenant.DEFAULT, 100).close()).doesNotThrowAnyException();
    }
}
