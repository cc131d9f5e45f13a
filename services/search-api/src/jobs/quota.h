// SPDX-License-Identifier: MIT
/* A number of places for what takes long, without a line: who finds none is refused. One tenant has
 * some less than all, so that another finds one. */
#pragma once

#include "base/fault.h"
#include "base/uuid.h"

enum { QUOTA_MAX = 32 };

/* The owner's memory. */
struct quota {
    size_t all;    /* at most QUOTA_MAX */
    size_t of_one; /* for one tenant */
    size_t taken;
    struct uuid tenants[QUOTA_MAX]; /* of `taken` */
};

/* False: FAULT_UNAVAILABLE "overloaded". */
bool quota_acquire(struct quota *quota, const struct uuid *tenant_id,
                   struct fault *fault) MUST_CHECK;
void quota_release(struct quota *quota, const struct uuid *tenant_id);
