// SPDX-License-Identifier: MIT
#include "base/money.h"

#include "channels/channels_json.h"

const char *const conflict_status_names[] = {"open", "kept_ours", "kept_theirs", "gone", NULL};
static const char *const keep_names[] = {"ours", "theirs", NULL};
static const char *const refund_names[] = {"policy", "full", NULL};

#define AT(member) .offset = offsetof(struct conflict, member)

// clang-format off
static const struct field items[] = {
    {.name = "id",           .type = FIELD_UUID, AT(id)},
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "feed_id",      .type = FIELD_UUID, AT(feed_id)},
    {.name = "channel",      .type = FIELD_ENUM, AT(channel), .names = calendar_channel_names},
    {.name = "booking_id",   .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(booking_id)},
    {.name = "block_id",     .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(block_id)},
    {.name = "from",         .type = FIELD_DATE, AT(from)},
    {.name = "to",           .type = FIELD_DATE, AT(to)},
    {.name = "status",       .type = FIELD_ENUM, AT(status), .names = conflict_status_names},
    {.name = "version",      .type = FIELD_INT,  AT(version)},
    {.name = "created_at",   .type = FIELD_TIME, AT(created_at)},
    {.name = "updated_at",   .type = FIELD_TIME, AT(updated_at)},
};

static const struct field event_items[] = {
    {.name = "id",           .type = FIELD_UUID, AT(id)},
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "owner_id",     .type = FIELD_UUID, AT(owner_id)},
    {.name = "feed_id",      .type = FIELD_UUID, AT(feed_id)},
    {.name = "channel",      .type = FIELD_ENUM, AT(channel), .names = calendar_channel_names},
    {.name = "booking_id",   .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(booking_id)},
    {.name = "block_id",     .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(block_id)},
    {.name = "from",         .type = FIELD_DATE, AT(from)},
    {.name = "to",           .type = FIELD_DATE, AT(to)},
    {.name = "status",       .type = FIELD_ENUM, AT(status), .names = conflict_status_names},
};
#undef AT

#define AT(member) .offset = offsetof(struct conflict_resolution, member)
static const struct field resolve_items[] = {
    {.name = "keep",            .type = FIELD_ENUM,  .flags = FIELD_REQUIRED, AT(keep), .names = keep_names, .max = KEEP_THEIRS},
    {.name = "refund",          .type = FIELD_ENUM,  AT(refund), .names = refund_names, .max = CONFLICT_REFUND_FULL},
    {.name = "expected_refund", .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(expected_refund), .min = 0, .max = MONEY_MAX},
};
// clang-format on

static void check_resolution(const void *value, struct fault_list *problems)
{
    const struct conflict_resolution *resolution = value;

    if (resolution->keep == KEEP_OURS && resolution->refund != CONFLICT_REFUND_UNSAID)
        fault_list_add(problems, "refund", "contradiction",
                       "If ours is kept, nothing is cancelled and refunded.");
}

const struct fields conflict_fields = FIELDS_OF(items, struct conflict);
const struct fields conflict_event_fields = FIELDS_OF(event_items, struct conflict);
const struct fields conflict_resolve_fields =
    FIELDS_CHECKED(resolve_items, struct conflict_resolution, check_resolution);
