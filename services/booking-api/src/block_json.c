// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "block.h"

#define AT(member) .offset = offsetof(struct block, member)
#define TABLE(array)                                                                               \
    {                                                                                              \
        (array), sizeof(array) / sizeof((array)[0]), sizeof(struct block)                          \
    }

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

const struct fields block_fields = TABLE(items);
const struct fields block_shown_fields = TABLE(shown_items);
const struct fields block_event_fields = TABLE(event_items);
