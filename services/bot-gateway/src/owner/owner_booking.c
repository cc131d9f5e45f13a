// SPDX-License-Identifier: MIT
/* One booking, and what its owner does with it, which the booking itself says. What could not be
 * undone is asked first. */
#include "base/digest.h"
#include "base/parse.h"

#include "owner/owner.h"
#include "owner/owner_private.h"

enum { ID_TEXT_LEN = 22 }; /* as stay_put_id() writes it */

// clang-format off
static const struct {
    const char *name;
    enum text word;
} statuses[] = {
    {"held",            TEXT_DESK_IS_HELD      },
    {"requested",       TEXT_DESK_IS_REQUESTED },
    {"payment_claimed", TEXT_DESK_IS_CLAIMED   },
    {"confirmed",       TEXT_DESK_IS_CONFIRMED },
    {"checked_in",      TEXT_DESK_IS_CHECKED_IN},
    {"completed",       TEXT_DESK_IS_COMPLETED },
    {"expired",         TEXT_DESK_IS_EXPIRED   },
    {"declined",        TEXT_DESK_IS_DECLINED  },
    {"cancelled",       TEXT_DESK_IS_CANCELLED },
    {"no_show",         TEXT_DESK_IS_NO_SHOW   },
};

/* Actions of booking-api that this dialogue can do. */
enum { CONFIRM, CHECK_IN, CHECK_OUT, NO_SHOW, DECLINE, CANCEL, ACTIONS };
static const struct {
    const char *name;
    const char *step; /* where it is asked whether to do it; NULL: nowhere */
    enum text sure;
} actions[ACTIONS] = {
    [CONFIRM]   = {"confirm",   NULL,     0                       },
    [CHECK_IN]  = {"check-in",  NULL,     0                       },
    [CHECK_OUT] = {"check-out", "sure",   TEXT_DESK_SURE_CHECK_OUT},
    [NO_SHOW]   = {"no-show",   "sure",   TEXT_DESK_SURE_NO_SHOW  },
    [DECLINE]   = {"decline",   "sure",   TEXT_DESK_SURE_DECLINE  },
    [CANCEL]    = {"cancel",    "cancel", 0                       },
};
// clang-format on

static bool may(const struct stay_booking *booking, int action)
{
    return stay_find_action(booking, actions[action].name) != NULL;
}

/* What is paid in all when the deposit is: confirming says so. 0: confirming says nothing of money,
 * because a request is only approved, or nothing is due beforehand. */
static int64_t paid_with(const struct stay_booking *booking)
{
    const int64_t paid = booking->paid > 0 ? booking->paid : 0;

    if (slice_is(booking->status, "requested") || booking->deposit <= 0)
        return 0;
    return booking->deposit > paid ? booking->deposit : paid;
}

/* --- the booking --- */

/* `found` is false where it cannot be shown: why is said, and the dialogue is elsewhere. */
static bool ask(struct talk *talk, struct stay_booking *out, bool *found, struct fault *fault)
{
    struct desk *desk = talk->data;
    struct service_answer answer;

    if (!desk_get(talk, desk_path(talk, "bookings", &desk->booking, ""), &answer, fault))
        return false;
    *found = answer.status == 200;
    if (!*found)
        return desk_refuse(talk, &answer, desk_list_step(desk), fault);
    if (!stay_read_booking(answer.body, talk->arena, out, fault))
        return false;
    desk->version = out->version;
    desk->paid = paid_with(out);
    return true;
}

static bool ask_title(struct talk *talk, const struct stay_booking *booking, struct slice *title,
                      struct fault *fault)
{
    struct service_answer answer;
    struct desk_flat flat;

    *title = (struct slice){NULL, 0};
    if (!desk_get(talk, desk_path(talk, "apartments", &booking->flat, ""), &answer, fault))
        return false;
    if (answer.status != 200)
        return true;
    if (!desk_read_flat(answer.body, talk->arena, &flat, fault))
        return false;
    *title = stay_words(talk, &flat.title);
    return true;
}

static struct slice word_of(struct talk *talk, const struct stay_booking *booking)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (slice_is(booking->status, statuses[i].name))
            return talk_format(talk, statuses[i].word, TALK_NO_VALUES);
    return booking->status;
}

static void say(struct talk *talk, const struct stay_booking *booking, struct slice title)
{
    const struct formatted total = format_money(booking->total),
                           deposit = format_money(booking->deposit),
                           paid = format_money(booking->paid),
                           refund = format_money(booking->refund),
                           until =
                               format_time(booking->expires_at, talk->input->now, talk->language);
    const struct {
        const char *name;
        struct slice text;
        bool told;
    } others[] = {
        {"state", word_of(talk, booking),              true},
        {"code",       booking->code,              true               },
        {"total",       formatted_slice(&total),             true},
        {"title",       title,             title.len > 0                                 },
        {"name",       booking->name,              booking->name.len > 0},
        {"phone",       booking->phone,             booking->phone.len > 0                               },
        {"note",       booking->note,              booking->note.len > 0},
        {"deposit",       formatted_slice(&deposit),           booking->deposit > 0                },
        {"paid",       formatted_slice(&paid),              booking->paid > 0},
        {"refund",       formatted_slice(&refund),            booking->refund > 0            },
        {"until",       formatted_slice(&until),             booking->expires_at != FIELD_ABSENT},
    };
    enum { OTHERS = sizeof others / sizeof others[0] };
    struct stay_nights_said nights;
    struct text_value values[STAY_NIGHTS_VALUES + OTHERS];
    size_t count = STAY_NIGHTS_VALUES;

    talk_confide_reply(talk);
    stay_say_nights(talk, booking->check_in, booking->check_out, booking->guests, &nights, values);
    for (size_t i = 0; i < OTHERS; i++)
        if (others[i].told)
            values[count++] = (struct text_value){.name = others[i].name, .text = others[i].text};
    talk_add(talk, TEXT_DESK_BOOKING, values, count);
}

/* With the sum where confirming says one; else in the words of booking-api. */
static struct slice label_of(struct talk *talk, const struct stay_action *action, int number)
{
    const struct desk *desk = talk->data;
    const struct formatted price = format_money(desk->paid);

    if (number != CONFIRM || desk->paid == 0)
        return stay_words(talk, &action->label);
    return talk_format(talk, TEXT_DESK_BUTTON_PAID,
                       TALK_VALUES({.name = "price", .text = formatted_slice(&price)}));
}

bool desk_show_booking(struct talk *talk, struct fault *fault)
{
    struct stay_booking booking;
    struct slice title;
    bool found;

    if (!ask(talk, &booking, &found, fault))
        return false;
    if (!found)
        return true;
    if (!ask_title(talk, &booking, &title, fault))
        return false;
    say(talk, &booking, title);
    for (int i = 0; i < ACTIONS; i++) {
        const struct stay_action *action = stay_find_action(&booking, actions[i].name);
        if (action == NULL)
            continue;
        talk_new_row(talk);
        if (!talk_button(talk, label_of(talk, action, i), "do", slice_of(actions[i].name), fault))
            return false;
    }
    return stay_put(talk, TEXT_BUTTON_BACK, "back", fault);
}

/* --- what its owner does --- */

static struct slice body_of(const struct talk *talk, int action)
{
    const struct desk *desk = talk->data;

    if (action == CONFIRM && desk->paid > 0)
        return arena_printf(talk->arena, "{\"paid\":{\"amount\":%lld,\"currency\":\"KZT\"}}",
                            (long long)desk->paid);
    if (action == CANCEL)
        return arena_printf(talk->arena,
                            "{\"expected_refund\":{\"amount\":%lld,\"currency\":\"KZT\"}}",
                            (long long)desk->refund);
    return SLICE("{}");
}

/* As it was shown: one that has changed since then is shown anew instead. How it stands then is
 * shown in any case. */
static bool act(struct talk *talk, int action, struct fault *fault)
{
    const struct desk *desk = talk->data;
    const struct slice more = arena_printf(talk->arena, "/%s", actions[action].name);
    const struct slice body = body_of(talk, action);
    struct service_call call = {.method = "POST", .body = body, .version = desk->version};
    struct service_answer answer;

    if (more.at == NULL || body.at == NULL)
        return arena_fault(fault);
    call.path = desk_path(talk, "bookings", &desk->booking, more.at);
    if (!desk_call(talk, call, &answer, fault))
        return false;
    if (answer.status == 200)
        return talk_step(talk, "booking", fault);
    return desk_refuse(talk, &answer, answer.status == 404 ? desk_list_step(desk) : "booking",
                       fault);
}

bool desk_do(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;

    for (int i = 0; i < ACTIONS; i++) {
        if (!slice_is(talk->argument, actions[i].name))
            continue;
        desk->sure = i;
        return actions[i].step != NULL ? talk_step(talk, actions[i].step, fault)
                                       : act(talk, i, fault);
    }
    return talk_step(talk, "booking", fault);
}

/* --- is he sure? --- */

static int asked_for(const struct desk *desk)
{
    return desk->sure >= 0 && desk->sure < ACTIONS ? (int)desk->sure : DECLINE;
}

static bool put_sure(struct talk *talk, struct fault *fault)
{
    return stay_put(talk, TEXT_DESK_BUTTON_SURE, "yes", fault) &&
           stay_put(talk, TEXT_BUTTON_BACK, "back", fault);
}

/* What is not possible any more is not asked. What is to be declined, but was paid for, is to be
 * cancelled. */
bool desk_show_sure(struct talk *talk, struct fault *fault)
{
    const int action = asked_for(talk->data);
    struct stay_booking booking;
    bool found;

    if (!ask(talk, &booking, &found, fault))
        return false;
    if (!found)
        return true;
    if (!may(&booking, action)) {
        if (action == DECLINE && may(&booking, CANCEL))
            return talk_step(talk, "cancel", fault);
        stay_tell(talk, TEXT_STAY_MOVED_ON);
        return talk_step(talk, "booking", fault);
    }
    struct stay_nights_said said;
    struct text_value values[STAY_NIGHTS_VALUES + 1];
    stay_say_nights(talk, booking.check_in, booking.check_out, booking.guests, &said, values);
    values[STAY_NIGHTS_VALUES] = (struct text_value){.name = "code", .text = booking.code};
    talk_add(talk, actions[action].sure, values, STAY_NIGHTS_VALUES + 1);
    return put_sure(talk, fault);
}

bool desk_do_surely(struct talk *talk, struct fault *fault)
{
    return act(talk, asked_for(talk->data), fault);
}

bool desk_show_cancel(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;
    struct service_answer answer;
    struct stay_cancelling terms;

    if (!desk_get(talk, desk_path(talk, "bookings", &desk->booking, "/cancel-preview"), &answer,
                  fault))
        return false;
    if (answer.status != 200)
        return desk_refuse(talk, &answer, "booking", fault);
    if (!stay_read_cancelling(answer.body, talk->arena, &terms, fault))
        return false;
    desk->refund = terms.refund;
    const struct formatted refund = format_money(terms.refund), fee = format_money(terms.fee);
    if (terms.refund > 0 || terms.fee > 0)
        talk_add(talk, TEXT_DESK_CANCEL,
                 TALK_VALUES({.name = "refund", .text = formatted_slice(&refund)},
                             {.name = "fee", .text = formatted_slice(&fee)}));
    else
        talk_add(talk, TEXT_DESK_CANCEL_FREE, TALK_NO_VALUES);
    return put_sure(talk, fault);
}

bool desk_cancel(struct talk *talk, struct fault *fault)
{
    return act(talk, CANCEL, fault);
}

/* --- the commands --- */

/* Begins the dialogue with the booking that the argument names; what stands behind its id is left
 * in the argument. `known` is false where it names none: what waits is shown. */
static bool begin(struct talk *talk, bool *known, struct fault *fault)
{
    const struct slice argument = talk->argument;
    struct desk *desk;

    if (!talk_begin_at(talk, &desk_flow, "booking", fault))
        return false;
    desk = talk->data;
    if (talk->argument.len > ID_TEXT_LEN)
        talk->argument.len = ID_TEXT_LEN;
    *known = stay_take_id(talk, &desk->booking);
    talk->argument = slice_from(argument, talk->argument.len);
    return *known || talk_step(talk, "home", fault);
}

bool desk_deal(struct talk *talk, struct fault *fault)
{
    bool known;

    return begin(talk, &known, fault);
}

/* The version that the button's message has shown. False: it names none. */
static bool take_version(const struct talk *talk, int64_t *version)
{
    return slice_starts(talk->argument, SLICE("_")) &&
           parse_i64(slice_from(talk->argument, 1), 1, INT64_MAX, version);
}

static bool show_changed(struct talk *talk, struct fault *fault)
{
    stay_tell(talk, TEXT_STAY_MOVED_ON);
    return talk_step(talk, "booking", fault);
}

bool desk_deal_ok(struct talk *talk, struct fault *fault)
{
    struct stay_booking booking;
    bool known, found;
    int64_t version;

    if (!begin(talk, &known, fault))
        return false;
    if (!known)
        return true;
    if (!ask(talk, &booking, &found, fault))
        return false;
    if (!found)
        return true;
    const bool waits =
        slice_is(booking.status, "requested") || slice_is(booking.status, "payment_claimed");
    const bool as_shown = take_version(talk, &version) && version == booking.version;
    return waits && may(&booking, CONFIRM) && as_shown ? act(talk, CONFIRM, fault)
                                                       : show_changed(talk, fault);
}

bool desk_deal_no(struct talk *talk, struct fault *fault)
{
    struct desk *desk;
    bool known;

    if (!begin(talk, &known, fault))
        return false;
    if (!known)
        return true;
    desk = talk->data;
    desk->sure = DECLINE;
    return talk_step(talk, "sure", fault);
}

static bool do_at_once(struct talk *talk, int action, struct fault *fault)
{
    struct desk *desk;
    bool known;

    if (!begin(talk, &known, fault))
        return false;
    if (!known)
        return true;
    desk = talk->data;
    return take_version(talk, &desk->version) ? act(talk, action, fault)
                                              : show_changed(talk, fault);
}

bool desk_deal_in(struct talk *talk, struct fault *fault)
{
    return do_at_once(talk, CHECK_IN, fault);
}

bool desk_deal_absent(struct talk *talk, struct fault *fault)
{
    return do_at_once(talk, NO_SHOW, fault);
}
