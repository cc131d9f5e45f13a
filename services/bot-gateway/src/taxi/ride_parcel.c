// SPDX-License-Identifier: MIT
/* The steps only of parcels: the size instead of seats, and the recipient, whose name and phone go
 * to booking-api with the order. The dialogue stores name and phone until the order; neither the
 * history nor stored replies have them. The steps of passengers ask for places, day, trips and the
 * sender's phone. */
#include "base/ascii.h"
#include "base/text.h"

#include "dialogue/remark.h"
#include "taxi/ride_steps.h"

enum { NAME_UNITS = 40 /* UTF-16 */ };

/* The part of the text from its first letter to its last; absent: the text has no letters. */
static struct slice trim_to_letters(struct slice text)
{
    size_t from = 0, to = 0, at = 0;

    while (at < text.len) {
        int32_t point;
        const size_t len = text_decode(text, at, &point);
        if (len > 0 && text_is_letter(point)) {
            from = to == 0 ? at : from;
            to = at + len;
        }
        at += len > 0 ? len : 1;
    }
    return to > 0 ? (struct slice){text.at + from, to - from} : SLICE_NONE;
}

/* --- the size --- */

bool ride_switch_to_parcel(struct talk *talk)
{
    ride_of(talk)->parcel = true;
    ride_of(talk)->whole_car = false;
    return ride_go_to_missing_answer(talk);
}

static bool show_size_choice(struct talk *talk)
{
    ride_add_question(talk, TEXT_PARCEL_SIZES);
    for (int size = 1; size < RIDE_SIZES; size++) {
        talk_new_row(talk);
        talk_button(talk, ride_format_size(talk, TEXT_PARCEL_SIZE, size), "size",
                    talk_printf(talk, "%d", size));
    }
    ride_put_exit_buttons(talk);
    return true;
}

/* A size is named by its number or by the letters before ':' in the label of its button. */
static bool set_size_from_text(struct talk *talk)
{
    static const int32_t ignored[] = {' ', 0};
    const struct slice said = slice_trim(talk->argument);

    for (int64_t size = 1; size < RIDE_SIZES; size++) {
        struct slice label = ride_format_size(talk, TEXT_PARCEL_SIZE, size);
        if (!text_same_name(said, trim_to_letters(slice_cut(&label, ':')), ignored) &&
            !slice_equal(said, talk_printf(talk, "%lld", (long long)size)))
            continue;
        ride_of(talk)->size = size;
        return true;
    }
    return false;
}

static bool set_tapped_size(struct talk *talk)
{
    return set_size_from_text(talk) ? ride_go_to_missing_answer(talk)
                                    : talk_step(talk, &ride_step_size);
}

static bool handle_typed_size(struct talk *talk)
{
    return set_size_from_text(talk) ? ride_go_to_missing_answer(talk) : talk_hear_at_flow(talk);
}

/* --- the recipient --- */

void ride_add_recipient(struct talk *talk, const struct ride_order *order, bool shows_code)
{
    if (order->recipient.at != NULL) {
        talk_mark_reply_confided(talk);
        talk_add(talk, TEXT_PARCEL_RECIPIENT,
                 TALK_VALUES({.name = "name", .text = order->recipient},
                             {.name = "phone", .text = order->recipient_phone}));
    }
    if (shows_code && order->delivery_code.at != NULL)
        talk_add(talk, TEXT_RIDE_DELIVERY,
                 TALK_VALUES({.name = "code", .text = order->delivery_code}));
}

static bool ask_recipient(struct talk *talk)
{
    const struct ride *ride = talk->data;
    const bool begun = ride->recipient.at != NULL || ride->recipient_phone.at != NULL;

    talk_mark_reply_confided(talk);
    if (begun)
        talk_add(talk, TEXT_PARCEL_MORE,
                 TALK_VALUES({.name = "name", .text = ride->recipient},
                             {.name = "phone", .text = ride->recipient_phone}));
    else
        talk_say(talk, TEXT_PARCEL_WHO);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* The name before the first digit or else after the last one: "Айгуль, +7 701 234 56 78". */
static struct slice find_name_beside_digits(struct slice text, bool *has_digits)
{
    size_t first = 0, last = text.len;

    while (first < text.len && !ascii_is_digit(text.at[first]))
        first++;
    while (last > first && !ascii_is_digit(text.at[last - 1]))
        last--;
    *has_digits = first < text.len;
    const struct slice before = trim_to_letters((struct slice){text.at, first});
    return before.at != NULL ? before : trim_to_letters(slice_from(text, last));
}

/* Sets name and phone of the recipient; an absent one keeps its value. Refuses an invalid phone,
 * otherwise continues as ride_order_chosen_or_ask_details(). */
static bool set_recipient_and_order_or_ask(struct talk *talk, struct slice name, struct slice phone)
{
    struct ride *ride = talk->data;
    char number[PHONE_MAX + 1];

    talk_skip_history(talk);
    if (!answer_clean_text(&name, NAME_UNITS, talk->arena, talk->fault))
        return false;
    if (name.at != NULL)
        ride->recipient = name;
    if (phone.at != NULL && !text_phone_find(phone, number))
        return talk_refuse(talk, TEXT_STAY_CONTACT_UNKNOWN, &ride_step_recipient);
    if (phone.at != NULL)
        ride->recipient_phone = talk_text_or_empty(talk, arena_copy(talk->arena, slice_of(number)));
    return ride_order_chosen_or_ask_details(talk);
}

static bool set_recipient_from_contact(struct talk *talk)
{
    return set_recipient_and_order_or_ask(talk, trim_to_letters(talk->input->update.contact_name),
                                          talk_contact_phone(talk));
}

static bool set_recipient_from_text(struct talk *talk)
{
    bool has_digits;
    const struct slice name = find_name_beside_digits(talk->argument, &has_digits);

    return set_recipient_and_order_or_ask(talk, name, has_digits ? talk->argument : SLICE_NONE);
}

/* --- the steps --- */

static const struct flow_move size_moves[] = {
    {FLOW_TAP,  "size", .act = set_tapped_size  },
    {FLOW_TEXT, NULL,   .act = handle_typed_size},
};
// clang-format off
static const struct flow_move recipient_moves[] = {
    {FLOW_CONTACT, NULL, .act = set_recipient_from_contact},
    {FLOW_WORDS,    NULL, .act = talk_go_back, .remark = REMARK_NO},
    {FLOW_WORDS,    NULL, .act = talk_go_back, .remark = REMARK_CANCEL},
    {FLOW_TEXT,    NULL, .act = set_recipient_from_text},
};
// clang-format on
const struct flow_step ride_step_size = {"size", show_size_choice,
                                         FLOW_BACK(&ride_step_day, size_moves)};
const struct flow_step ride_step_recipient = {"recipient", ask_recipient,
                                              FLOW_BACK(&ride_step_trips, recipient_moves)};
