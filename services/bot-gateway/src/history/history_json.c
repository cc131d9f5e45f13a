// SPDX-License-Identifier: MIT
#include "history/history_json.h"

#include <stddef.h>

#include "base/language.h"

// clang-format off
#define AT(member) .offset = offsetof(struct history_line, member)
static const struct field items[] = {
    {.name = "id",         .type = FIELD_UUID, AT(id)},
    {.name = "direction",  .type = FIELD_ENUM, AT(direction), .names = history_direction_names},
    {.name = "user_id",    .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(user_id)},
    {.name = "message_id", .type = FIELD_INT,  AT(message_id)},
    {.name = "language",   .type = FIELD_ENUM, .flags = FIELD_NULLABLE, AT(language), .names = language_names},
    {.name = "text",       .type = FIELD_TEXT, AT(text)},
    {.name = "sent_at",    .type = FIELD_TIME, AT(sent_at)},
    {.name = "version",    .type = FIELD_INT,  AT(version)},
};
#undef AT
// clang-format on
const struct fields history_fields = FIELDS_OF(items, struct history_line);
