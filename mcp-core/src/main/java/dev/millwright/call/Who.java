package dev.millwright.call;

import dev.millwright.identity.Caller;
import dev.millwright.tool.Tenant;

/** Who calls, and in which tenant's world. */
public record Who(Caller caller, Tenant tenant) {}
