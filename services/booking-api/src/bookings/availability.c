// SPDX-License-Identifier: MIT
#include "bookings/availability.h"

#include "bookings/booking.h"

enum { SCRATCH_MAX = 64 * 1024 };

/* Collects the codes of all rules that a booking would break, in the order of booking_check(). */
static size_t collect_broken_rules(const struct availability *found,
                                   const struct availability_query *query,
                                   struct slice reasons[AVAILABILITY_REASONS_MAX])
{
    const struct booking_draft draft = {
        .check_in = query->check_in, .check_out = query->check_out, .guests = query->guests};
    struct fault_list problems;
    struct arena scratch = ARENA(SCRATCH_MAX);
    size_t count;

    fault_list_init(&problems, &scratch);
    booking_check_rules(&found->apartment, &draft, &found->stay, found->total, &problems);
    for (count = 0; count < problems.count && count < AVAILABILITY_REASONS_MAX - 1; count++)
        reasons[count] = slice_of(problems.fields[count].code);
    arena_finish(&scratch);
    if (found->taken)
        reasons[count++] = SLICE("taken");
    return count;
}

bool availability_evaluate(const struct availability *found, const struct availability_query *query,
                           const struct api_caller *caller, struct arena *arena,
                           struct availability_item *out, struct fault *fault)
{
    struct slice reasons[AVAILABILITY_REASONS_MAX] = {SLICE("unknown_apartment")};
    struct slice *copy = NULL;
    size_t count = 1;

    if (found->known &&
        (caller->actor != ACTOR_OWNER || uuid_equal(&found->apartment.owner_id, &caller->actor_id)))
        count = collect_broken_rules(found, query, reasons);
    if (count > 0) {
        copy = arena_alloc(arena, count * sizeof *copy);
        if (copy == NULL)
            return arena_fault(fault);
        memcpy(copy, reasons, count * sizeof *copy);
    }
    *out = (struct availability_item){
        .id = found->id,
        .bookable = count == 0,
        .total = count == 0 ? found->total : FIELD_ABSENT,
        .reasons = {.items = copy, .count = count},
    };
    return true;
}
