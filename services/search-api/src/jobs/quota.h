// SPDX-License-Identifier: MIT
/* Limits concurrent long operations without a queue: a request above the limit is refused. One
 * tenant gets less than the whole limit, so that others can start too. */
#pragma once

#include "base/fault.h"
#include "base/uuid.h"

enum { QUOTA_MAX = 32 };

/* A quota, in the caller's memory. */
struct quota {
    size_t all;                     /* the limit of all tenants, at most QUOTA_MAX */
    size_t per_tenant;              /* the limit of one tenant */
    size_t taken;                   /* running operations */
    struct uuid tenants[QUOTA_MAX]; /* tenants of the running operations */
};

/* Counts an operation of the tenant until quota_release(). False: FAULT_UNAVAILABLE "overloaded",
 * because a limit is reached. */
bool quota_acquire(struct quota *quota, const struct uuid *tenant_id,
                   struct fault *fault) MUST_CHECK;
void quota_release(struct quota *quota, const struct uuid *tenant_id);
