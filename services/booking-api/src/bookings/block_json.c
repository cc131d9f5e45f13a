// SPDX-License-Identifier: MIT
#include "base/date.h"

#include "bookings/bookings_json.h"

#define AT(member) .offset = offsetof(struct block, member)

// clang-format off
static const struct field items[] = {
    {.name = "from",   .type = FIELD_DATE, .flags = FIELD_REQUIRED, AT(from)},
    {.name = "to",     .type = FIELD_DATE, .flags = FIELD_REQUIRED, AT(to)},
    {.name = "reason", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(reason), .min = 1, .max = BLOCK_REASON_MAX},
};

static const struct field shown_items[] = {
    {.name = "id",           .type = FIELD_UUID, AT(id)},
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "from",         .type = FIELD_DATE, AT(from)},
    {.name = "to",           .type = FIELD_DATE, AT(to)},
    {.name = "reason",       .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(reason)},
    {.name = "version",      .type = FIELD_INT,  AT(version)},
    {.name = "created_at",   .type = FIELD_TIME, AT(created_at)},
    {.name = "updated_at",   .type = FIELD_TIME, AT(updated_at)},
};

static const struct field event_items[] = {
    {.name = "id",           .type = FIELD_UUID, AT(id)},
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "owner_id",     .type = FIELD_UUID, AT(owner_id)},
    {.name = "from",         .type = FIELD_DATE, AT(from)},
    {.name = "to",           .type = FIELD_DATE, AT(to)},
};
// clang-format on

static void check_block(const void *value, struct fault_list *problems)
{
    const struct block *block = value;

    if (block->from == DATE_ABSENT || block->to == DATE_ABSENT)
        return;
    if (block->to <= block->from)
        fault_list_add(problems, "to", "bad_range", "The range ends after it begins.");
    else if (block->to - block->from > STAY_NIGHTS_MAX)
        fault_list_add(problems, "to", "out_of_range", "At most %d nights.", STAY_NIGHTS_MAX);
}

const struct fields block_fields = FIELDS_CHECKED(items, struct block, check_block);
const struct fields block_shown_fields = FIELDS_OF(shown_items, struct block);
const struct fields block_event_fields = FIELDS_OF(event_items, struct block);
