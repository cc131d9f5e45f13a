// SPDX-License-Identifier: MIT
#include "clients/stay_answers_json.h"

enum {
    CODE_MAX = 16, /* UTF-16 units, like the limits below */
    NAME_MAX_UNITS = 64,
    NOTE_MAX = 500,
    PAYMENT_MAX = 300,
    ADDRESS_MAX = 200,
    ENTRY_MAX = 3000
};

/* --- bookings --- */

// clang-format off
#define AT(member) offsetof(struct stay_booking, member)
static const struct foreign_member booking_members[] = {
    {"id",                   FOREIGN_UUID,   AT(id),               NULL,                    0},
    {"code",                 FOREIGN_TEXT,   AT(code),             NULL,                    0},
    {"apartment_id",         FOREIGN_UUID,   AT(apartment),        NULL,                    0},
    {"owner_id",             FOREIGN_UUID,   AT(owner),            NULL,                    0},
    {"status",               FOREIGN_TEXT,   AT(status),           NULL,                    0},
    {"check_in",             FOREIGN_DATE,   AT(check_in),         NULL,                    0},
    {"check_out",            FOREIGN_DATE,   AT(check_out),        NULL,                    0},
    {"guest/name",           FOREIGN_TEXT,   AT(name),             NULL,                    0},
    {"guest/phone",          FOREIGN_TEXT,   AT(phone),            NULL,                    0},
    {"guest/telegram_id",    FOREIGN_INT,    AT(guest),            NULL,                    0},
    {"guests",               FOREIGN_INT,    AT(guests),           NULL,                    0},
    {"note",                 FOREIGN_TEXT,   AT(note),             NULL,                    0},
    {"receipt",              FOREIGN_TEXT,   AT(receipt),          NULL,                    0},
    {"version",              FOREIGN_INT,    AT(version),          NULL,                    0},
    {"total/amount",         FOREIGN_INT,    AT(total),            NULL,                    0},
    {"deposit/amount",       FOREIGN_INT,    AT(deposit),          NULL,                    0},
    {"paid/amount",          FOREIGN_INT,    AT(paid),             NULL,                    0},
    {"claimed/amount",       FOREIGN_INT,    AT(claimed),          NULL,                    0},
    {"expires_at",           FOREIGN_TIME,   AT(expires_at),       NULL,                    0},
    {"expired_from",         FOREIGN_TEXT,   AT(expired_from),     NULL,                    0},
    {"updated_at",           FOREIGN_TIME,   AT(updated_at),       NULL,                    0},
    {"check_in_at",          FOREIGN_TIME,   AT(check_in_at),      NULL,                    0},
    {"check_out_at",         FOREIGN_TIME,   AT(check_out_at),     NULL,                    0},
    {"apartment/title",      FOREIGN_OBJECT, AT(title),            &answer_texts_table, 0},
    {"apartment/address",    FOREIGN_TEXT,   AT(address.ru),       NULL,                    0},
    {"apartment/address_kz", FOREIGN_TEXT,   AT(address.kz),       NULL,                    0},
    {"apartment/address_en", FOREIGN_TEXT,   AT(address.en),       NULL,                    0},
    {"apartment/location/lat", FOREIGN_DOUBLE, AT(location.lat),   NULL,                    0},
    {"apartment/location/lon", FOREIGN_DOUBLE, AT(location.lon),   NULL,                    0},
    {"apartment/security_deposit/amount", FOREIGN_INT, AT(security_deposit), NULL,          0},
    {"lines",                FOREIGN_LIST,   AT(lines.list),       &stay_price_line_table,  STAY_LINES_MAX},
    {"check_in_info",        FOREIGN_OBJECT, AT(check_in_info),    &answer_texts_table, 0},
    {"check_in_info_at",     FOREIGN_TIME,   AT(check_in_info_at), NULL,                    0},
    {"needs_phone",          FOREIGN_BOOL,   AT(needs_phone),      NULL,                    0},
    {"payment_info",         FOREIGN_TEXT,   AT(payment_info),     NULL,                    0},
    {"cancellation/text",    FOREIGN_OBJECT, AT(policy),           &answer_texts_table, 0},
    {"cancellation/tiers",   FOREIGN_LIST,   AT(tiers),            &stay_price_tier_table,  STAY_TIERS_MAX},
    {"refund/amount",        FOREIGN_INT,    AT(refund),           NULL,                    0},
    {"refund_due/amount",    FOREIGN_INT,    AT(refund_due),       NULL,                    0},
    {"rating",               FOREIGN_INT,    AT(rating),           NULL,                    0},
    {"allowed_actions",      FOREIGN_LIST,   AT(actions),          &answer_action_table, ANSWER_ACTIONS_MAX},
};
#undef AT
static const struct foreign booking_table = FOREIGN_OF(booking_members, struct stay_booking);
// clang-format on

static bool clean_booking(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct stay_booking *booking = item;
    int64_t *const sums[] = {&booking->total,   &booking->deposit, &booking->paid,
                             &booking->claimed, &booking->refund,  &booking->security_deposit};

    if (booking->refund == FIELD_ABSENT)
        booking->refund = booking->refund_due;
    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        *sums[i] = answer_money_or_absent(*sums[i]);
    booking->phone = answer_phone_or_absent(booking->phone, arena);
    booking->version = booking->version > 0 ? booking->version : 0;
    if (booking->rating <= 0 || booking->rating > STAY_RATING_MAX)
        booking->rating = FIELD_ABSENT;
    booking->free_until = stay_price_free_cancel_until(&booking->tiers);
    if (!answer_clean_text(&booking->code, CODE_MAX, arena, fault) ||
        !answer_clean_name(&booking->name, NAME_MAX_UNITS, arena, fault) ||
        !answer_clean_text(&booking->note, NOTE_MAX, arena, fault) ||
        !answer_clean_text(&booking->payment_info, PAYMENT_MAX, arena, fault) ||
        !answer_clean_texts(&booking->check_in_info, ENTRY_MAX, arena, fault) ||
        !answer_clean_texts(&booking->policy, ANSWER_POLICY_MAX, arena, fault) ||
        !answer_clean_texts(&booking->title, ANSWER_TITLE_MAX, arena, fault) ||
        !answer_clean_texts(&booking->address, ADDRESS_MAX, arena, fault) ||
        !stay_price_clean_lines(&booking->lines, arena, fault) ||
        !answer_omit_unlabelled_actions(&booking->actions, arena, fault))
        return false;
    *is_complete = !uuid_is_nil(&booking->id) && booking->code.at != NULL &&
                   booking->status.at != NULL && booking->guests > 0 &&
                   booking->guests <= STAY_GUESTS_MAX && booking->total != FIELD_ABSENT &&
                   answer_are_dates(booking->check_in, booking->check_out);
    return true;
}

int64_t stay_unconfirmed_claim(const struct stay_booking *booking)
{
    return slice_is(booking->status, "cancelled") && booking->claimed > 0 ? booking->claimed : 0;
}

bool stay_shows_entry_later(const struct stay_booking *booking)
{
    return booking->check_in_info_at != FIELD_ABSENT && !booking->needs_phone &&
           !answer_has_text(&booking->check_in_info);
}

const struct answer_action *stay_find_allowed_action(const struct stay_booking *booking,
                                                     const char *name)
{
    return answer_find_action(&booking->actions, name);
}

static const struct answer_item booking_item = {&booking_table, clean_booking, "half a booking"};

ANSWER_READ_ITEM(stay_read_booking, struct stay_booking, booking_item)

static const struct foreign_member would_members[] = {
    {"would", FOREIGN_OBJECT, 0, &booking_table, 0},
};
static const struct foreign would_table = FOREIGN_OF(would_members, struct stay_booking);
static const struct answer_item would_item = {&would_table, clean_booking, "half a booking"};

ANSWER_READ_ITEM(stay_read_dry_run_booking, struct stay_booking, would_item)
ANSWER_READ_LIST(stay_read_bookings, struct stay_bookings, booking_item, STAY_BOOKINGS_READ)
