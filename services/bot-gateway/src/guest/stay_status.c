// SPDX-License-Identifier: MIT
/* What a booking is to its guest: the words for its status, what is due, when to come and how to
 * get in. */
#include "base/number.h"

#include "guest/stay_steps.h"

#define CLAIM "claim-payment"

// clang-format off
/* Columns: status, its text, its word in lists for guests and for owners, and whether such a booking
 * occupies no nights any more. */
static const struct status {
    const char *name;
    enum text text;
    enum text word;
    enum text owners_word;
    bool ended;
} statuses[] = {
    {"held",            TEXT_STAY_HELD,       TEXT_STAY_IS_HELD,       TEXT_DESK_IS_HELD,       false},
    {"requested",       TEXT_STAY_REQUESTED,  TEXT_STAY_IS_REQUESTED,  TEXT_DESK_IS_REQUESTED,  false},
    {"payment_claimed", TEXT_STAY_CLAIMED,    TEXT_STAY_IS_CLAIMED,    TEXT_DESK_IS_CLAIMED,    false},
    {"confirmed",       TEXT_STAY_CONFIRMED,  TEXT_STAY_IS_CONFIRMED,  TEXT_DESK_IS_CONFIRMED,  false},
    {"checked_in",      TEXT_STAY_CHECKED_IN, TEXT_STAY_IS_CHECKED_IN, TEXT_DESK_IS_CHECKED_IN, false},
    {"completed",       TEXT_STAY_COMPLETED,  TEXT_STAY_IS_COMPLETED,  TEXT_DESK_IS_COMPLETED,  true },
    {"expired",         TEXT_STAY_EXPIRED,    TEXT_STAY_IS_EXPIRED,    TEXT_DESK_IS_EXPIRED,    true },
    {"declined",        TEXT_STAY_DECLINED,   TEXT_STAY_IS_DECLINED,   TEXT_DESK_IS_DECLINED,   true },
    {"cancelled",       TEXT_STAY_CANCELLED,  TEXT_STAY_IS_CANCELLED,  TEXT_DESK_IS_CANCELLED,  true },
    {"no_show",         TEXT_STAY_NO_SHOW,    TEXT_STAY_IS_NO_SHOW,    TEXT_DESK_IS_NO_SHOW,    true },
};
// clang-format on

/* NULL: the status is not known. */
static const struct status *find_status(const struct stay_booking *booking)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (slice_is(booking->status, statuses[i].name))
            return &statuses[i];
    return NULL;
}

struct slice stay_format_status_for_owner(struct talk *talk, const struct stay_booking *booking)
{
    const struct status *status = find_status(booking);

    return status != NULL ? talk_label(talk, status->owners_word) : booking->status;
}

bool stay_has_ended(const struct stay_booking *booking)
{
    const struct status *status = find_status(booking);

    return status != NULL && status->ended;
}

bool stay_has_expired_before_check_in(const struct talk *talk, const struct stay_booking *booking)
{
    return slice_is(booking->status, "expired") &&
           booking->check_in >= format_day_of(talk->input->now);
}

static bool is_confirmed(const struct stay_booking *booking)
{
    return slice_is(booking->status, "confirmed");
}

bool stay_is_confirmed_or_checked_in(const struct stay_booking *booking)
{
    return is_confirmed(booking) || slice_is(booking->status, "checked_in");
}

int64_t stay_prepayment_due(const struct stay_booking *booking)
{
    const int64_t paid = number_max(booking->paid, 0);

    return booking->deposit > paid ? booking->deposit - paid : 0;
}

/* What the guest of a confirmed booking has to pay on arrival. */
static int64_t balance_due_on_arrival(const struct stay_booking *booking)
{
    const int64_t paid = number_max(booking->paid, 0);

    return is_confirmed(booking) && booking->total > paid ? booking->total - paid : 0;
}

bool stay_has_payment_due(const struct stay_booking *booking)
{
    return stay_find_allowed_action(booking, CLAIM) != NULL || balance_due_on_arrival(booking) > 0;
}

bool stay_may_have_been_paid(const struct stay_booking *booking)
{
    if (slice_is(booking->status, "cancelled"))
        return stay_unconfirmed_claim(booking) > 0 ||
               (booking->receipt.len > 0 && booking->paid <= 0);
    return slice_is(booking->expired_from, "payment_claimed") ||
           (slice_is(booking->expired_from, "held") && stay_prepayment_due(booking) > 0);
}

bool stay_has_unconfirmed_payment(const struct talk *talk, const struct stay_booking *booking)
{
    return stay_may_have_been_paid(booking) ||
           (stay_of(talk)->claimed && slice_is(booking->status, "cancelled"));
}

void stay_put_booking_button(struct talk *talk, const struct stay_booking *booking,
                             const char *action)
{
    const struct status *status = find_status(booking);
    const struct formatted dates =
        format_date_range(booking->check_in, booking->check_out, talk->language);
    struct slice label = talk_printf(talk, "%.*s · %s", SLICE_ARG(booking->code), dates.text);

    if (status != NULL)
        label = talk_join(talk, label, " · ", talk_label(talk, status->word));
    talk_put_id_button(talk, label, action, &booking->id);
}

/* --- the text of a booking --- */

/* The text of the status; for some statuses it depends on the previous status and on the time. */
static enum text refine_status_text(const struct talk *talk, const struct stay_booking *booking,
                                    enum text usual_text)
{
    const bool late =
        booking->expires_at != FIELD_ABSENT && booking->expires_at <= talk->input->now;

    if (usual_text == TEXT_STAY_CONFIRMED && !stay_of(talk)->confirmed)
        return TEXT_STAY_AGREED;
    if (usual_text == TEXT_STAY_CLAIMED && late)
        return TEXT_STAY_CLAIMED_LATE;
    if (usual_text == TEXT_STAY_EXPIRED && slice_is(booking->expired_from, "requested"))
        return TEXT_STAY_EXPIRED_REQUEST;
    if (usual_text == TEXT_STAY_EXPIRED && slice_is(booking->expired_from, "held") &&
        stay_has_expired_before_check_in(talk, booking))
        return TEXT_STAY_EXPIRED_HOLD;
    return usual_text;
}

void stay_add_booking(struct talk *talk, const struct stay_booking *booking)
{
    const struct status *status = find_status(booking);

    if (status != NULL) {
        talk_add(
            talk, refine_status_text(talk, booking, status->text),
            TALK_VALUES({.name = "until", .number = booking->expires_at, .other = talk->input->now},
                        {.name = "refund", .number = text_if_positive(booking->refund)}));
        talk_add_html(talk, SLICE("\n\n"));
    }
    talk_add(talk, TEXT_STAY_BOOKING,
             TALK_VALUES(STAY_NIGHTS(booking->check_in, booking->check_out, booking->guests),
                         {.name = "code", .text = booking->code},
                         {.name = "total", .number = booking->total},
                         {.name = "paid", .number = text_if_positive(booking->paid)},
                         {.name = "title", .text = talk_localized(talk, &booking->title)}));
    if (stay_is_held_or_requested(booking))
        stay_add_price_lines(talk, &booking->lines);
}

/* Writes the times with their dates, because the message stays in the chat. */
void stay_add_times_and_address(struct talk *talk, const struct stay_booking *booking)
{
    const int64_t entry =
        stay_shows_entry_later(booking) ? booking->check_in_info_at : FIELD_ABSENT;

    if (booking->check_in_at != FIELD_ABSENT && booking->check_out_at != FIELD_ABSENT)
        talk_add(talk, TEXT_STAY_ARRIVAL,
                 TALK_VALUES({.name = "arrival", .number = booking->check_in_at},
                             {.name = "departure", .number = booking->check_out_at},
                             {.name = "address", .text = talk_localized(talk, &booking->address)},
                             {.name = "entry", .number = entry}));
}

/* Neither a door code nor the owner's payment details may be found in the history of the chat. */
static void confide_if_present(struct talk *talk, struct slice text)
{
    if (text.len > 0)
        talk_mark_reply_confided(talk);
}

static void add_balance_and_security(struct talk *talk, const struct stay_booking *booking)
{
    if (balance_due_on_arrival(booking) > 0) {
        confide_if_present(talk, booking->payment_info);
        talk_add(talk, TEXT_STAY_REST,
                 TALK_VALUES({.name = "rest", .number = balance_due_on_arrival(booking)},
                             {.name = "payment_info", .text = booking->payment_info}));
    }
    if (is_confirmed(booking))
        stay_add_security_deposit(talk, booking->security_deposit);
}

void stay_add_entry_instructions(struct talk *talk, const struct stay_booking *booking)
{
    const struct slice entry = talk_localized(talk, &booking->check_in_info);

    confide_if_present(talk, entry);
    if (entry.len > 0)
        talk_add(talk, TEXT_STAY_ENTRY, TALK_VALUES({.name = "check_in_info", .text = entry}));
    if (booking->needs_phone)
        talk_say(talk, TEXT_STAY_ENTRY_PHONE);
}

static void add_prepayment_due(struct talk *talk, const struct stay_booking *booking)
{
    confide_if_present(talk, booking->payment_info);
    talk_add(
        talk, TEXT_STAY_PAY,
        TALK_VALUES({.name = "deposit", .number = text_if_positive(stay_prepayment_due(booking))},
                    {.name = "policy", .text = talk_localized(talk, &booking->policy)},
                    {.name = "payment_info", .text = booking->payment_info}));
}

void stay_add_payment_due(struct talk *talk, const struct stay_booking *booking)
{
    if (stay_find_allowed_action(booking, CLAIM) != NULL) {
        add_prepayment_due(talk, booking);
        stay_add_security_deposit(talk, booking->security_deposit);
    } else {
        add_balance_and_security(talk, booking);
    }
}

void stay_add_next_steps(struct talk *talk, const struct stay_booking *booking)
{
    if (stay_find_allowed_action(booking, CLAIM) != NULL) {
        stay_add_payment_due(talk, booking);
        return;
    }
    stay_add_booking_terms(talk, booking);
    if (stay_find_allowed_action(booking, "confirm") != NULL)
        talk_say(talk, TEXT_STAY_TO_CONFIRM);
    if (stay_is_confirmed_or_checked_in(booking))
        stay_add_times_and_address(talk, booking);
    add_balance_and_security(talk, booking);
    stay_add_entry_instructions(talk, booking);
    if (!stay_has_unconfirmed_payment(talk, booking))
        return;
    if (slice_is(booking->expired_from, "held"))
        talk_add(talk, TEXT_STAY_EXPIRED_DUE,
                 TALK_VALUES({.name = "deposit", .number = stay_prepayment_due(booking)}));
    else
        talk_add_with_support(talk, TEXT_STAY_SENT);
}
