// SPDX-License-Identifier: MIT
#include "api/change.h"
#include "base/auto.h"
#include "json/texts.h"

#include "drivers/contact.h"
#include "drivers/drivers_json.h"
#include "places/places_json.h"
#include "rides/reveal.h"
#include "rides/rides_json.h"

enum {
    LINES_MAX = 2048,
    SHORT_MAX = 1024,
    CODE_MAX = 32 /* maximum length of a delivery code as typed, with spaces */,
    CARGO_PIECES = FARE_LUGGAGE_MAX
};
#define TOTAL_MAX (16 * FARE_PRICE_MAX * FARE_SEGMENTS_MAX)

#define AT(member) .offset = offsetof(struct ride_passenger, member)
// clang-format off
static const struct field passenger_items[] = {
    {.name = "name",        .type = FIELD_TEXT,  .flags = FIELD_REQUIRED, AT(name), .min = 1, .max = 200},
    {.name = "phone",       .type = FIELD_PHONE, .flags = FIELD_NULLABLE, AT(phone)},
    {.name = "telegram_id", .type = FIELD_INT,   .flags = FIELD_NULLABLE | FIELD_OMIT, AT(telegram_id), .min = 1, .max = RIDE_GUEST_MAX},
    {.name = "language",    .type = FIELD_ENUM,  AT(language), .names = language_names, .max = LANGUAGE_KZ},
};
#undef AT
static const struct fields passenger_fields = FIELDS_OF(passenger_items, struct ride_passenger);
static const struct field recipient_items[] = {
    {.name = "name",  .type = FIELD_TEXT,  .flags = FIELD_REQUIRED, .offset = offsetof(struct ride_recipient, name), .min = 1, .max = 200},
    {.name = "phone", .type = FIELD_PHONE, .flags = FIELD_REQUIRED | FIELD_NULLABLE, .offset = offsetof(struct ride_recipient, phone)},
};
static const struct fields recipient_fields = FIELDS_OF(recipient_items, struct ride_recipient);

#define AT(member) .offset = offsetof(struct ride_draft, member)
/* The members of `parcel` in JSON; they are stored in struct ride_draft itself. */
static const struct field parcel_items[] = {
    {.name = "size",      .type = FIELD_ENUM,   .flags = FIELD_REQUIRED, AT(order.size), .names = fare_size_names},
    {.name = "recipient", .type = FIELD_OBJECT, .flags = FIELD_REQUIRED, AT(recipient), .table = &recipient_fields},
};
static const struct fields parcel_fields = FIELDS_OF(parcel_items, struct ride_draft);

static const struct field draft_items[] = {
    {.name = "trip_id",        .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(trip_id)},
    {.name = "from",           .type = FIELD_CUSTOM, AT(from), .decode = place_decode},
    {.name = "to",             .type = FIELD_CUSTOM, AT(to), .decode = place_decode},
    {.name = "depart_from",    .type = FIELD_CUSTOM, AT(preferences.depart_from), .decode = field_decode_time},
    {.name = "depart_to",      .type = FIELD_CUSTOM, AT(preferences.depart_to), .decode = field_decode_time},
    {.name = "price",          .type = FIELD_MONEY,  .flags = FIELD_NULLABLE, AT(preferences.price), .min = 0, .max = FARE_PRICE_MAX},
    {.name = "auto_accept",    .type = FIELD_BOOL,   AT(preferences.auto_accept)},
    {.name = "from_stop",      .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(order.from_stop), .min = 0, .max = FARE_SEGMENTS_MAX - 1},
    {.name = "to_stop",        .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(order.to_stop), .min = 1, .max = FARE_SEGMENTS_MAX},
    {.name = "kind",           .type = FIELD_ENUM,   AT(order.kind), .names = fare_kind_names},
    {.name = "seats",          .type = FIELD_INT,    AT(order.seats), .min = 1, .max = FARE_SEATS_MAX},
    {.name = "child_seats",    .type = FIELD_INT,    AT(order.child_seats), .min = 0, .max = TRIP_CHILD_SEATS_MAX},
    {.name = "luggage",        .type = FIELD_INT,    AT(order.luggage), .min = 0, .max = CARGO_PIECES},
    {.name = "parcel",         .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, .offset = 0, .table = &parcel_fields},
    {.name = "passenger",      .type = FIELD_OBJECT, .flags = FIELD_REQUIRED, AT(passenger), .table = &passenger_fields},
    {.name = "for_other",      .type = FIELD_BOOL,   AT(for_other)},
    {.name = "wait",           .type = FIELD_BOOL,   AT(wait)},
    {.name = "note",           .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(note), .min = 1, .max = RIDE_TEXT_MAX},
    {.name = "hold_minutes",   .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(hold_minutes), .min = 1, .max = RIDE_HOLD_MAX_MIN},
    {.name = "hold_seconds",   .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(hold_seconds), .min = 1, .max = RIDE_HOLD_MAX_MIN * 60},
    {.name = "expected_total", .type = FIELD_MONEY,  .flags = FIELD_NULLABLE, AT(expected_total), .min = 0, .max = TOTAL_MAX},
};
#undef AT
// clang-format on

const struct fields ride_draft_fields =
    FIELDS_CHECKED(draft_items, struct ride_draft, ride_draft_check);

void ride_draft_defaults(struct ride_draft *draft)
{
    fields_clear(&ride_draft_fields, draft);
    draft->order.kind = FARE_SEATS;
    draft->order.child_seats = draft->order.luggage = 0;
    draft->order.size = -1;
    draft->order.offer_price = FIELD_ABSENT;
    draft->passenger.language = LANGUAGE_RU;
}

// clang-format off
#define AT(member) .offset = offsetof(struct ride_note, member)
#define REASON {.name = "reason", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(reason), .min = 1, .max = RIDE_TEXT_MAX}
#define PHONE {.name = "phone", .type = FIELD_PHONE, .flags = FIELD_NULLABLE, AT(phone)}
static const struct field confirm_items[] = {
    PHONE,
    {.name = "paid", .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(paid), .min = 0, .max = TOTAL_MAX},
};
static const struct field claim_items[] = {PHONE};
static const struct field cancel_items[] = {
    REASON,
    {.name = "expected_refund", .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(expected_refund), .min = 0, .max = TOTAL_MAX},
    {.name = "expected_fault", .type = FIELD_ENUM, .flags = FIELD_NULLABLE, AT(expected_fault), .names = cancel_fault_names},
};
static const struct field reason_items[] = {REASON};
static const struct field deliver_items[] = {
    {.name = "delivery_code", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(delivery_code), .min = 1, .max = CODE_MAX},
};
static const struct field settle_items[] = {
    {.name = "fault",  .type = FIELD_ENUM,  .flags = FIELD_REQUIRED, AT(fault), .names = cancel_fault_names},
    {.name = "paid",   .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(paid), .min = 0, .max = TOTAL_MAX},
    {.name = "refund", .type = FIELD_MONEY, .flags = FIELD_REQUIRED, AT(refund), .min = 0, .max = TOTAL_MAX},
    REASON,
};
#undef AT

/* The other side reads the reason in the history. */
static void refuse_contact_in_reason(const void *value, struct fault_list *problems)
{
    contact_refuse_in_text("reason", ((const struct ride_note *)value)->reason, problems);
}

#define WITH_REASON(items) FIELDS_CHECKED(items, struct ride_note, refuse_contact_in_reason)
const struct fields ride_action_fields[RIDE_ACTION_COUNT] = {
    [RIDE_CONFIRM] = FIELDS_OF(confirm_items, struct ride_note),
    [RIDE_DECLINE] = WITH_REASON(reason_items),
    [RIDE_CLAIM_PAYMENT] = FIELDS_OF(claim_items, struct ride_note),
    [RIDE_DELIVER] = FIELDS_OF(deliver_items, struct ride_note),
    [RIDE_MARK_NO_SHOW] = WITH_REASON(reason_items),
    [RIDE_DRIVER_NO_SHOW] = WITH_REASON(reason_items),
    [RIDE_CANCEL] = WITH_REASON(cancel_items),
    [RIDE_SETTLE] = WITH_REASON(settle_items),
};

#define AT(member) .offset = offsetof(struct ride, member)
static const struct field edit_items[] = {
    {.name = "price", .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(preferences.price), .min = 0, .max = FARE_PRICE_MAX},
    {.name = "note",  .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(note), .min = 1, .max = RIDE_TEXT_MAX},
};
// clang-format on
#undef AT

const struct fields ride_edit_fields = FIELDS_CHECKED(edit_items, struct ride, ride_edit_check);

// clang-format off
static const struct texts line_texts[FARE_LINE_KIND_COUNT] = {
    [FARE_LINE_SEAT]    = {TEXTS_LITERAL("Места"), TEXTS_LITERAL("Орындар"), TEXTS_LITERAL("Seats")},
    [FARE_LINE_CAR]     = {TEXTS_LITERAL("Вся машина"), TEXTS_LITERAL("Бүкіл көлік"),
                           TEXTS_LITERAL("The whole car")},
    [FARE_LINE_CHILD_SEAT] = {TEXTS_LITERAL("Детские кресла"), TEXTS_LITERAL("Балалар орындығы"),
                              TEXTS_LITERAL("Child seats")},
    [FARE_LINE_LUGGAGE] = {TEXTS_LITERAL("Багаж"), TEXTS_LITERAL("Жүк"), TEXTS_LITERAL("Luggage")},
    [FARE_LINE_PARCEL]  = {TEXTS_LITERAL("Посылка"), TEXTS_LITERAL("Сәлемдеме"),
                           TEXTS_LITERAL("Parcel")},
    [FARE_LINE_OFFER]   = {TEXTS_LITERAL("Цена водителя"), TEXTS_LITERAL("Жүргізуші бағасы"),
                           TEXTS_LITERAL("The driver's price")},
};

static void encode_line_text(const void *value, struct buf *out)
{
    fields_encode(&texts_title_fields, &line_texts[*(const enum fare_line_kind *)value], false, out);
}

#define AT(member) .offset = offsetof(struct fare_line, member)
static const struct field line_items[] = {
    {.name = "kind",   .type = FIELD_ENUM,   AT(kind), .names = fare_line_names},
    {.name = "count",  .type = FIELD_INT,    AT(count)},
    {.name = "text",   .type = FIELD_CUSTOM, AT(kind), .encode = encode_line_text},
    {.name = "amount", .type = FIELD_MONEY,  AT(amount)},
};
#undef AT
// clang-format on
static const struct fields line_fields = FIELDS_OF(line_items, struct fare_line);

bool ride_encode_fare_lines(const struct fare *fare, struct arena *arena, struct slice *out,
                            struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(LINES_MAX);

    fields_encode_list(&line_fields, fare->lines, fare->count, false, &json);
    return buf_keep(&json, arena, out, fault);
}

bool ride_add_full_segments(const struct ride_shortage *shortage, struct arena *arena,
                            struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(SHORT_MAX);
    struct fault full;
    int listed = 0;

    if (shortage->segments == 0)
        return false;
    buf_text(&json, "\"segments\":[");
    for (int i = 0; i < FARE_SEGMENTS_MAX; i++)
        if ((shortage->segments & 1U << i) != 0)
            buf_printf(&json, "%s{\"from_stop\":%d,\"to_stop\":%d,\"free\":%lld}",
                       listed++ > 0 ? "," : "", i, i + 1,
                       (long long)(shortage->most - shortage->load->items[i]));
    buf_char(&json, ']');
    if (!buf_keep(&json, arena, &fault->members, &full))
        *fault = full;
    return false;
}

struct view {
    struct ride ride;
    const struct api_caller *caller;
    bool free_cancel;
};

// clang-format off
static const struct field tier_items[] = {
    {.name = "until",        .type = FIELD_TIME, .flags = FIELD_NULLABLE, .offset = offsetof(struct cancel_tier, until)},
    {.name = "keep_percent", .type = FIELD_INT,  .offset = offsetof(struct cancel_tier, keep_percent)},
};
// clang-format on
static const struct fields tier_fields = FIELDS_OF(tier_items, struct cancel_tier);

/* Is it too late for the action? After the departure a ride cannot be confirmed or paid, even if
 * its hold, created with a test key, is still valid. */
static bool is_too_late(const struct view *view, int action)
{
    return (action == RIDE_CONFIRM || action == RIDE_CLAIM_PAYMENT) &&
           ride_is_too_late_to_confirm(&view->ride, view->caller);
}

static void encode_allowed_actions(const void *value, struct buf *out)
{
    const struct view *view = value;
    const struct cancel_case end = ride_build_cancel_case(&view->ride, view->caller);
    const struct cancel_terms terms = cancel_compute_terms(&end);
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    const size_t all =
        ride_allowed_actions(&view->ride, transition_actor(view->caller), &terms, allowed);
    size_t count = 0;

    for (size_t i = 0; i < all; i++)
        if (!is_too_late(view, allowed[i].row->action))
            allowed[count++] = allowed[i];
    fields_encode_list(&transition_allowed_fields, allowed, count, false, out);
}

static void encode_cancel_policy(const void *value, struct buf *out)
{
    const struct ride *ride = &((const struct view *)value)->ride;
    struct cancel_tier tiers[CANCEL_TIERS_MAX];

    if (!ride_has_trip(ride)) {
        buf_text(out, "null"); /* only a trip determines the terms of a cancel */
        return;
    }
    const size_t count = cancel_list_tiers((enum cancel_policy)ride->policy, ride->depart_at,
                                           ride->agreed_at, tiers);
    buf_printf(out, "{\"policy\":\"%s\",\"text\":", cancel_policy_names[ride->policy]);
    fields_encode(&texts_title_fields, &cancel_policy_texts[ride->policy], false, out);
    buf_text(out, ",\"tiers\":");
    fields_encode_list(&tier_fields, tiers, count, false, out);
    buf_char(out, '}');
}

#define AT(member) .offset = offsetof(struct view, ride.member)
// clang-format off
static void encode_driver(const void *value, struct buf *out)
{
    const struct ride *ride = &((const struct view *)value)->ride;

    if (ride_has_trip(ride))
        fields_encode(&driver_contact_fields, &ride->driver, false, out);
    else
        buf_text(out, "null");
}

#define SUMMARY_FIELDS \
    {.name = "id",          .type = FIELD_UUID, AT(id)}, \
    {.name = "trip_id",     .type = FIELD_UUID, AT(trip_id)}, \
    {.name = "kind",        .type = FIELD_ENUM, AT(kind), .names = fare_kind_names}, \
    {.name = "status",      .type = FIELD_ENUM, AT(status), .names = ride_status_names}, \
    {.name = "from_stop",   .type = FIELD_INT,  AT(from_stop)}, \
    {.name = "to_stop",     .type = FIELD_INT,  AT(to_stop)}, \
    {.name = "from",        .type = FIELD_TEXT, AT(from_place)}, \
    {.name = "to",          .type = FIELD_TEXT, AT(to_place)}, \
    {.name = "depart_at",   .type = FIELD_TIME, AT(depart_at)}, \
    {.name = "arrive_at",   .type = FIELD_TIME, AT(arrive_at)}, \
    {.name = "seats",       .type = FIELD_INT,  AT(seats)}, \
    {.name = "child_seats", .type = FIELD_INT,  AT(child_seats)}, \
    {.name = "luggage",     .type = FIELD_INT,  AT(luggage)}, \
    {.name = "total",       .type = FIELD_MONEY, AT(total)}, \
    {.name = "deposit",     .type = FIELD_MONEY, AT(deposit)}, \
    {.name = "paid",        .type = FIELD_MONEY, AT(paid)}, \
    {.name = "fee",         .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(fee)}, \
    {.name = "refund",      .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(refund)}, \
    {.name = "fault",       .type = FIELD_ENUM,  .flags = FIELD_NULLABLE, AT(fault), .names = cancel_fault_names}, \
    {.name = "expires_at",  .type = FIELD_TIME,  .flags = FIELD_NULLABLE, AT(expires_at)},
static const struct field view_items[] = {
    SUMMARY_FIELDS
    {.name = "code",        .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(code)},
    {.name = "parcel_size", .type = FIELD_ENUM, .flags = FIELD_NULLABLE, AT(parcel_size), .names = fare_size_names},
    {.name = "recipient",   .type = FIELD_OBJECT, .flags = FIELD_OMIT, AT(recipient), .table = &recipient_fields},
    {.name = "delivery_code", .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(delivery_code)},
    {.name = "delivered",   .type = FIELD_BOOL, .flags = FIELD_OMIT, AT(delivered)},
    {.name = "passenger",   .type = FIELD_OBJECT, AT(passenger), .table = &passenger_fields},
    {.name = "note",        .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(note)},
    {.name = "depart_from", .type = FIELD_TIME, .flags = FIELD_OMIT, AT(preferences.depart_from)},
    {.name = "depart_to",   .type = FIELD_TIME, .flags = FIELD_OMIT, AT(preferences.depart_to)},
    {.name = "price",       .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(preferences.price)},
    {.name = "auto_accept", .type = FIELD_BOOL, .flags = FIELD_OMIT, AT(preferences.auto_accept)},
    {.name = "lines",       .type = FIELD_RAW,  AT(lines)},
    {.name = "cancellation", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_cancel_policy},
    {.name = "free_cancel", .type = FIELD_BOOL, .offset = offsetof(struct view, free_cancel)},
    {.name = "driver",      .type = FIELD_CUSTOM, .offset = 0, .encode = encode_driver},
    {.name = "car",         .type = FIELD_OBJECT, AT(car), .table = &car_plate_fields},
    {.name = "allowed_actions", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_allowed_actions},
    {.name = "version",     .type = FIELD_INT,  AT(version)},
    {.name = "created_at",  .type = FIELD_TIME, AT(created_at)},
    {.name = "updated_at",  .type = FIELD_TIME, AT(updated_at)},
};
#undef AT
#define AT(member) .offset = offsetof(struct ride, member)
static const struct field event_items[] = {SUMMARY_FIELDS};
#undef AT
// clang-format on
static const struct fields view_fields = FIELDS_OF(view_items, struct view);
const struct fields ride_event_fields = FIELDS_OF(event_items, struct ride);

/* The result of a dry run shows no contacts except to those who always see them. */
static void encode_ride(const struct ride *ride, const struct api_caller *caller, bool dry_run,
                        struct buf *out)
{
    const unsigned contacts = ride_revealed_contacts(ride, transition_actor(caller));
    const bool hidden = dry_run && contacts != REVEAL_ALL;
    const unsigned revealed = hidden ? 0 : contacts;
    struct view view = {*ride, caller, ride_can_cancel_free(ride)};
    /* Passenger and driver always see the contacts that they provided themselves. */
    const bool guest = caller->actor == RIDE_ACTOR_GUEST;
    const bool driver = caller->actor == RIDE_ACTOR_DRIVER;
    const bool names = (revealed & REVEAL_FULL_NAMES) != 0;

    if (revealed != REVEAL_ALL)
        view.ride.passenger.telegram_id = FIELD_ABSENT;
    if (!names && !driver)
        view.ride.driver.name = trip_first_name(ride->driver.name);
    if (!names && !guest) {
        view.ride.passenger.name = trip_first_name(ride->passenger.name);
        view.ride.recipient.name = trip_first_name(ride->recipient.name);
    }
    if ((revealed & REVEAL_DRIVER_PHONE) == 0 && !driver)
        view.ride.driver.phone = SLICE_NONE;
    if ((hidden && !driver) || !ride_shows_payment_info(ride))
        view.ride.driver.payment_info = SLICE_NONE;
    if ((revealed & REVEAL_PLATE) == 0 && !driver)
        view.ride.car.plate = SLICE_NONE;
    if ((revealed & REVEAL_PASSENGER_PHONE) == 0 && !guest)
        view.ride.passenger.phone = SLICE_NONE;
    if ((revealed & REVEAL_RECIPIENT_PHONE) == 0 && !guest)
        view.ride.recipient.phone = SLICE_NONE;
    if (driver || ride_status_ended(ride->status)) /* the recipient gives the driver the code */
        view.ride.delivery_code = SLICE_NONE;
    if (driver && ride->status == RIDE_OPEN) {
        /* The driver and the passenger have not agreed yet. */
        view.ride.code = view.ride.note = SLICE_NONE;
        view.ride.recipient = (struct ride_recipient){0};
    }
    fields_encode(&view_fields, &view, false, out);
}

void ride_encode(const struct ride *ride, const struct api_caller *caller, struct buf *out)
{
    encode_ride(ride, caller, false, out);
}

void ride_encode_after_change(const struct change *change, const struct ride *ride, struct buf *out)
{
    encode_ride(ride, change->caller, change->dry_run, out);
}

struct preview {
    struct view view;
    struct cancel_terms terms;
    int fault; /* enum cancel_fault */
};

// clang-format off
#define AT(member) .offset = offsetof(struct preview, member)
static const struct field preview_items[] = {
    {.name = "refund",       .type = FIELD_MONEY,  AT(terms.refund)},
    {.name = "fee",          .type = FIELD_MONEY,  AT(terms.kept)},
    {.name = "until",        .type = FIELD_TIME,   .flags = FIELD_NULLABLE, AT(terms.until)},
    {.name = "fault",        .type = FIELD_ENUM,   AT(fault), .names = cancel_fault_names},
    {.name = "free_cancel",  .type = FIELD_BOOL,   AT(view.free_cancel)},
    {.name = "cancellation", .type = FIELD_CUSTOM, AT(view), .encode = encode_cancel_policy},
};
#undef AT
// clang-format on
static const struct fields preview_fields = FIELDS_OF(preview_items, struct preview);

void ride_encode_cancel_terms(const struct ride *ride, const struct api_caller *caller,
                              struct buf *out)
{
    const struct cancel_case end = ride_build_cancel_case(ride, caller);
    const struct preview preview = {
        .view = {*ride, caller, end.free_cancel},
        .terms = cancel_compute_terms(&end),
        .fault = (int)cancel_side_at_fault(&end),
    };

    fields_encode(&preview_fields, &preview, false, out);
}

/* Indexed by enum ride_needs. */
static const char *const needs_names[] = {"anything", "help", "settling", "driver", NULL};

// clang-format off
#define AT(member) .offset = offsetof(struct ride_query, member)
static const struct field query_items[] = {
    {.name = "status",      .type = FIELD_ENUM,   .flags = FIELD_COMMA, AT(filter.statuses), .names = ride_status_names},
    {.name = "trip_id",     .type = FIELD_UUID,   AT(filter.trip_id)},
    {.name = "telegram_id", .type = FIELD_INT,    AT(filter.telegram_id), .min = 1, .max = RIDE_GUEST_MAX},
    {.name = "phone",       .type = FIELD_PHONE,  AT(filter.phone)},
    {.name = "from",        .type = FIELD_CUSTOM, AT(filter.from), .decode = place_decode},
    {.name = "to",          .type = FIELD_CUSTOM, AT(filter.to), .decode = place_decode},
    {.name = "date",        .type = FIELD_DATE,   AT(date)},
    {.name = "code",        .type = FIELD_TEXT,   AT(filter.code), .min = 1, .max = 2 * RIDE_CODE_LEN},
    {.name = "needs",       .type = FIELD_ENUM,   AT(filter.needs), .names = needs_names},
    {.name = "cursor",      .type = FIELD_RAW,    AT(page.cursor)},
    {.name = "limit",       .type = FIELD_INT,    AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
#undef AT
// clang-format on
const struct fields ride_query_fields = FIELDS_OF(query_items, struct ride_query);

void ride_query_defaults(struct ride_query *query)
{
    *query = (struct ride_query){
        .filter = {.telegram_id = FIELD_ABSENT,
                   .depart_from = FIELD_ABSENT,
                   .depart_to = FIELD_ABSENT},
        .date = FIELD_ABSENT32,
        .page = {.limit = LIST_LIMIT_DEFAULT  },
    };
}

void ride_encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                      struct list_cursor *cursor)
{
    struct ride ride;

    ride_store_read(rows, row, &ride);
    ride_encode(&ride, data, out);
    cursor->id = ride.id;
}
