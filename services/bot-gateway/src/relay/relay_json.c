// SPDX-License-Identifier: MIT
#include "json/fields.h"

#include "relay/relay_private.h"

// clang-format off
#define AT(member) .offset = offsetof(struct relay, member)
static const struct field items[] = {
    {.name = "booking", .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(as_owner.booking)},
    {.name = "owner",   .type = FIELD_BOOL, AT(of_owner)},
};
#undef AT
// clang-format on
static const struct fields fields = FIELDS_OF(items, struct relay);

bool relay_read_data(struct slice json, struct arena *arena, void *data, struct fault *fault)
{
    struct fields_seen seen;
    struct relay *relay = data;

    relay->says = TEXTS;
    return fields_decode(&fields, json, false, data, &seen, arena, fault);
}

void relay_write_data(const void *data, struct buf *json)
{
    fields_encode(&fields, data, false, json);
}
