// SPDX-License-Identifier: MIT
/* The steps only of parcels: the size instead of seats, and the recipient, whose name and phone go
 * to booking-api with the order. The dialogue stores name and phone until the order; neither the
 * history nor stored replies have them. The steps of passengers ask for places, day, trips and the
 * sender's phone. */
#include "base/ascii.h"
#include "base/text.h"

#include "guest/remark.h"
#include "taxi/ride_steps.h"

enum { NAME_UNITS = 40 /* UTF-16 */ };

/* The part of the text from its first letter to its last; absent: the text has no letters. */
static struct slice letters_of(struct slice text)
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

/* A text that has an optional part for each size; only the part for `size` is shown. */
static struct slice say_size(struct talk *talk, enum text text, int64_t size)
{
    return talk_format(talk, text,
                       TALK_VALUES({.name = "small", .number = size == 1 ? 1 : FIELD_ABSENT},
                                   {.name = "medium", .number = size == 2 ? 1 : FIELD_ABSENT},
                                   {.name = "large", .number = size == 3 ? 1 : FIELD_ABSENT}));
}

struct slice ride_parcel(struct talk *talk, bool is_parcel, int64_t size)
{
    return is_parcel ? say_size(talk, TEXT_DRIVE_PARCEL, size) : SLICE_NONE;
}

bool ride_take_parcel(struct talk *talk)
{
    ride_of(talk)->parcel = true;
    ride_of(talk)->whole_car = false;
    return ride_continue(talk);
}

static bool show_size(struct talk *talk)
{
    ride_ask(talk, TEXT_PARCEL_SIZES);
    for (int size = 1; size < RIDE_SIZES; size++) {
        talk_new_row(talk);
        if (!talk_button(talk, say_size(talk, TEXT_PARCEL_SIZE, size), "size",
                         talk_printf(talk, "%d", size)))
            return false;
    }
    return ride_put_exits(talk);
}

/* A size is named by its number or by the letters before ':' in the label of its button. */
bool ride_take_size(struct talk *talk)
{
    static const int32_t ignored[] = {' ', 0};
    const struct slice said = slice_trim(talk->argument);

    for (int64_t size = 1; size < RIDE_SIZES; size++) {
        struct slice label = say_size(talk, TEXT_PARCEL_SIZE, size);
        if (!text_same_name(said, letters_of(slice_cut(&label, ':')), ignored) &&
            !slice_equal(said, talk_printf(talk, "%lld", (long long)size)))
            continue;
        ride_of(talk)->size = size;
        return true;
    }
    return false;
}

static bool tap_size(struct talk *talk)
{
    return ride_take_size(talk) ? ride_continue(talk) : talk_step(talk, "size");
}

/* --- the recipient --- */

void ride_add_recipient(struct talk *talk, const struct ride_order *order, bool is_agreed)
{
    if (order->recipient.at != NULL) {
        talk_mark_reply_confided(talk);
        talk_add(talk, TEXT_PARCEL_RECIPIENT,
                 TALK_VALUES({.name = "name", .text = order->recipient},
                             {.name = "phone", .text = order->recipient_phone}));
    }
    if (is_agreed && order->delivery_code.at != NULL)
        talk_add(talk, TEXT_RIDE_DELIVERY,
                 TALK_VALUES({.name = "code", .text = order->delivery_code}));
}

static bool show_recipient(struct talk *talk)
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
    return talk_put_button(talk, TEXT_BUTTON_BACK, "back");
}

/* The name before the first digit or else after the last one: "Айгуль, +7 701 234 56 78". */
static struct slice name_in(struct slice text, bool *has_digits)
{
    size_t first = 0, last = text.len;

    while (first < text.len && !ascii_is_digit(text.at[first]))
        first++;
    while (last > first && !ascii_is_digit(text.at[last - 1]))
        last--;
    *has_digits = first < text.len;
    const struct slice before = letters_of((struct slice){text.at, first});
    return before.at != NULL ? before : letters_of(slice_from(text, last));
}

/* Takes name and phone of the recipient, of which either may be absent; asks for the missing one,
 * or orders. */
static bool take_recipient(struct talk *talk, struct slice name, struct slice phone)
{
    struct ride *ride = talk->data;
    char number[PHONE_MAX + 1];

    talk_skip_history(talk);
    if (phone.at != NULL && !text_phone_find(phone, number))
        return talk_refuse(talk, TEXT_STAY_CONTACT_UNKNOWN, "recipient");
    if (phone.at != NULL)
        ride->recipient_phone = talk_text_or_empty(talk, arena_copy(talk->arena, slice_of(number)));
    if (!stay_clean_text(&name, NAME_UNITS, talk->arena, talk->fault))
        return false;
    if (name.at != NULL)
        ride->recipient = name;
    return ride_order_chosen(talk);
}

static bool take_contact(struct talk *talk)
{
    return take_recipient(talk, letters_of(talk->input->update.contact_name),
                          talk_contact_phone(talk));
}

static bool take_text(struct talk *talk)
{
    const enum remark_kind remark = remark_classify(talk->argument).kind;
    bool has_digits;
    const struct slice name = name_in(talk->argument, &has_digits);

    if (remark == REMARK_NO || remark == REMARK_CANCEL)
        return talk_press(talk, "back");
    return take_recipient(talk, name, has_digits ? talk->argument : SLICE_NONE);
}

/* --- the steps --- */

TALK_LEADS_TO(to_day, "day")
TALK_LEADS_TO(to_trips, "trips")

// clang-format off
static const struct flow_move size_moves[] = {
    {FLOW_TAP,  "size", tap_size},
    {FLOW_TAP,  "back", to_day},
};
static const struct flow_move recipient_moves[] = {
    {FLOW_CONTACT, NULL,   take_contact},
    {FLOW_TEXT,    NULL,   take_text},
    {FLOW_TAP,     "back", to_trips},
};
// clang-format on
const struct flow_step ride_step_size = {"size", show_size, FLOW_MOVES(size_moves)};
const struct flow_step ride_step_recipient = {"recipient", show_recipient,
                                              FLOW_MOVES(recipient_moves)};
