// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/auto.h"

#include "drivers/contact.h"
#include "places/places_json.h"
#include "trips/trips_json.h"

enum { PAIRS_TEXT_MAX = 4096, TEXT_MAX = 500 };

const char *const closure_reason_names[] = {"weather",  "flood", "repair",
                                            "accident", "other", NULL};

#define AT(member) .offset = offsetof(struct closure, member)
// clang-format off
static const struct field items[] = {
    {.name = "pairs",  .type = FIELD_LIST,   .flags = FIELD_REQUIRED, AT(pairs), .max = CLOSURE_PAIRS_MAX, .table = &place_pair_fields},
    {.name = "from",   .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(from), .decode = field_decode_time},
    {.name = "until",  .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(until), .decode = field_decode_time},
    {.name = "reason", .type = FIELD_ENUM,   .flags = FIELD_REQUIRED, AT(reason), .names = closure_reason_names},
    {.name = "text",   .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(text), .min = 1, .max = TEXT_MAX},
};
static const struct field shown_items[] = {
    {.name = "id",         .type = FIELD_UUID, AT(id)},
    {.name = "pairs",      .type = FIELD_RAW,  AT(pairs_text)},
    {.name = "from",       .type = FIELD_TIME, AT(from)},
    {.name = "until",      .type = FIELD_TIME, AT(until)},
    {.name = "reason",     .type = FIELD_ENUM, AT(reason), .names = closure_reason_names},
    {.name = "text",       .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(text)},
    {.name = "created_at", .type = FIELD_TIME, AT(created_at)},
};
// clang-format on
const struct fields closure_shown_fields = FIELDS_OF(shown_items, struct closure);

static void check_closure(const void *value, struct fault_list *problems)
{
    const struct closure *closure = value;
    const struct place_pair *pairs = closure->pairs.items;
    const bool timed = closure->from != FIELD_ABSENT && closure->until != FIELD_ABSENT;
    char field[FAULT_FIELD_MAX];

    if (pairs != NULL && closure->pairs.count == 0)
        fault_list_add(problems, "pairs", "too_short", "At least one pair of places.");
    for (size_t i = 0; i < closure->pairs.count; i++)
        if (pairs[i].from.at != NULL && slice_equal(pairs[i].from, pairs[i].to)) {
            snprintf(field, sizeof field, "pairs/%zu/to", i);
            fault_list_add(problems, field, "repeated_place", "Two places.");
        }
    if (timed &&
        (closure->until <= closure->from || closure->until - closure->from > CLOSURE_LONGEST_US))
        fault_list_add(problems, "until", "bad_range", "After from, by at most 366 days.");
    contact_refuse_in_text("text", closure->text, problems);
}

const struct fields closure_fields = FIELDS_CHECKED(items, struct closure, check_closure);

bool closure_encode_pairs(struct closure *closure, struct arena *arena, struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(PAIRS_TEXT_MAX);

    fields_encode_list(&place_pair_fields, closure->pairs.items, closure->pairs.count, false,
                       &json);
    return buf_keep(&json, arena, &closure->pairs_text, fault);
}
