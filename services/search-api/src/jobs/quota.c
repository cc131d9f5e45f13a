// SPDX-License-Identifier: MIT
#include "jobs/quota.h"

bool quota_acquire(struct quota *quota, const struct uuid *tenant_id, struct fault *fault)
{
    size_t own = 0;

    for (size_t i = 0; i < quota->taken; i++)
        own += uuid_equal(&quota->tenants[i], tenant_id);
    if (quota->taken >= quota->all || own >= quota->per_tenant)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Enough of them are under way.");
    quota->tenants[quota->taken++] = *tenant_id;
    return true;
}

void quota_release(struct quota *quota, const struct uuid *tenant_id)
{
    size_t at = 0;

    while (!uuid_equal(&quota->tenants[at], tenant_id))
        at++;
    quota->tenants[at] = quota->tenants[--quota->taken];
}
