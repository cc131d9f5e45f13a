// SPDX-License-Identifier: MIT
#include "base/text.h"

#include "clients/stay_answers_json.h"
#include "clients/stay_values_json.h"

enum {
    CODE_MAX = 16, /* UTF-16 units, as all that follow */
    NAME_MAX_UNITS = 64,
    NOTE_MAX = 500,
    LABEL_MAX = 64,
    PAYMENT_MAX = 300,
    ADDRESS_MAX = 200,
    ENTRY_MAX = 3000
};

/* --- bookings --- */

struct wire_booking {
    struct slice id, apartment, code, status, check_in, check_out;
    int64_t guests;
    int64_t total, deposit, paid, refund, refund_due, rating;
    struct slice expires_at, expired_from, check_in_at, check_out_at, payment_info, note, receipt;
    int64_t version;
    struct texts check_in_info;
    struct slice check_in_info_at;
    bool needs_phone;
    struct stay_value_cancellation cancellation;
    struct slice guest_name, guest_phone;
    struct texts title; /* of the apartment, as the next three */
    struct texts address;
    struct field_geo location;
    int64_t security_deposit;
    struct foreign_list lines;
    struct foreign_list actions;
};
struct wire_bookings {
    struct foreign_list items;
    struct slice next_cursor;
};

// clang-format off
static const struct foreign_member action_members[] = {
    {"action", FOREIGN_TEXT,   offsetof(struct stay_action, name),  NULL,         0},
    {"label",  FOREIGN_OBJECT, offsetof(struct stay_action, label), &stay_value_texts_table, 0},
};
static const struct foreign action_table = FOREIGN_OF(action_members, struct stay_action);

#define AT(member) offsetof(struct wire_booking, member)
static const struct foreign_member booking_members[] = {
    {"id",                FOREIGN_TEXT,   AT(id),            NULL,                           0},
    {"code",              FOREIGN_TEXT,   AT(code),          NULL,                           0},
    {"apartment_id",      FOREIGN_TEXT,   AT(apartment),     NULL,                           0},
    {"status",            FOREIGN_TEXT,   AT(status),        NULL,                           0},
    {"check_in",          FOREIGN_TEXT,   AT(check_in),      NULL,                           0},
    {"check_out",         FOREIGN_TEXT,   AT(check_out),     NULL,                           0},
    {"guest/name",        FOREIGN_TEXT,   AT(guest_name),    NULL,                           0},
    {"guest/phone",       FOREIGN_TEXT,   AT(guest_phone),   NULL,                           0},
    {"guests",            FOREIGN_INT,    AT(guests),        NULL,                           0},
    {"note",              FOREIGN_TEXT,   AT(note),          NULL,                           0},
    {"receipt",           FOREIGN_TEXT,   AT(receipt),       NULL,                           0},
    {"version",           FOREIGN_INT,    AT(version),       NULL,                           0},
    {"total/amount",      FOREIGN_INT,    AT(total),         NULL,                           0},
    {"deposit/amount",    FOREIGN_INT,    AT(deposit),       NULL,                           0},
    {"paid/amount",       FOREIGN_INT,    AT(paid),          NULL,                           0},
    {"expires_at",        FOREIGN_TEXT,   AT(expires_at),    NULL,                           0},
    {"expired_from",      FOREIGN_TEXT,   AT(expired_from),  NULL,                           0},
    {"check_in_at",       FOREIGN_TEXT,   AT(check_in_at),   NULL,                           0},
    {"check_out_at",      FOREIGN_TEXT,   AT(check_out_at),  NULL,                           0},
    {"apartment/title",   FOREIGN_OBJECT, AT(title),         &stay_value_texts_table,        0},
    {"apartment/address", FOREIGN_TEXT,   AT(address.ru),    NULL,                           0},
    {"apartment/address_kz", FOREIGN_TEXT, AT(address.kz),   NULL,                           0},
    {"apartment/address_en", FOREIGN_TEXT, AT(address.en),   NULL,                           0},
    {"apartment/location/lat", FOREIGN_DOUBLE, AT(location.lat), NULL,                       0},
    {"apartment/location/lon", FOREIGN_DOUBLE, AT(location.lon), NULL,                       0},
    {"apartment/security_deposit/amount", FOREIGN_INT, AT(security_deposit), NULL,           0},
    {"lines",             FOREIGN_LIST,   AT(lines),         &stay_value_line_table,         STAY_LINES_MAX},
    {"check_in_info",     FOREIGN_OBJECT, AT(check_in_info), &stay_value_texts_table,        0},
    {"check_in_info_at",  FOREIGN_TEXT,   AT(check_in_info_at), NULL,                        0},
    {"needs_phone",       FOREIGN_BOOL,   AT(needs_phone),   NULL,                           0},
    {"payment_info",      FOREIGN_TEXT,   AT(payment_info),  NULL,                           0},
    {"cancellation",      FOREIGN_OBJECT, AT(cancellation),  &stay_value_cancellation_table, 0},
    {"refund/amount",     FOREIGN_INT,    AT(refund),        NULL,                           0},
    {"refund_due/amount", FOREIGN_INT,    AT(refund_due),    NULL,                           0},
    {"rating",            FOREIGN_INT,    AT(rating),        NULL,                           0},
    {"allowed_actions",   FOREIGN_LIST,   AT(actions),       &action_table,                  STAY_ACTIONS_MAX},
};
#undef AT
static const struct foreign booking_table = FOREIGN_OF(booking_members, struct wire_booking);

static const struct foreign_member bookings_members[] = {
    {"items",       FOREIGN_LIST, offsetof(struct wire_bookings, items),       &booking_table, STAY_BOOKINGS_READ},
    {"next_cursor", FOREIGN_TEXT, offsetof(struct wire_bookings, next_cursor), NULL,           0},
};
static const struct foreign bookings_table = FOREIGN_OF(bookings_members, struct wire_bookings);
// clang-format on

static bool take_actions(const struct foreign_list *wire, struct arena *arena,
                         struct stay_booking *out, struct fault *fault)
{
    for (size_t i = 0; i < wire->count; i++) {
        struct stay_action *action = &out->actions[out->action_count];
        *action = ((struct stay_action *)wire->items)[i];
        if (!stay_value_clean(&action->label, LABEL_MAX, arena, fault))
            return false;
        out->action_count += stay_value_has_words(&action->label);
    }
    return true;
}

/* The phone number in `text`; absent if it is invalid. */
static struct slice read_phone(struct slice text, struct arena *arena)
{
    char phone[PHONE_MAX + 1];

    return text_phone(text, phone) ? arena_copy(arena, slice_of(phone)) : SLICE_NONE;
}

/* Reads a booking. `whole` is false if it cannot be shown. */
static bool take_booking(const struct wire_booking *wire, struct arena *arena,
                         struct stay_booking *out, bool *whole, struct fault *fault)
{
    *out = (struct stay_booking){
        .id = stay_value_id(wire->id),
        .apartment = stay_value_id(wire->apartment),
        .code = wire->code,
        .status = wire->status,
        .name = wire->guest_name,
        .phone = read_phone(wire->guest_phone, arena),
        .note = wire->note,
        .receipt = wire->receipt,
        .version = wire->version > 0 ? wire->version : 0,
        .guests = wire->guests,
        .total = stay_value_check_money(wire->total),
        .deposit = stay_value_check_money(wire->deposit),
        .paid = stay_value_check_money(wire->paid),
        .refund =
            stay_value_check_money(wire->refund != FIELD_ABSENT ? wire->refund : wire->refund_due),
        .rating = wire->rating > 0 && wire->rating <= STAY_RATING_MAX ? wire->rating : FIELD_ABSENT,
        .free_until = stay_value_free_until(&wire->cancellation),
        .expires_at = stay_value_read_time(wire->expires_at),
        .expired_from = wire->expired_from,
        .check_in_at = stay_value_read_time(wire->check_in_at),
        .check_out_at = stay_value_read_time(wire->check_out_at),
        .payment_info = wire->payment_info,
        .check_in_info = wire->check_in_info,
        .check_in_info_at = stay_value_read_time(wire->check_in_info_at),
        .needs_phone = wire->needs_phone,
        .policy = wire->cancellation.text,
        .title = wire->title,
        .address = wire->address,
        .location = wire->location,
        .security_deposit = stay_value_check_money(wire->security_deposit)};
    if (!stay_clean(&out->code, CODE_MAX, arena, fault) ||
        !stay_clean(&out->name, NAME_MAX_UNITS, arena, fault) ||
        !stay_clean(&out->note, NOTE_MAX, arena, fault) ||
        !stay_clean(&out->payment_info, PAYMENT_MAX, arena, fault) ||
        !stay_value_clean(&out->check_in_info, ENTRY_MAX, arena, fault) ||
        !stay_value_clean(&out->policy, STAY_POLICY_MAX, arena, fault) ||
        !stay_value_clean(&out->title, STAY_TITLE_MAX, arena, fault) ||
        !stay_value_clean(&out->address, ADDRESS_MAX, arena, fault) ||
        !stay_value_read_lines(&wire->lines, arena, &out->lines, fault) ||
        !take_actions(&wire->actions, arena, out, fault))
        return false;
    *whole =
        !uuid_is_nil(&out->id) && out->code.at != NULL && out->status.at != NULL &&
        out->guests > 0 && out->guests <= STAY_GUESTS_MAX && out->total != FIELD_ABSENT &&
        stay_value_read_nights(wire->check_in, wire->check_out, &out->check_in, &out->check_out);
    return true;
}

static bool take_whole(const struct wire_booking *wire, struct arena *arena,
                       struct stay_booking *out, struct fault *fault)
{
    struct stay_booking booking;
    bool whole;

    if (!take_booking(wire, arena, &booking, &whole, fault))
        return false;
    if (!whole)
        return stay_bad_answer("half a booking", fault);
    *out = booking;
    return true;
}

bool stay_entry_comes(const struct stay_booking *booking)
{
    return booking->check_in_info_at != FIELD_ABSENT && !booking->needs_phone &&
           !stay_value_has_words(&booking->check_in_info);
}

bool stay_read_booking(struct slice body, struct arena *arena, struct stay_booking *out,
                       struct fault *fault)
{
    struct wire_booking wire;

    return stay_value_read(&booking_table, body, &wire, arena, fault) &&
           take_whole(&wire, arena, out, fault);
}

struct wire_would {
    struct wire_booking would;
};
static const struct foreign_member would_members[] = {
    {"would", FOREIGN_OBJECT, offsetof(struct wire_would, would), &booking_table, 0},
};
static const struct foreign would_table = FOREIGN_OF(would_members, struct wire_would);

bool stay_read_dry_run(struct slice body, struct arena *arena, struct stay_booking *out,
                       struct fault *fault)
{
    struct wire_would wire;

    return stay_value_read(&would_table, body, &wire, arena, fault) &&
           take_whole(&wire.would, arena, out, fault);
}

bool stay_read_bookings(struct slice body, struct arena *arena, struct stay_bookings *out,
                        struct fault *fault)
{
    struct wire_bookings wire;
    struct stay_bookings bookings = {.count = 0};
    bool whole;

    if (!stay_value_read(&bookings_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("bookings without items", fault);
    bookings.items = arena_alloc(arena, (wire.items.count + 1) * sizeof bookings.items[0]);
    if (bookings.items == NULL)
        return arena_fault(fault);
    bookings.next_cursor = stay_value_read_cursor(wire.next_cursor);
    for (size_t i = 0; i < wire.items.count; i++) {
        if (!take_booking((struct wire_booking *)wire.items.items + i, arena,
                          &bookings.items[bookings.count], &whole, fault))
            return false;
        bookings.count += whole;
    }
    *out = bookings;
    return true;
}

struct wire_cancelling {
    int64_t refund;
    int64_t fee;
};

// clang-format off
static const struct foreign_member cancelling_members[] = {
    {"refund/amount", FOREIGN_INT, offsetof(struct wire_cancelling, refund), NULL, 0},
    {"fee/amount",    FOREIGN_INT, offsetof(struct wire_cancelling, fee),    NULL, 0},
};
static const struct foreign cancelling_table = FOREIGN_OF(cancelling_members, struct wire_cancelling);
// clang-format on

bool stay_read_cancel_preview(struct slice body, struct arena *arena, struct stay_cancelling *out,
                              struct fault *fault)
{
    struct wire_cancelling wire;

    if (!stay_value_read(&cancelling_table, body, &wire, arena, fault))
        return false;
    const struct stay_cancelling read = {stay_value_check_money(wire.refund),
                                         stay_value_check_money(wire.fee)};
    if (read.refund == FIELD_ABSENT || read.fee == FIELD_ABSENT)
        return stay_bad_answer("a preview without refund or fee", fault);
    *out = read;
    return true;
}
