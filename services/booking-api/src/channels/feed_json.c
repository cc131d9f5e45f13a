// SPDX-License-Identifier: MIT
#include "channels/channels_json.h"

const char *const feed_status_names[] = {"new", "ok", "suspect", "failing", "stale", NULL};

#define AT(member) .offset = offsetof(struct feed, member)

// clang-format off
static const struct field items[] = {
    {.name = "url",            .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY, AT(url), .min = 8, .max = FEED_URL_MAX},
    {.name = "channel",        .type = FIELD_ENUM, AT(channel), .names = calendar_channel_names, .max = CHANNEL_OTHER},
    {.name = "name",           .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(name), .min = 1, .max = FEED_NAME_MAX},
    {.name = "ends_inclusive", .type = FIELD_BOOL, AT(ends_inclusive)},
};

static const struct field shown_items[] = {
    {.name = "id",              .type = FIELD_UUID, AT(id)},
    {.name = "apartment_id",    .type = FIELD_UUID, AT(apartment_id)},
    {.name = "channel",         .type = FIELD_ENUM, AT(channel), .names = calendar_channel_names},
    {.name = "name",            .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(name)},
    {.name = "host",            .type = FIELD_TEXT, AT(host)},
    {.name = "ends_inclusive",  .type = FIELD_BOOL, AT(ends_inclusive)},
    {.name = "ends_guess",      .type = FIELD_ENUM, .flags = FIELD_OMIT, AT(ends_guess), .names = feed_ends_names},
    {.name = "status",          .type = FIELD_ENUM, AT(status), .names = feed_status_names},
    {.name = "nights",          .type = FIELD_INT,  AT(nights)},
    {.name = "next_stays",      .type = FIELD_RAW,  .flags = FIELD_OMIT, AT(next_stays)},
    {.name = "last_read_at",    .type = FIELD_TIME, .flags = FIELD_OMIT, AT(last_read_at)},
    {.name = "last_success_at", .type = FIELD_TIME, .flags = FIELD_OMIT, AT(last_success_at)},
    {.name = "last_error",      .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(last_error)},
    {.name = "version",         .type = FIELD_INT,  AT(version)},
    {.name = "created_at",      .type = FIELD_TIME, AT(created_at)},
    {.name = "updated_at",      .type = FIELD_TIME, AT(updated_at)},
};

static const struct field event_items[] = {
    {.name = "id",              .type = FIELD_UUID, AT(id)},
    {.name = "apartment_id",    .type = FIELD_UUID, AT(apartment_id)},
    {.name = "owner_id",        .type = FIELD_UUID, AT(owner_id)},
    {.name = "channel",         .type = FIELD_ENUM, AT(channel), .names = calendar_channel_names},
    {.name = "name",            .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(name)},
    {.name = "status",          .type = FIELD_ENUM, AT(status), .names = feed_status_names},
    {.name = "previous_status", .type = FIELD_ENUM, AT(previous), .names = feed_status_names},
    {.name = "nights",          .type = FIELD_INT,  AT(nights)},
    {.name = "last_success_at", .type = FIELD_TIME, .flags = FIELD_OMIT, AT(last_success_at)},
    {.name = "last_error",      .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(last_error)},
};
// clang-format on

const struct fields feed_fields = FIELDS_OF(items, struct feed);
const struct fields feed_shown_fields = FIELDS_OF(shown_items, struct feed);
const struct fields feed_event_fields = FIELDS_OF(event_items, struct feed);
