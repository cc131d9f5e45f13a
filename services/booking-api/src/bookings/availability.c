// SPDX-License-Identifier: MIT
#include "bookings/availability.h"

#include "base/date.h"

#include "bookings/booking.h"

enum { SCRATCH_MAX = 64 * 1024, RULES = 3 };

struct availability_query availability_query_defaults(void)
{
    return (struct availability_query){
        .check_in = DATE_ABSENT, .check_out = DATE_ABSENT, .guests = FIELD_ABSENT};
}

/* Turns what the seasons come to into rules again, because booking_judge() takes rules. */
static size_t rules_of(const struct rate_stay *stay, const struct availability_query *query,
                       struct rate rules[RULES])
{
    const struct rate none = {
        .price = FIELD_ABSENT, .percent = FIELD_ABSENT, .min_nights = FIELD_ABSENT};
    size_t count = 0;

    if (stay->min_nights != FIELD_ABSENT) {
        rules[count] = none;
        rules[count].from = query->check_in;
        rules[count].to = query->check_out;
        rules[count++].min_nights = stay->min_nights;
    }
    if (stay->closed_to_arrival) {
        rules[count] = none;
        rules[count].from = query->check_in;
        rules[count].to = query->check_in + 1;
        rules[count++].closed_to_arrival = true;
    }
    if (stay->closed_to_departure) {
        rules[count] = none;
        rules[count].from = query->check_out;
        rules[count].to = query->check_out + 1;
        rules[count++].closed_to_departure = true;
    }
    return count;
}

/* The codes of all rules that a booking would break, in the order of booking_judge(). */
static size_t broken(const struct availability *found, const struct availability_query *query,
                     struct slice reasons[AVAILABILITY_REASONS_MAX])
{
    const struct booking_draft draft = {
        .check_in = query->check_in, .check_out = query->check_out, .guests = query->guests};
    struct apartment flat = found->flat;
    struct rate rules[RULES];
    struct fault_list problems;
    struct arena scratch;
    size_t count;

    flat.rate_count = rules_of(&found->stay, query, rules);
    flat.rates = rules;
    arena_init(&scratch, SCRATCH_MAX);
    fault_list_init(&problems, &scratch);
    booking_judge(&flat, &draft, found->total, &problems);
    for (count = 0; count < problems.count && count < AVAILABILITY_REASONS_MAX - 1; count++)
        reasons[count] = slice_of(problems.fields[count].code);
    arena_finish(&scratch);
    if (found->taken)
        reasons[count++] = SLICE("taken");
    return count;
}

bool availability_judge(const struct availability *found, const struct availability_query *query,
                        const struct api_caller *caller, struct arena *arena,
                        struct availability_item *out, struct fault *fault)
{
    struct slice reasons[AVAILABILITY_REASONS_MAX] = {SLICE("unknown_apartment")};
    struct slice *kept = NULL;
    size_t count = 1;

    if (found->known &&
        (caller->actor != ACTOR_OWNER || uuid_equal(&found->flat.owner_id, &caller->actor_id)))
        count = broken(found, query, reasons);
    if (count > 0) {
        kept = arena_alloc(arena, count * sizeof *kept);
        if (kept == NULL)
            return arena_fault(fault);
        memcpy(kept, reasons, count * sizeof *kept);
    }
    *out = (struct availability_item){
        .id = found->id,
        .bookable = count == 0,
        .total = count == 0 ? found->total : FIELD_ABSENT,
        .reasons = {.items = kept, .count = count},
    };
    return true;
}
