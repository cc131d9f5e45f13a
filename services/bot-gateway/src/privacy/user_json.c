// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "base/language.h"

#include "privacy/privacy_json.h"

// clang-format off
#define AT(member) .offset = offsetof(struct user, member)
static const struct field items[] = {
    {.name = "user_id",           .type = FIELD_INT,  AT(user_id)},
    {.name = "language",          .type = FIELD_ENUM, AT(language), .names = language_names},
    {.name = "source",            .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(source)},
    {.name = "reachable",         .type = FIELD_BOOL, AT(reachable)},
    {.name = "unreachable_since", .type = FIELD_TIME, .flags = FIELD_OMIT, AT(unreachable_since)},
    {.name = "first_seen_at",     .type = FIELD_TIME, AT(first_seen_at)},
    {.name = "last_seen_at",      .type = FIELD_TIME, AT(last_seen_at)},
    {.name = "version",           .type = FIELD_INT,  AT(version)},
};
#undef AT
// clang-format on
const struct fields user_fields = FIELDS_OF(items, struct user);
