// SPDX-License-Identifier: MIT
#include "access.h"
#include "apartments/apartments_json.h"

#define AT(member) .offset = offsetof(struct owner, member)

// clang-format off
static const struct field items[] = {
    {.name = "id",           .type = FIELD_UUID,  .flags = FIELD_READ_ONLY, AT(id)},
    {.name = "name",         .type = FIELD_TEXT,  .flags = FIELD_REQUIRED,  AT(name), .min = 1, .max = 200},
    {.name = "phone",        .type = FIELD_PHONE, .flags = FIELD_NULLABLE,  AT(phone)},
    {.name = "telegram_id",  .type = FIELD_INT,   .flags = FIELD_NULLABLE,  AT(telegram_id), .min = 1, .max = ACTOR_GUEST_MAX},
    {.name = "language",     .type = FIELD_ENUM,                            AT(language), .names = language_names, .max = LANGUAGE_KZ},
    {.name = "notify",       .type = FIELD_BOOL,                            AT(notify)},
    {.name = "payment_info", .type = FIELD_TEXT,  .flags = FIELD_NULLABLE,  AT(payment_info), .min = 1, .max = 300},
    {.name = "version",      .type = FIELD_INT,   .flags = FIELD_READ_ONLY, AT(version)},
    {.name = "created_at",   .type = FIELD_TIME,  .flags = FIELD_READ_ONLY, AT(created_at)},
    {.name = "updated_at",   .type = FIELD_TIME,  .flags = FIELD_READ_ONLY, AT(updated_at)},
};
// clang-format on
const struct fields owner_fields = FIELDS_OF(items, struct owner);
