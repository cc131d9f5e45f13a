// SPDX-License-Identifier: MIT
#include "notify/hourly_limit.h"

#include "base/now.h"

int64_t hourly_limit_take_slot_or_get_wait_ms(struct hourly_limit *limit, size_t reserved_slots,
                                              int64_t now_ns)
{
    /* The times are ordered. When this one is an hour old, `reserved_slots` + 1 slots are free. */
    const int64_t last_ns = limit->taken_ns[(limit->next + reserved_slots) % limit->max];
    const int64_t free_ns = last_ns + 3600 * NS_PER_S;

    if (last_ns != 0 && now_ns < free_ns)
        return (free_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
    limit->taken_ns[limit->next] = now_ns;
    limit->next = (limit->next + 1) % limit->max;
    return 0;
}

void hourly_limit_return_slot(struct hourly_limit *limit)
{
    limit->next = (limit->next + limit->max - 1) % limit->max;
    limit->taken_ns[limit->next] = 0;
}
