// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "base/language.h"

#include "privacy/privacy_json.h"

// clang-format off
static const struct field consent_items[] = {
    {.name = "version", .type = FIELD_TEXT, .offset = offsetof(struct user_consent, version)},
    {.name = "at",      .type = FIELD_TIME, .offset = offsetof(struct user_consent, at)},
};
static const struct fields consent_fields = FIELDS_OF(consent_items, struct user_consent);

#define AT(member) .offset = offsetof(struct user, member)
static const struct field items[] = {
    {.name = "user_id",           .type = FIELD_INT,  AT(user_id)},
    {.name = "language",          .type = FIELD_ENUM, AT(language), .names = language_names},
    {.name = "source",            .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(source)},
    {.name = "reachable",         .type = FIELD_BOOL, AT(reachable)},
    {.name = "unreachable_since", .type = FIELD_TIME, .flags = FIELD_OMIT, AT(unreachable_since)},
    {.name = "consent",           .type = FIELD_OBJECT, .flags = FIELD_OMIT, AT(consent), .table = &consent_fields},
    {.name = "first_seen_at",     .type = FIELD_TIME, AT(first_seen_at)},
    {.name = "last_seen_at",      .type = FIELD_TIME, AT(last_seen_at)},
    {.name = "version",           .type = FIELD_INT,  AT(version)},
};
#undef AT
// clang-format on
const struct fields user_fields = FIELDS_OF(items, struct user);
