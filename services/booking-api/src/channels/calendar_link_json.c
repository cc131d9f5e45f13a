// SPDX-License-Identifier: MIT
#include "channels/channels_json.h"

#define AT(member) .offset = offsetof(struct calendar_link, member)

// clang-format off
static const struct field items[] = {
    {.name = "channel", .type = FIELD_ENUM, AT(channel), .names = calendar_channel_names, .max = CHANNEL_OTHER},
    {.name = "name",    .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(name), .min = 1, .max = CALENDAR_LINK_NAME_MAX},
};

static const struct field shown_items[] = {
    {.name = "id",           .type = FIELD_UUID, AT(id)},
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "channel",      .type = FIELD_ENUM, AT(channel), .names = calendar_channel_names},
    {.name = "name",         .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(name)},
    {.name = "url",          .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(url)},
    {.name = "last_read_at", .type = FIELD_TIME, .flags = FIELD_OMIT, AT(last_read_at)},
    {.name = "closed_at",    .type = FIELD_TIME, .flags = FIELD_OMIT, AT(closed_at)},
    {.name = "created_at",   .type = FIELD_TIME, AT(created_at)},
};

static const struct field closed_items[] = {
    {.name = "as_of", .type = FIELD_CUSTOM, .offset = offsetof(struct calendar_link_closed, as_of), .decode = field_decode_time},
};
// clang-format on

const struct fields calendar_link_fields = FIELDS_OF(items, struct calendar_link);
const struct fields calendar_link_shown_fields = FIELDS_OF(shown_items, struct calendar_link);
const struct fields calendar_link_closed_fields =
    FIELDS_OF(closed_items, struct calendar_link_closed);
