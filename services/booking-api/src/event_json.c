// SPDX-License-Identifier: MIT
#include "event_json.h"

#include <stddef.h>

// clang-format off
static const struct field resource_items[] = {
    {.name = "type", .type = FIELD_TEXT, .offset = offsetof(struct event_resource, type)},
    {.name = "id", .type = FIELD_UUID, .offset = offsetof(struct event_resource, id)},
    {.name = "version", .type = FIELD_INT, .offset = offsetof(struct event_resource, version)},
};
// clang-format on
static const struct fields resource_fields = FIELDS_OF(resource_items, struct event_resource);

// clang-format off
static const struct field event_items[] = {
    {.name = "id", .type = FIELD_UUID, .offset = offsetof(struct event, id)},
    {.name = "type", .type = FIELD_TEXT, .offset = offsetof(struct event, type)},
    {.name = "occurred_at", .type = FIELD_TIME, .offset = offsetof(struct event, occurred_at)},
    {.name = "sequence", .type = FIELD_INT, .offset = offsetof(struct event, sequence)},
    {.name = "resource", .type = FIELD_OBJECT, .offset = offsetof(struct event, resource), .table = &resource_fields},
    {.name = "data", .type = FIELD_RAW, .offset = offsetof(struct event, data)},
};
// clang-format on
static const struct fields event_fields = FIELDS_OF(event_items, struct event);

void event_encode(const struct event *event, struct buf *out)
{
    fields_encode(&event_fields, event, false, out);
}

static void put(uint8_t *out, int64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        out[i] = (uint8_t)value;
}

static int64_t get(const uint8_t *in)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return (int64_t)value;
}

struct list_place event_place_pack(const struct event_place *place)
{
    struct list_place packed = {.set = true, .number = place->epoch};

    put(packed.id.bytes, place->tx);
    put(packed.id.bytes + 8, place->id);
    return packed;
}

bool event_place_unpack(const struct list_place *packed, struct event_place *out)
{
    const struct event_place place = {
        .epoch = packed->number,
        .tx = get(packed->id.bytes),
        .id = get(packed->id.bytes + 8),
    };

    if (place.epoch < 0 || place.epoch > INT32_MAX || place.tx < 0 || place.id < 0)
        return false;
    *out = place;
    return true;
}
