// SPDX-License-Identifier: MIT
/* A rate limit: at most `max` slots within any 3600 s. Pure: the caller passes the time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { HOURLY_LIMIT_MAX = 200 };

/* The caller sets `max` and zeroes the other members. */
struct hourly_limit {
    size_t max;                         /* slots in an hour, 1 to HOURLY_LIMIT_MAX */
    size_t next;                        /* index of the oldest time in `taken_ns` */
    int64_t taken_ns[HOURLY_LIMIT_MAX]; /* when the last `max` slots were taken; 0: never */
};

/* Takes a slot and returns 0. If fewer than `reserved_slots` slots of this hour would be left,
 * takes no slot and returns the milliseconds until one can be taken. `reserved_slots` must be less
 * than `max`. */
int64_t hourly_limit_take_slot_or_get_wait_ms(struct hourly_limit *limit, size_t reserved_slots,
                                              int64_t now_ns);
/* Frees the slot that was taken last. Call it only after a slot was taken. */
void hourly_limit_return_slot(struct hourly_limit *limit);
