// SPDX-License-Identifier: MIT
/* What the screen of an agreed stay adds: when to come, what to pay, how to get in. */
#include "guest/stay_steps.h"

static bool is_confirmed(const struct stay_booking *booking)
{
    return slice_is(booking->status, "confirmed");
}

bool stay_is_agreed(const struct stay_booking *booking)
{
    return is_confirmed(booking) || slice_is(booking->status, "checked_in");
}

/* Writes the times with their dates, because the message stays in the chat. */
void stay_add_arrival(struct talk *talk, const struct stay_booking *booking)
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

static int64_t balance_of(const struct stay_booking *booking)
{
    const int64_t paid = booking->paid > 0 ? booking->paid : 0;

    return is_confirmed(booking) && booking->total > paid ? booking->total - paid : 0;
}

bool stay_has_balance(const struct stay_booking *booking)
{
    return balance_of(booking) > 0;
}

void stay_add_balance(struct talk *talk, const struct stay_booking *booking)
{
    if (stay_has_balance(booking))
        talk_add(talk, TEXT_STAY_REST,
                 TALK_VALUES({.name = "rest", .number = balance_of(booking)},
                             {.name = "payment_info", .text = booking->payment_info}));
    if (is_confirmed(booking))
        stay_add_security(talk, booking->security_deposit);
}

void stay_add_entry(struct talk *talk, const struct stay_booking *booking)
{
    const struct slice entry = talk_localized(talk, &booking->check_in_info);

    if (entry.len > 0)
        talk_add(talk, TEXT_STAY_ENTRY, TALK_VALUES({.name = "check_in_info", .text = entry}));
    if (booking->needs_phone)
        talk_say(talk, TEXT_STAY_ENTRY_PHONE);
}
