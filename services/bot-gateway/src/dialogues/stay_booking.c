// SPDX-License-Identifier: MIT
/* A booking: how it stands, and what its guest may do, which the booking itself says. */
#include "dialogues/stay_parts.h"

// clang-format off
/* `over`: it takes no nights any more */
static const struct {
    const char *name;
    enum text text;
    bool over;
} statuses[] = {
    {"held",            TEXT_STAY_HELD,       false},
    {"requested",       TEXT_STAY_REQUESTED,  false},
    {"payment_claimed", TEXT_STAY_CLAIMED,    false},
    {"confirmed",       TEXT_STAY_CONFIRMED,  false},
    {"checked_in",      TEXT_STAY_CHECKED_IN, false},
    {"completed",       TEXT_STAY_COMPLETED,  true },
    {"expired",         TEXT_STAY_EXPIRED,    true },
    {"declined",        TEXT_STAY_DECLINED,   true },
    {"cancelled",       TEXT_STAY_CANCELLED,  true },
    {"no_show",         TEXT_STAY_NO_SHOW,    true },
};

/* Actions of booking-api that this dialogue can do, and the move that does it. */
static const struct {
    const char *name;
    const char *move;
} actions[] = {
    {"confirm",       "confirm"},
    {"claim-payment", "claim"  },
    {"cancel",        "cancel" },
};
// clang-format on

static struct slice path_of(const struct talk *talk, const char *more)
{
    const struct stay *stay = talk->data;
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&stay->booking, id);
    return arena_printf(talk->arena, "/v1/bookings/%s%s", id, more);
}

static const struct stay_action *find_action(const struct stay_booking *booking, const char *name)
{
    for (size_t i = 0; i < booking->action_count; i++)
        if (slice_is(booking->actions[i].name, name))
            return &booking->actions[i];
    return NULL;
}

/* --- the booking --- */

static void say_status(struct talk *talk, const struct stay_booking *booking, bool *over)
{
    const struct said until = say_time(booking->expires_at, talk->input->now, talk->language),
                      arrival = say_time(booking->check_in_at, talk->input->now, talk->language),
                      refund = say_money(booking->refund);
    struct text_value values[3];
    size_t count = 0;

    *over = false;
    if (booking->expires_at != FIELD_ABSENT)
        values[count++] = (struct text_value){.name = "until", .text = said_slice(&until)};
    if (booking->check_in_at != FIELD_ABSENT)
        values[count++] = (struct text_value){.name = "arrival", .text = said_slice(&arrival)};
    if (booking->refund > 0)
        values[count++] = (struct text_value){.name = "refund", .text = said_slice(&refund)};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (slice_is(booking->status, statuses[i].name)) {
            talk_say(talk, statuses[i].text, values, count);
            talk_html(talk, SLICE("\n\n"));
            *over = statuses[i].over;
        }
}

static void say_booking(struct talk *talk, const struct stay_booking *booking)
{
    const struct stay *stay = talk->data;
    const struct said total = say_money(booking->total), paid = say_money(booking->paid);
    struct stay_nights_said said;
    struct text_value values[STAY_NIGHTS_VALUES + 4];
    size_t count = STAY_NIGHTS_VALUES;

    stay_say_nights(talk, booking->check_in, booking->check_out, booking->guests, &said, values);
    values[count++] = (struct text_value){.name = "code", .text = booking->code};
    values[count++] = (struct text_value){.name = "total", .text = said_slice(&total)};
    if (booking->paid > 0)
        values[count++] = (struct text_value){.name = "paid", .text = said_slice(&paid)};
    if (uuid_equal(&booking->flat, &stay->flat))
        values[count++] =
            (struct text_value){.name = "title", .text = stay_words(talk, &stay->title)};
    talk_say(talk, TEXT_STAY_BOOKING, values, count);
}

/* How to pay, or how to get in. */
static void say_what_next(struct talk *talk, const struct stay_booking *booking)
{
    const struct said deposit = say_money(booking->deposit);
    const struct slice entry = stay_words(talk, &booking->check_in_info);
    struct text_value values[2];
    size_t count = 0;

    if (find_action(booking, "claim-payment") != NULL) {
        if (booking->deposit > 0)
            values[count++] = (struct text_value){.name = "deposit", .text = said_slice(&deposit)};
        if (booking->payment_info.at != NULL)
            values[count++] =
                (struct text_value){.name = "payment_info", .text = booking->payment_info};
        talk_say(talk, TEXT_STAY_PAY, values, count);
    } else if (entry.len > 0) {
        talk_say(talk, TEXT_STAY_ENTRY, TALK_VALUES({.name = "check_in_info", .text = entry}));
    }
}

static bool put_actions(struct talk *talk, const struct stay_booking *booking, struct fault *fault)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        const struct stay_action *action = find_action(booking, actions[i].name);
        if (action == NULL)
            continue;
        talk_row(talk);
        if (!talk_button(talk, stay_words(talk, &action->label), actions[i].move, SLICE(""), fault))
            return false;
    }
    return true;
}

bool stay_show_booking(struct talk *talk, struct fault *fault)
{
    struct turn_answer answer;
    struct stay_booking booking;
    bool over;

    if (!stay_get(talk, path_of(talk, ""), &answer, fault))
        return false;
    if (answer.status == 404 || answer.status == 403) {
        talk_say(talk, TEXT_STAY_BOOKING_GONE, TALK_NO_VALUES);
        return stay_put_exits(talk, TEXT_STAY_BUTTON_FREE, fault);
    }
    if (answer.status != 200)
        return stay_bad_answer("no booking", fault);
    if (!stay_read_booking(answer.body, talk->arena, &booking, fault))
        return false;
    say_status(talk, &booking, &over);
    say_booking(talk, &booking);
    say_what_next(talk, &booking);
    return put_actions(talk, &booking, fault) &&
           stay_put_exits(talk, over ? TEXT_STAY_BUTTON_FREE : TEXT_BUTTON_BACK, fault);
}

/* --- what its guest does --- */

/* How it stands then is shown in any case; what could not be done is said before. */
static bool act(struct talk *talk, const char *action, struct slice body, struct fault *fault)
{
    struct turn_answer answer;
    struct stay_refusal refusal;

    if (!stay_post(talk, path_of(talk, action), body, &answer, fault))
        return false;
    if (answer.status == 200)
        return talk_step(talk, "booking", fault);
    if (!stay_read_refusal(answer.body, talk->arena, &refusal, fault))
        return false;
    if (slice_is(refusal.code, "refund_changed")) {
        stay_tell(talk, TEXT_STAY_REFUND_CHANGED);
        return talk_step(talk, "cancel", fault);
    }
    if (answer.status < 400)
        return stay_bad_answer("no booking after an action", fault);
    if (!slice_is(refusal.code, "hold_expired")) /* of which the booking itself will tell */
        stay_tell(talk, answer.status == 422 ? TEXT_STAY_REFUSED : TEXT_STAY_MOVED_ON);
    return talk_step(talk, "booking", fault);
}

bool stay_confirm(struct talk *talk, struct fault *fault)
{
    return act(talk, "/confirm", (struct slice){NULL, 0}, fault);
}

bool stay_claim(struct talk *talk, struct fault *fault)
{
    return act(talk, "/claim-payment", (struct slice){NULL, 0}, fault);
}

bool stay_show_cancel(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct turn_answer answer;
    struct stay_cancelling terms;

    if (!stay_get(talk, path_of(talk, "/cancel-preview"), &answer, fault))
        return false;
    if (answer.status >= 400) {
        stay_tell(talk, TEXT_STAY_MOVED_ON);
        return talk_step(talk, "booking", fault);
    }
    if (answer.status != 200)
        return stay_bad_answer("no preview", fault);
    if (!stay_read_cancelling(answer.body, talk->arena, &terms, fault))
        return false;
    stay->refund = terms.refund;
    const struct said refund = say_money(terms.refund), fee = say_money(terms.fee);
    if (terms.refund > 0 || terms.fee > 0)
        talk_say(talk, TEXT_STAY_CANCEL,
                 TALK_VALUES({.name = "refund", .text = said_slice(&refund)},
                             {.name = "fee", .text = said_slice(&fee)}));
    else
        talk_say(talk, TEXT_STAY_CANCEL_FREE, TALK_NO_VALUES);
    return stay_put(talk, TEXT_STAY_BUTTON_CANCEL, "yes", fault) &&
           stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
}

bool stay_cancel(struct talk *talk, struct fault *fault)
{
    const struct stay *stay = talk->data;
    struct slice body;

    return stay_write_cancel(stay->refund, talk->arena, &body, fault) &&
           act(talk, "/cancel", body, fault);
}

/* --- those that wait for something --- */

bool stay_show_holds(struct talk *talk, struct fault *fault)
{
    struct turn_answer answer;
    struct stay_bookings bookings;

    if (!stay_get(talk, SLICE("/v1/bookings?status=held,requested,payment_claimed&limit=3"),
                  &answer, fault))
        return false;
    if (answer.status != 200)
        return stay_bad_answer("no bookings", fault);
    if (!stay_read_bookings(answer.body, talk->arena, &bookings, fault))
        return false;
    talk_say(talk, bookings.count > 0 ? TEXT_STAY_HOLDS : TEXT_STAY_NO_HOLDS, TALK_NO_VALUES);
    for (size_t i = 0; i < bookings.count; i++) {
        const struct stay_booking *booking = &bookings.items[i];
        const struct said dates = say_range(booking->check_in, booking->check_out, talk->language);
        const struct slice label =
            arena_printf(talk->arena, "%.*s · %s", SLICE_ARG(booking->code), dates.text);
        if (!stay_put_id(talk, label, "open", &booking->id, fault))
            return false;
    }
    return stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
}

bool stay_take_hold(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    return talk_step(talk, stay_take_id(talk, &stay->booking) ? "booking" : "holds", fault);
}
