// SPDX-License-Identifier: MIT
#include <math.h>

#include "api/change.h"
#include "base/auto.h"
#include "base/date.h"
#include "base/money.h"

#include "bookings/bookings_json.h"
#include "prices/prices_json.h"

/* --- decoding --- */

// clang-format off
#define AT(member) .offset = offsetof(struct booking_guest, member)
static const struct field guest_items[] = {
    {.name = "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, AT(name), .min = 1, .max = BOOKING_NAME_MAX},
    {.name = "phone", .type = FIELD_PHONE, .flags = FIELD_NULLABLE, AT(phone)},
    {.name = "telegram_id", .type = FIELD_INT, .flags = FIELD_NULLABLE, AT(telegram_id), .min = 1, .max = ACTOR_GUEST_MAX},
    {.name = "language", .type = FIELD_ENUM, AT(language), .names = language_names, .max = LANGUAGE_KZ},
};
#undef AT
static const struct fields guest_fields = FIELDS_OF(guest_items, struct booking_guest);

/* The fields of a draft; the parameters are flags. Without a quote, apartment, dates and guests are
 * required; with a quote, booking_draft_check() refuses them. */
#define AT(member) .offset = offsetof(struct booking_draft, member)
#define DRAFT(of_quote, of_stay)                                                                   \
    {.name = "quote_id", .type = FIELD_UUID, .flags = (of_quote), AT(quote_id)},                   \
    {.name = "apartment_id", .type = FIELD_UUID, .flags = (of_stay), AT(apartment_id)},            \
    {.name = "check_in", .type = FIELD_DATE, .flags = (of_stay), AT(check_in)},                    \
    {.name = "check_out", .type = FIELD_DATE, .flags = (of_stay), AT(check_out)},                  \
    {.name = "guests", .type = FIELD_INT, .flags = (of_stay), AT(guests), .min = 1, .max = BOOKING_GUESTS_MAX}, \
    {.name = "guest", .type = FIELD_OBJECT, .flags = FIELD_REQUIRED, AT(guest), .table = &guest_fields}, \
    {.name = "note", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(note), .min = 1, .max = BOOKING_TEXT_MAX}, \
    {.name = "source", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(source), .min = 1, .max = BOOKING_SOURCE_MAX}, \
    {.name = "hold_minutes", .type = FIELD_INT, .flags = FIELD_NULLABLE, AT(hold_minutes), .min = 1, .max = BOOKING_HOLD_MAX_MIN}, \
    {.name = "hold_seconds", .type = FIELD_INT, .flags = FIELD_NULLABLE, AT(hold_seconds), .min = 1, .max = BOOKING_HOLD_MAX_MIN * 60},
static const struct field draft_items[] = {DRAFT(FIELD_NULLABLE, FIELD_REQUIRED)};
static const struct field by_quote_items[] = {DRAFT(FIELD_REQUIRED, FIELD_NULLABLE)};
#undef AT
// clang-format on

const struct fields booking_draft_fields =
    FIELDS_CHECKED(draft_items, struct booking_draft, booking_draft_check);
const struct fields booking_by_quote_fields =
    FIELDS_CHECKED(by_quote_items, struct booking_draft, booking_draft_check);

void booking_draft_defaults(struct booking_draft *draft)
{
    fields_clear(&booking_draft_fields, draft);
    draft->guest.language = LANGUAGE_RU;
}

// clang-format off
#define AT(member) .offset = offsetof(struct booking_action_body, member)
#define PAID(flag) {.name = "paid", .type = FIELD_MONEY, .flags = (flag), AT(paid), .min = 0, .max = MONEY_MAX}
#define REASON {.name = "reason", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(reason), .min = 1, .max = BOOKING_TEXT_MAX}
static const struct field confirm_items[] = {
    {.name = "phone", .type = FIELD_PHONE, .flags = FIELD_NULLABLE, AT(phone)},
    {.name = "phone_verified", .type = FIELD_BOOL, AT(phone_verified)},
    {.name = "phone_required", .type = FIELD_BOOL, .flags = FIELD_NULLABLE, AT(phone_required)},
    PAID(FIELD_NULLABLE),
};
static const struct field reason_items[] = {REASON};
static const struct field cancel_items[] = {
    REASON,
    {.name = "expected_refund", .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(expected_refund), .min = 0, .max = MONEY_MAX},
};
static const struct field claim_items[] = {
    {.name = "receipt", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(receipt), .min = 1, .max = BOOKING_TEXT_MAX},
};
static const struct field contact_items[] = {
    {.name = "phone", .type = FIELD_PHONE, .flags = FIELD_REQUIRED, AT(phone)},
    {.name = "phone_verified", .type = FIELD_BOOL, AT(phone_verified)},
};
static const struct field paid_items[] = {PAID(FIELD_REQUIRED)};
static const struct field rating_items[] = {
    {.name = "rating", .type = FIELD_INT, .flags = FIELD_REQUIRED, AT(rating), .min = 1, .max = BOOKING_RATING_MAX},
};
#undef AT

#define AT(member) .offset = offsetof(struct booking_change_body, member)
static const struct field change_items[] = {
    {.name = "check_in", .type = FIELD_DATE, .flags = FIELD_REQUIRED, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE, .flags = FIELD_REQUIRED, AT(check_out)},
    {.name = "guests", .type = FIELD_INT, .flags = FIELD_NULLABLE, AT(guests), .min = 1, .max = BOOKING_GUESTS_MAX},
    {.name = "apartment_id", .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(apartment_id)},
    {.name = "expected_total", .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(expected_total), .min = 0, .max = MONEY_MAX},
};
#undef AT

#define BODY(items) FIELDS_OF(items, struct booking_action_body)
const struct fields booking_action_fields[BOOKING_ACTION_COUNT] = {
    [BOOKING_CONFIRM] = BODY(confirm_items),
    [BOOKING_DECLINE] = BODY(reason_items),
    [BOOKING_CANCEL] = BODY(cancel_items),
    [BOOKING_CLAIM_PAYMENT] = BODY(claim_items),
    [BOOKING_CHECK_IN] = BODY(reason_items),
    [BOOKING_CHECK_OUT] = BODY(reason_items),
    [BOOKING_MARK_NO_SHOW] = BODY(reason_items),
    [BOOKING_CONTACT] = BODY(contact_items),
    [BOOKING_RATE] = BODY(rating_items),
    [BOOKING_SET_PAID] = BODY(paid_items),
};
// clang-format on

static void check_change_dates(const void *value, struct fault_list *problems)
{
    const struct booking_change_body *body = value;

    booking_range_check(body->check_in, body->check_out, problems);
}

const struct fields booking_change_fields =
    FIELDS_CHECKED(change_items, struct booking_change_body, check_change_dates);

/* --- encoding --- */

// clang-format off
#define AT(member) .offset = offsetof(struct booking_apartment, member)
static const struct field apartment_items[] = {
    {.name = "title", .type = FIELD_OBJECT, AT(title), .table = &texts_title_fields},
    {.name = "address", .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(address)},
    {.name = "address_kz", .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(address_kz)},
    {.name = "address_en", .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(address_en)},
    {.name = "location", .type = FIELD_GEO, .flags = FIELD_OMIT, AT(location)},
    {.name = "security_deposit", .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(security_deposit)},
};
#undef AT
// clang-format on
static const struct fields apartment_view_fields =
    FIELDS_OF(apartment_items, struct booking_apartment);

/* A booking as encoded for `caller`. */
struct view {
    struct booking booking;
    int64_t refund_due;
    int64_t check_in_info_at;
    bool needs_phone;
    struct field_list allowed; /* of struct transition_allowed */
};

static void encode_cancel_policy(const void *value, struct buf *out)
{
    const struct booking *booking = &((const struct view *)value)->booking;

    policy_encode(&booking->policy, &booking->policy_price, booking->total, booking->created_at,
                  out);
}

// clang-format off
/* Fields common to a booking and its events. */
#define WHICH_STAY \
    {.name = "id", .type = FIELD_UUID, AT(id)}, \
    {.name = "code", .type = FIELD_TEXT, AT(code)}, \
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)}, \
    {.name = "owner_id", .type = FIELD_UUID, AT(owner_id)}, \
    {.name = "status", .type = FIELD_ENUM, AT(status), .names = booking_status_names}, \
    {.name = "check_in", .type = FIELD_DATE, AT(check_in)}, \
    {.name = "check_out", .type = FIELD_DATE, AT(check_out)}, \
    {.name = "guests", .type = FIELD_INT, AT(guests)},

#define AT(member) .offset = offsetof(struct view, booking.member)
static const struct field view_items[] = {
    WHICH_STAY
    {.name = "guest", .type = FIELD_OBJECT, AT(guest), .table = &guest_fields},
    {.name = "note", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(note)},
    {.name = "source", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(source)},
    {.name = "lines", .type = FIELD_RAW, AT(lines)},
    {.name = "total", .type = FIELD_MONEY, AT(total)},
    {.name = "deposit", .type = FIELD_MONEY, AT(deposit)},
    {.name = "paid", .type = FIELD_MONEY, AT(paid)},
    {.name = "claimed", .type = FIELD_MONEY, AT(claimed)},
    {.name = "refund_due", .type = FIELD_MONEY, .flags = FIELD_OMIT, .offset = offsetof(struct view, refund_due)},
    {.name = "receipt", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(receipt)},
    {.name = "expires_at", .type = FIELD_TIME, .flags = FIELD_NULLABLE, AT(expires_at)},
    {.name = "expired_from", .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(expired_from)},
    {.name = "check_in_at", .type = FIELD_TIME, AT(clock.check_in)},
    {.name = "check_out_at", .type = FIELD_TIME, AT(clock.check_out)},
    {.name = "apartment", .type = FIELD_OBJECT, .flags = FIELD_OMIT, AT(apartment), .table = &apartment_view_fields},
    {.name = "check_in_info", .type = FIELD_OBJECT, .flags = FIELD_OMIT, AT(check_in_info), .table = &texts_body_fields},
    {.name = "check_in_info_at", .type = FIELD_TIME, .flags = FIELD_OMIT, .offset = offsetof(struct view, check_in_info_at)},
    {.name = "needs_phone", .type = FIELD_BOOL, .flags = FIELD_OMIT, .offset = offsetof(struct view, needs_phone)},
    {.name = "payment_info", .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(payment_info)},
    {.name = "fee", .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(fee)},
    {.name = "refund", .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(refund)},
    {.name = "rating", .type = FIELD_INT, .flags = FIELD_OMIT, AT(rating)},
    {.name = "cancellation", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_cancel_policy},
    {.name = "allowed_actions", .type = FIELD_LIST, .offset = offsetof(struct view, allowed), .table = &transition_allowed_fields},
    {.name = "version", .type = FIELD_INT, AT(version)},
    {.name = "created_at", .type = FIELD_TIME, AT(created_at)},
    {.name = "updated_at", .type = FIELD_TIME, AT(updated_at)},
};
#undef AT
// clang-format on
static const struct fields view_fields = FIELDS_OF(view_items, struct view);

/* `hide_contacts` omits address, check_in_info and payment_info even if the caller may see them. */
static void encode_for_caller(const struct booking *booking, const struct api_caller *caller,
                              bool hide_contacts, bool in_list, struct buf *out)
{
    const bool has_info =
        booking->status == BOOKING_CONFIRMED && booking->check_in_info.ru.at != NULL;
    struct transition_allowed actions[TRANSITION_ACTIONS_MAX];
    const struct field_list allowed = {actions, 0};
    struct view view = {*booking, booking_refund_due(booking),
                        has_info ? booking->clock.check_in_info : FIELD_ABSENT,
                        booking_needs_phone(booking), allowed};

    if (hide_contacts || !booking_shows_check_in_info(booking, caller))
        view.booking.check_in_info = (struct texts){0};
    if (hide_contacts || !booking_shows_address(booking, caller)) {
        view.booking.apartment.address = SLICE_NONE;
        view.booking.apartment.address_kz = view.booking.apartment.address_en = SLICE_NONE;
        view.booking.apartment.location = (struct field_geo){(double)NAN, (double)NAN};
    }
    if (!booking_shows_apartment(booking, caller))
        fields_clear(&apartment_view_fields, &view.booking.apartment);
    if (hide_contacts || !booking_shows_payment_info(booking))
        view.booking.payment_info = SLICE_NONE;
    view.allowed.count = booking_allowed_actions(&view.booking, caller, actions);
    fields_encode(&view_fields, &view, in_list, out);
}

void booking_encode(const struct booking *booking, const struct api_caller *caller, bool in_list,
                    struct buf *out)
{
    encode_for_caller(booking, caller, false, in_list, out);
}

void booking_encode_after_change(const struct change *change, const struct booking *booking,
                                 struct buf *out)
{
    encode_for_caller(booking, change->caller,
                      change->dry_run && change->caller->actor == ACTOR_GUEST, false, out);
}

// clang-format off
#define AT(member) .offset = offsetof(struct booking, member)
static const struct field event_items[] = {
    WHICH_STAY
    {.name = "total", .type = FIELD_MONEY, AT(total)},
    {.name = "deposit", .type = FIELD_MONEY, AT(deposit)},
    {.name = "paid", .type = FIELD_MONEY, AT(paid)},
    {.name = "fee", .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(fee)},
    {.name = "refund", .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(refund)},
    {.name = "expires_at", .type = FIELD_TIME, .flags = FIELD_NULLABLE, AT(expires_at)},
    {.name = "former_owner_id", .type = FIELD_UUID, .flags = FIELD_OMIT, AT(former_owner_id)},
    {.name = "sold_elsewhere", .type = FIELD_BOOL, .flags = FIELD_OMIT, AT(sold_elsewhere)},
    {.name = "was_requested", .type = FIELD_BOOL, AT(was_requested)},
};
#undef AT
const struct fields booking_event_fields = FIELDS_OF(event_items, struct booking);
// clang-format on

struct preview {
    struct policy_terms terms;
    struct slice policy;
};

// clang-format off
static const struct field preview_items[] = {
    {.name = "refund", .type = FIELD_MONEY, .offset = offsetof(struct preview, terms.refund)},
    {.name = "fee", .type = FIELD_MONEY, .offset = offsetof(struct preview, terms.fee)},
    {.name = "policy", .type = FIELD_TEXT, .offset = offsetof(struct preview, policy)},
    {.name = "until", .type = FIELD_TIME, .flags = FIELD_NULLABLE, .offset = offsetof(struct preview, terms.until)},
};
// clang-format on
static const struct fields preview_fields = FIELDS_OF(preview_items, struct preview);

void booking_encode_cancel_terms(const struct booking *booking, struct buf *out)
{
    const struct preview preview = {booking_cancel_terms(booking), booking->policy.name};

    fields_encode(&preview_fields, &preview, false, out);
}

enum { NIGHTS_MEMBER_MAX = STAY_NIGHTS_MAX * (DATE_TEXT_LEN + 3) + 16 };

bool booking_refuse_taken(struct arena *arena, int32_t check_in, int32_t check_out,
                          int64_t buffer_days, const struct booking_taken *taken, size_t count,
                          struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(NIGHTS_MEMBER_MAX);
    int32_t nights[STAY_NIGHTS_MAX];
    struct slice member;

    count = booking_list_taken_nights(check_in, check_out, buffer_days, taken, count, nights);
    buf_text(&json, "\"nights\":[");
    for (size_t i = 0; i < count; i++) {
        char date[DATE_TEXT_LEN + 1];
        date_format(nights[i], date);
        buf_printf(&json, "%s\"%s\"", i > 0 ? "," : "", date);
    }
    buf_char(&json, ']');
    if (!buf_keep(&json, arena, &member, fault))
        return false;
    fault_set(fault, FAULT_CONFLICT, "nights_taken", "Some of these nights are taken.");
    return fault_set_members(fault, member);
}

bool booking_refuse_changed_total(struct arena *arena, int64_t total, struct fault *fault)
{
    fault_set(fault, FAULT_CONFLICT, "total_changed", "The total has changed.");
    return fault_set_members(
        fault,
        arena_printf(arena, "\"total\":{\"amount\":%lld,\"currency\":\"KZT\"}", (long long)total));
}
