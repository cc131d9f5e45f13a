// SPDX-License-Identifier: MIT
#include "drivers/drivers_json.h"
#include "rides/rides_json.h"

enum { SECONDS_MAX = OFFER_MINUTES_MAX * 60 };

#define AT(member) .offset = offsetof(struct offer_draft, member)
// clang-format off
static const struct field draft_items[] = {
    {.name = "price",         .type = FIELD_MONEY,  .flags = FIELD_REQUIRED, AT(price), .min = 0, .max = FARE_PRICE_MAX},
    {.name = "depart_at",     .type = FIELD_CUSTOM, AT(depart_at), .decode = field_decode_time},
    {.name = "car_id",        .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(car_id)},
    {.name = "trip_id",       .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(trip_id)},
    {.name = "minutes",       .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(minutes), .min = OFFER_MINUTES_MIN, .max = OFFER_MINUTES_MAX},
    {.name = "offer_seconds", .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(offer_seconds), .min = 1, .max = SECONDS_MAX},
    {.name = "sell_rest",     .type = FIELD_BOOL,   AT(sell_rest)},
};
// clang-format on
#undef AT

const struct fields offer_draft_fields =
    FIELDS_CHECKED(draft_items, struct offer_draft, offer_draft_check);

void offer_draft_defaults(struct offer_draft *draft)
{
    fields_clear(&offer_draft_fields, draft);
    draft->sell_rest = true;
}

struct view {
    struct offer offer;
    const struct api_caller *caller;
};

static void encode_allowed_actions(const void *value, struct buf *out)
{
    const struct view *view = value;

    transition_encode(&offer_machine, offer_state(&view->offer), transition_actor(view->caller),
                      view->offer.expires_at, out);
}

#define AT(member) .offset = offsetof(struct view, offer.member)
// clang-format off
static const struct field view_items[] = {
    {.name = "id",         .type = FIELD_UUID,   AT(id)},
    {.name = "ride_id",    .type = FIELD_UUID,   AT(ride_id)},
    {.name = "driver_id",  .type = FIELD_UUID,   .flags = FIELD_OMIT, AT(driver_id)},
    {.name = "car_id",     .type = FIELD_UUID,   .flags = FIELD_OMIT, AT(car_id)},
    {.name = "trip_id",    .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(trip_id)},
    {.name = "status",     .type = FIELD_ENUM,   AT(status), .names = offer_status_names},
    {.name = "price",      .type = FIELD_MONEY,  AT(price)},
    {.name = "depart_at",  .type = FIELD_TIME,   AT(depart_at)},
    {.name = "arrive_at",  .type = FIELD_TIME,   AT(arrive_at)},
    {.name = "sell_rest",  .type = FIELD_BOOL,   AT(sell_rest)},
    {.name = "expires_at", .type = FIELD_TIME,   .flags = FIELD_NULLABLE, AT(expires_at)},
    {.name = "driver",     .type = FIELD_OBJECT, AT(driver), .table = &driver_view_fields},
    {.name = "car",        .type = FIELD_OBJECT, AT(car), .table = &car_view_fields},
    {.name = "allowed_actions", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_allowed_actions},
    {.name = "version",    .type = FIELD_INT,    AT(version)},
    {.name = "created_at", .type = FIELD_TIME,   AT(created_at)},
    {.name = "updated_at", .type = FIELD_TIME,   AT(updated_at)},
};
// clang-format on
#undef AT
static const struct fields view_fields = FIELDS_OF(view_items, struct view);

void offer_encode(const struct offer *offer, const struct api_caller *caller, struct buf *out)
{
    struct view view = {*offer, caller};

    view.offer.driver.name = trip_first_name(offer->driver.name);
    if (caller->actor == RIDE_ACTOR_GUEST) {
        view.offer.driver_id = (struct uuid){0};
        view.offer.car_id = (struct uuid){0};
    }
    fields_encode(&view_fields, &view, false, out);
}
