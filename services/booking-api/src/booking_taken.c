// SPDX-License-Identifier: MIT
#include "booking_taken.h"

#include "booking_json.h"

bool booking_taken_refuse(struct arena *arena, int32_t check_in, int32_t check_out,
                          int64_t buffer_days, const struct booking_taken *taken, size_t count,
                          struct fault *fault)
{
    int32_t nights[STAY_NIGHTS_MAX];
    struct slice member;

    count = booking_taken_nights(check_in, check_out, buffer_days, taken, count, nights);
    if (!booking_nights_member(arena, nights, count, &member, fault))
        return false;
    fault_set(fault, FAULT_CONFLICT, "nights_taken", "Some of these nights are taken.");
    fault->members = member;
    return false;
}
