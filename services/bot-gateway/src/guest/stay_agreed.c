// SPDX-License-Identifier: MIT
/* What the screen of an agreed stay adds: when to come, what to pay, how to get in. */
#include "guest/stay_steps.h"

/* Appends when to come and leave. Always with dates, because the message stays in the chat. */
static void add_arrival(struct talk *talk, const struct stay_booking *booking)
{
    const struct formatted arrival = format_time(booking->check_in_at, 0, talk->language),
                           departure = format_time(booking->check_out_at, 0, talk->language),
                           entry = format_time(booking->check_in_info_at, 0, talk->language);
    const struct slice address = stay_localized(talk, &booking->address);
    struct text_value values[4];
    size_t count = 0;

    if (booking->check_in_at == FIELD_ABSENT || booking->check_out_at == FIELD_ABSENT)
        return;
    values[count++] = (struct text_value){.name = "arrival", .text = formatted_slice(&arrival)};
    values[count++] = (struct text_value){.name = "departure", .text = formatted_slice(&departure)};
    if (address.len > 0)
        values[count++] = (struct text_value){.name = "address", .text = address};
    if (stay_entry_comes(booking))
        values[count++] = (struct text_value){.name = "entry", .text = formatted_slice(&entry)};
    talk_add(talk, TEXT_STAY_ARRIVAL, values, count);
}

/* The sum to be paid on arrival. */
static void add_rest(struct talk *talk, const struct stay_booking *booking, int64_t paid)
{
    const struct formatted rest = format_money(booking->total > paid ? booking->total - paid : 0);
    const struct text_value values[] = {
        {.name = "rest",         .text = formatted_slice(&rest)},
        {.name = "payment_info", .text = booking->payment_info },
    };

    if (booking->total > paid)
        talk_add(talk, TEXT_STAY_REST, values, booking->payment_info.at != NULL ? 2 : 1);
}

void stay_add_agreed(struct talk *talk, const struct stay_booking *booking, int64_t paid)
{
    const struct slice entry = stay_localized(talk, &booking->check_in_info);
    const bool confirmed = slice_is(booking->status, "confirmed");

    if (confirmed || slice_is(booking->status, "checked_in"))
        add_arrival(talk, booking);
    if (confirmed) {
        add_rest(talk, booking, paid);
        stay_add_security(talk, booking->security_deposit);
    }
    if (entry.len > 0)
        talk_add(talk, TEXT_STAY_ENTRY, TALK_VALUES({.name = "check_in_info", .text = entry}));
    if (booking->needs_phone)
        talk_add(talk, TEXT_STAY_ENTRY_PHONE, TALK_NO_VALUES);
}
