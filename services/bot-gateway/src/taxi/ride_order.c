// SPDX-License-Identifier: MIT
/* One ride of the passenger: its status, and the actions that it offers. */
#include "base/parse.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"

// clang-format off
/* Columns: status, its text, its text if the ride is a parcel. */
static const struct status {
    const char *name;
    enum text text;
    enum text of_parcel;
} statuses[] = {
    {"open",            TEXT_RIDE_OPEN,      TEXT_RIDE_OPEN       },
    {"held",            TEXT_RIDE_HELD,      TEXT_PARCEL_HELD     },
    {"requested",       TEXT_RIDE_REQUESTED, TEXT_RIDE_REQUESTED  },
    {"payment_claimed", TEXT_RIDE_CLAIMED,   TEXT_RIDE_CLAIMED    },
    {"confirmed",       TEXT_RIDE_CONFIRMED, TEXT_PARCEL_CONFIRMED},
    {"boarded",         TEXT_RIDE_BOARDED,   TEXT_PARCEL_BOARDED  },
    {"completed",       TEXT_RIDE_COMPLETED, TEXT_PARCEL_ENDED    },
    {"expired",         TEXT_RIDE_EXPIRED,   TEXT_RIDE_EXPIRED    },
    {"declined",        TEXT_RIDE_DECLINED,  TEXT_RIDE_DECLINED   },
    {"cancelled",       TEXT_RIDE_CANCELLED, TEXT_RIDE_CANCELLED  },
    {"no_show",         TEXT_RIDE_NO_SHOW,   TEXT_RIDE_NO_SHOW    },
};

/* Actions of booking-api that this dialogue supports: arguments of the move "do". The last action,
 * "share", is only offered if the bot's username is known. */
enum { CONFIRM, CLAIM, ABSENT, SOS, CANCEL, SHARE, ACTIONS };
static const char *const actions[ACTIONS] = {"confirm", "claim-payment", "driver-no-show", "sos",
                                             "cancel",  "share"};
/* The steps that ask for a phone before the action, if the ride has none. */
static const struct flow_step *const phone_steps[ACTIONS] = {
    [CONFIRM] = &ride_step_contact,
    [CLAIM]   = &ride_step_pay,
};
/* The steps that ask whether the action is meant. */
static const struct flow_step *const sure_steps[ACTIONS] = {
    [ABSENT] = &ride_step_absent,
    [SOS]    = &ride_step_sos,
    [CANCEL] = &ride_step_cancel,
};
// clang-format on

/* --- the ride --- */

/* NULL: the status is not known. */
static const struct status *find_status(const struct ride_order *order)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (slice_is(order->status, statuses[i].name))
            return &statuses[i];
    return NULL;
}

static bool is_prepayment_due(const struct ride_order *order)
{
    return answer_find_action(&order->actions, "claim-payment") != NULL;
}

static bool is_confirmed_or_boarded(const struct ride_order *order)
{
    return slice_is(order->status, "confirmed") || slice_is(order->status, "boarded");
}

/* Reads the meeting point of an agreed ride. Absent: not agreed, unknown, or no calls are left. */
static bool fetch_meeting_point(struct talk *talk, const struct ride_order *order,
                                struct slice *point)
{
    struct service_answer answer;

    *point = SLICE_NONE;
    if (uuid_is_nil(&order->trip) || !is_confirmed_or_boarded(order) || talk_calls_left(talk) == 0)
        return true;
    if (!talk_get(talk, talk_path(talk, "trips", &order->trip, ""), &answer))
        return false;
    if (answer.status == 200)
        *point = ride_read_meeting_point(answer.body, order->from_stop, talk->arena);
    return true;
}

/* Whether an expired ride has only waited for a seat of its trip: nothing was held. */
static bool fetch_only_waited(struct talk *talk, const struct ride_order *order, bool *only_waited)
{
    struct service_answer answer;

    *only_waited = false;
    if (!slice_is(order->status, "expired") || uuid_is_nil(&order->trip) ||
        talk_calls_left(talk) == 0)
        return true;
    if (!talk_get(talk, ride_path(talk, "history"), &answer))
        return false;
    *only_waited = answer.status == 200 && ride_read_only_waited(answer.body, talk->arena);
    return true;
}

/* The text of the ride's status, which depends on more than its name; TEXTS: it is not known. */
static enum text find_status_text(const struct ride_order *order, bool only_waited)
{
    const bool has_trip = !uuid_is_nil(&order->trip);

    // clang-format off
    const struct {
        bool holds;
        enum text text;
    } rows[] = {
        {slice_is(order->status, "open") && has_trip,     TEXT_RIDE_WAITS         },
        {slice_is(order->status, "expired") && !has_trip, TEXT_NOTICE_RIDE_UNMET  }, /* not held */
        {only_waited,                                     TEXT_NOTICE_RIDE_UNFREED},
        {is_prepayment_due(order),                        TEXT_RIDE_HELD_DUE      },
        {order->delivered,                                TEXT_PARCEL_COMPLETED   },
    };
    // clang-format on
    const struct status *status = find_status(order);

    for (size_t i = 0; status != NULL && i < ARRAY_LEN(rows); i++)
        if (rows[i].holds)
            return rows[i].text;
    if (status == NULL)
        return TEXTS;
    return slice_is(order->kind, "parcel") ? status->of_parcel : status->text;
}

static void add_status(struct talk *talk, const struct ride_order *order, bool only_waited)
{
    const enum text text = find_status_text(order, only_waited);

    if (text != TEXTS) {
        talk_add(
            talk, text,
            TALK_VALUES({.name = "until", .number = order->expires_at, .other = talk->input->now},
                        {.name = "refund", .number = text_if_positive(order->refund)}));
        talk_add_html(talk, SLICE("\n\n"));
    }
    if (is_prepayment_due(order) && order->payment_info.at != NULL) {
        talk_add(talk, TEXT_RIDE_PAY,
                 TALK_VALUES({.name = "payment_info", .text = order->payment_info}));
        talk_add_html(talk, SLICE("\n\n"));
    }
}

/* Adds the values of the ride. Times have dates, because the message stays in the chat. */
static void add_ride_details(struct talk *talk, const struct ride_order *order, struct slice point)
{
    const bool whole = slice_is(order->kind, "car"), parcel = slice_is(order->kind, "parcel");

    talk_add(
        talk, TEXT_RIDE_CARD,
        TALK_VALUES({.name = "title", .text = ride_format_route(talk, order->from, order->to)},
                    {.name = "departure", .number = order->depart_at},
                    {.name = "arrival", .number = order->arrive_at, .other = order->depart_at},
                    {.name = "seats", .number = whole ? FIELD_ABSENT : order->seats},
                    {.name = "note", .text = ride_format_load(talk, whole, parcel, order->size)},
                    {.name = "child_seats", .number = order->child_seats},
                    {.name = "car", .text = ride_format_car(talk, &order->car)},
                    {.name = "name", .text = ride_format_driver(talk, &order->car)},
                    {.name = "phone", .text = order->car.phone}, {.name = "point", .text = point},
                    {.name = "total", .number = text_if_positive(order->total)},
                    {.name = "deposit", .number = text_if_positive(order->deposit)},
                    {.name = "paid", .number = text_if_positive(order->paid)},
                    {.name = "code", .text = order->code}));
    ride_add_recipient(talk, order, is_confirmed_or_boarded(order));
}

/* If the passenger can cancel, adds what that costs. */
static void add_cancellation_terms(struct talk *talk, const struct ride_order *order)
{
    const struct slice policy = talk_localized(talk, &order->policy);

    if (answer_find_action(&order->actions, "cancel") == NULL)
        return;
    if (order->free_cancel || slice_is(order->status, "open"))
        talk_say(talk, TEXT_RIDE_TERMS_FREE);
    else if (order->free_until != FIELD_ABSENT && order->free_until > talk->input->now)
        talk_add(talk, TEXT_RIDE_TERMS,
                 TALK_VALUES({.name = "until", .number = order->free_until}));
    else if (policy.len > 0)
        talk_add(talk, TEXT_RIDE_TERMS_POLICY, TALK_VALUES({.name = "policy", .text = policy}));
}

bool ride_fetch_offers(struct talk *talk,
                       bool (*get)(struct talk *talk, struct slice path,
                                   struct service_answer *answer),
                       struct ride_trips *out)
{
    const struct slice more = talk_printf(talk, "offers?limit=%d", RIDE_OFFERS_MAX);
    struct service_answer answer;

    *out = (struct ride_trips){.count = 0};
    if (!get(talk, ride_path(talk, more.at), &answer))
        return false;
    if (answer.status != 200)
        return answer.status >= 400 || answer_fail_bad("no offers", talk->fault);
    return ride_read_pending_offers(answer.body, talk->arena, out, talk->fault);
}

/* If the ride looks for a driver, adds the offers of drivers, with buttons to accept them. */
static bool put_offers_to_accept(struct talk *talk, const struct ride_order *order)
{
    struct ride_trips offers;

    if (!ride_is_looking_for_driver(order))
        return true;
    if (!ride_fetch_offers(talk, talk_get, &offers))
        return false;
    for (size_t i = 0; i < offers.count; i++) {
        const struct ride_found *offer = &offers.items[i];
        ride_add_trip_text(talk, offer, format_day_of(order->depart_at));
        const struct slice label = talk_format(
            talk, TEXT_RIDE_BUTTON_ACCEPT,
            TALK_VALUES({.name = "clock", .text = ride_format_clock(talk, offer->depart_at)},
                        {.name = "price", .number = offer->price}));
        talk_put_id_button(talk, label, "take", &offer->offer);
    }
    return true;
}

static bool put_rating_if_allowed(struct talk *talk, const struct ride_order *order)
{
    return answer_find_action(&order->actions, "rating") == NULL || talk_calls_left(talk) == 0 ||
           ride_add_stars_or_buttons(talk, false);
}

static void put_exit_buttons(struct talk *talk)
{
    talk_put_command(talk, TEXT_RIDE_BUTTON_MINE, "rides");
    talk_put_command(talk, TEXT_RIDE_BUTTON_SEARCH, "search");
}

/* Whether the hold has expired before the departure: the same seats may be free again. */
static bool has_expired_before_departure(const struct talk *talk, const struct ride_order *order)
{
    return slice_is(order->status, "expired") && !uuid_is_nil(&order->trip) &&
           order->depart_at > talk->input->now;
}

static bool show_ride(struct talk *talk)
{
    struct ride_order order;
    struct slice point;
    bool found, only_waited;

    if (!ride_fetch_order(talk, &order, &found))
        return false;
    if (!found) {
        talk_say(talk, TEXT_RIDE_GONE);
        put_exit_buttons(talk);
        return true;
    }
    if (!fetch_meeting_point(talk, &order, &point) ||
        !fetch_only_waited(talk, &order, &only_waited))
        return false;
    add_status(talk, &order, only_waited);
    add_ride_details(talk, &order, point);
    if (order.car.phone.at != NULL || order.payment_info.at != NULL)
        talk_mark_reply_confided(talk);
    add_cancellation_terms(talk, &order);
    if (ride_of(talk)->clashes)
        talk_put_button(talk,
                        ride_of(talk)->parcel ? TEXT_PARCEL_BUTTON_ANYWAY : TEXT_RIDE_BUTTON_ANYWAY,
                        "anyway");
    if (!put_offers_to_accept(talk, &order) || !put_rating_if_allowed(talk, &order))
        return false;
    ride_put_action_buttons(talk, &order.actions, actions,
                            talk->input->username.at != NULL ? ACTIONS : SHARE);
    ride_put_payment_number(talk, &order);
    if (has_expired_before_departure(talk, &order))
        talk_put_button(talk, TEXT_RIDE_BUTTON_AGAIN, "again");
    put_exit_buttons(talk);
    return true;
}

/* --- while a step asks another question --- */

/* Adds the values of the open ride; `added` is false if there is none. */
static bool add_open_ride(struct talk *talk, bool *added)
{
    struct ride_order order;
    struct slice point;

    *added = false;
    if (uuid_is_nil(&ride_of(talk)->order))
        return true;
    if (!ride_fetch_order(talk, &order, added))
        return false;
    if (!*added)
        return true;
    if (!fetch_meeting_point(talk, &order, &point))
        return false;
    add_ride_details(talk, &order, point);
    if (order.car.phone.at != NULL)
        talk_mark_reply_confided(talk);
    add_cancellation_terms(talk, &order);
    talk_add_html(talk, SLICE("\n\n"));
    return true;
}

bool ride_answer_question(struct talk *talk, bool *answered)
{
    static const struct flow_step *const of_ride[] = {&ride_step_contact, &ride_step_pay,
                                                      &ride_step_cancel, &ride_step_absent};
    const enum remark_kind question = talk->heard.remark.kind;

    *answered = false;
    if (question < REMARK_CANCELLING || question == REMARK_ENTRY)
        return true;
    if (ride_is_search(talk)) {
        talk_add_paragraph(talk, question == REMARK_PRICE ? TEXT_RIDE_PRICE_LATER
                                                          : TEXT_RIDE_ANSWER_LATER);
        *answered = true;
        return true;
    }
    *answered = question == REMARK_CANCELLING && talk->step == &ride_step_cancel;
    return *answered || !TALK_IS_AT(talk, of_ride) || add_open_ride(talk, answered);
}

/* --- actions --- */

/* Handles the refusal of an action: goes to a step that the passenger must repeat ("cancel") or
 * complete ("contact"), or to the ride with which this one overlaps, or else shows this ride, whose
 * new status explains the refusal. */
static bool explain_refused_action(struct talk *talk, const struct service_answer *answer)
{
    static const struct talk_refusal refusals[] = {
        {"own_trip",        TEXT_RIDE_OWN,         NULL},
        {"too_many_unpaid", TEXT_RIDE_UNPAID_MANY, NULL},
        {"driver_busy",     TEXT_RIDE_OFFER_OFF,   NULL},
        {"offer_not_valid", TEXT_RIDE_OFFER_OFF,   NULL},
        {"seats_taken",     TEXT_RIDE_OFFER_OFF,   NULL},
        {"cargo_full",      TEXT_RIDE_OFFER_OFF,   NULL},
    };
    struct answer_refusal refusal;

    if (answer->status < 400)
        return answer_fail_bad("no ride", talk->fault);
    if (!answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    if (slice_is(refusal.code, "refund_changed") || slice_is(refusal.code, "fault_changed"))
        return talk_step_with(talk, TEXT_RIDE_REFUND_CHANGED, &ride_step_cancel);
    if (slice_is(refusal.code, "contact_missing"))
        return talk_step(talk, &ride_step_contact);
    if (!uuid_is_nil(&refusal.ride)) {
        ride_of(talk)->order = refusal.ride;
        ride_of(talk)->answered = SLICE_NONE;
        talk_add_paragraph(talk, TEXT_RIDE_BUSY);
    } else if (!slice_is(refusal.code, "hold_expired")) {
        const struct talk_refusal *why = talk_find_refusal(refusals, ARRAY_LEN(refusals), &refusal);
        talk_add_paragraph(talk, why != NULL ? why->text : TEXT_RIDE_MOVED_ON);
    }
    return talk_step(talk, &ride_step_order);
}

bool ride_show_action_result(struct talk *talk, const struct service_answer *answer)
{
    ride_of(talk)->answered = SLICE_NONE;
    return answer->status == 200 ? ride_show_returned_ride(talk, answer)
                                 : explain_refused_action(talk, answer);
}

bool ride_post_action_and_show(struct talk *talk, const char *action, struct slice body)
{
    struct service_answer answer;

    return talk_post(talk, ride_path(talk, action), body, &answer) &&
           ride_show_action_result(talk, &answer);
}

static bool post_tapped_stars(struct talk *talk)
{
    struct service_answer answer;

    if (!ride_post_stars(talk, false, &answer))
        return false;
    return answer.status == 201 ? talk_step(talk, &ride_step_order)
                                : explain_refused_action(talk, &answer);
}

/* Makes a link to the ride, for the step "share". */
static bool create_share_link(struct talk *talk)
{
    struct service_answer answer;

    if (!talk_post(talk, ride_path(talk, "share"), SLICE_NONE, &answer))
        return false;
    if (answer.status != 201)
        return explain_refused_action(talk, &answer);
    return ride_read_share_link(answer.body, talk->arena, &ride_of(talk)->share, talk->fault) &&
           talk_step(talk, &ride_step_share);
}

static bool ask_for_confirmation(struct talk *talk)
{
    const bool sos = talk->step == &ride_step_sos;

    talk_say(talk, sos ? TEXT_RIDE_SOS_ASK : TEXT_RIDE_NO_DRIVER);
    talk_put_button(talk, sos ? TEXT_RIDE_BUTTON_SOS : TEXT_RIDE_BUTTON_NO_DRIVER, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool call_for_help(struct talk *talk, struct slice body)
{
    struct service_answer answer;

    if (!talk_post(talk, ride_path(talk, "sos"), body, &answer))
        return false;
    if (answer.status != 201)
        return explain_refused_action(talk, &answer);
    return talk_step_with(talk, TEXT_RIDE_SOS, &ride_step_order);
}

/* A place that is sent in answer to the question is a call from that place. */
static bool call_for_help_with_location(struct talk *talk)
{
    const struct field_geo place = talk->input->update.location;

    return call_for_help(talk, talk_printf(talk, "{\"location\":{\"lat\":%.6f,\"lon\":%.6f}}",
                                           place.lat, place.lon));
}

static bool run_confirmed_action(struct talk *talk)
{
    return talk->step == &ride_step_sos
               ? call_for_help(talk, SLICE("{}"))
               : ride_post_action_and_show(talk, actions[ABSENT], SLICE_NONE);
}

/* Runs the tapped action if the ride allows it now. */
static bool run_tapped_action(struct talk *talk)
{
    const size_t i = slice_find(talk->argument, actions, ACTIONS);
    struct ride_order order;
    bool found;

    if (!ride_fetch_order(talk, &order, &found))
        return false;
    if (!found || i == ACTIONS || answer_find_action(&order.actions, actions[i]) == NULL)
        return talk_step(talk, &ride_step_order);
    if (sure_steps[i] != NULL)
        return talk_step(talk, sure_steps[i]);
    if (i == SHARE)
        return create_share_link(talk);
    if (phone_steps[i] != NULL && order.phone.at == NULL)
        return talk_step(talk, phone_steps[i]);
    return ride_post_action_and_show(talk, actions[i], SLICE_NONE);
}

static bool confirm_as_said(struct talk *talk)
{
    talk->argument = slice_of(actions[CONFIRM]);
    return run_tapped_action(talk);
}

static bool accept_tapped_offer(struct talk *talk)
{
    struct uuid offer;

    if (!talk_read_id(talk, &offer))
        return talk_step(talk, &ride_step_order);
    return ride_post_action_and_show(
        talk, talk_printf(talk, "offers/%s/accept", talk_id(talk, &offer)).at, SLICE_NONE);
}

/* Sets the answers of the search (places, day, seats, parcel) to the values of this ride. */
static void copy_ride_to_search(struct talk *talk, const struct ride_order *order)
{
    struct ride *ride = talk->data;

    ride->answered = SLICE_NONE;
    ride_copy_from_order(ride, order);
    ride->day = format_day_of(order->depart_at);
    ride->after = ride->before = 0;
    ride->recipient = order->recipient;
    ride->recipient_phone = order->recipient_phone;
}

/* Orders the same seats again. */
static bool order_again(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct ride_order order;
    bool found;

    if (!ride_fetch_order(talk, &order, &found))
        return false;
    if (!found || !has_expired_before_departure(talk, &order))
        return talk_step(talk, &ride_step_order);
    copy_ride_to_search(talk, &order);
    ride->trip = order.trip;
    ride->price = order.total;
    ride->from_stop = order.from_stop;
    ride->to_stop = order.to_stop;
    return ride_post_order(talk, order.phone, (struct ride_wishes){.wait = false});
}

/* --- commands of notifications --- */

bool ride_read_id_and_version(struct talk *talk, struct uuid *id, int64_t *version)
{
    struct uuid named = *id;
    const bool found = talk_read_id_and_version(talk, &named, version);

    if (*version >= 0)
        *id = named;
    return found && *version >= 0;
}

static bool begin_with_ride_of_button(struct talk *talk, const struct flow_step *step)
{
    int64_t ignored; /* the step shows the current version */

    return talk_begin_at(talk, &ride_flow, step) &&
           (ride_read_id_and_version(talk, &ride_of(talk)->order, &ignored) ||
            talk_step(talk, &ride_step_rides));
}

bool ride_command_show(struct talk *talk)
{
    return begin_with_ride_of_button(talk, &ride_step_order);
}

bool ride_command_ask_cancel(struct talk *talk)
{
    return begin_with_ride_of_button(talk, &ride_step_cancel);
}

/* Searches for another trip with the values of the ride; if the ride is gone, begins a search. The
 * reply is a new message: the notification may name money that the passenger gets back. */
bool ride_command_search_again(struct talk *talk)
{
    struct ride_order order;
    bool found;

    talk_send_anew(talk);
    if (!begin_with_ride_of_button(talk, &ride_step_order))
        return false;
    if (uuid_is_nil(&ride_of(talk)->order))
        return true;
    if (!ride_fetch_order(talk, &order, &found))
        return false;
    if (!found)
        return ride_begin_search(talk);
    copy_ride_to_search(talk, &order);
    return ride_go_to_missing_answer(talk);
}

/* --- words --- */

/* Where the ride may be rated, takes "5" as a tap of the stars. */
static bool handle_typed_stars(struct talk *talk)
{
    struct ride_order order;
    int64_t stars;
    bool found;

    if (talk_is_text_for_staff(talk) || !parse_i64(talk->argument, 1, RIDE_STARS_MAX, &stars))
        return talk_hear_at_flow(talk);
    if (!ride_fetch_order(talk, &order, &found))
        return false;
    return found && answer_find_action(&order.actions, "rating") != NULL ? post_tapped_stars(talk)
                                                                         : talk_hear_at_flow(talk);
}

/* Taps the button of the action that a text without other meaning names. */
static bool run_named_action(struct talk *talk)
{
    struct slice action = SLICE_NONE;
    struct ride_order order;
    bool found;

    if (talk_is_text_for_staff(talk))
        return ride_reply_not_understood(talk);
    if (!ride_fetch_order(talk, &order, &found))
        return false;
    if (found)
        action = ride_find_named_action(talk, &order.actions);
    if (action.at == NULL)
        return ride_reply_not_understood(talk);
    talk->argument = action;
    return run_tapped_action(talk);
}

/* --- the steps --- */

// clang-format off
static const struct flow_move order_moves[] = {
    {FLOW_TAP,  "do",     .act = run_tapped_action},
    {FLOW_TAP,  "take",   .act = accept_tapped_offer},
    {FLOW_TAP,  "again",  .act = order_again},
    {FLOW_TAP,  "rate",   .act = post_tapped_stars},
    {FLOW_TAP,  "anyway", .act = ride_post_order_anyway},
    {FLOW_WORDS, NULL,     .act = confirm_as_said, .remark = REMARK_YES},
    {FLOW_TEXT, NULL,     .act = handle_typed_stars},
};
static const struct flow_move absent_moves[] = {
    {FLOW_TAP,  "yes", .act = run_confirmed_action, .remark = REMARK_YES},
    {FLOW_WORDS, NULL,  .act = talk_go_back,         .remark = REMARK_NO},
    {FLOW_WORDS, NULL,  .act = talk_go_back,         .remark = REMARK_CANCEL},
};
static const struct flow_move sos_moves[] = {
    {FLOW_TAP,      "yes", .act = run_confirmed_action, .remark = REMARK_YES},
    {FLOW_WORDS,     NULL,  .act = talk_go_back,         .remark = REMARK_NO},
    {FLOW_WORDS,     NULL,  .act = talk_go_back,         .remark = REMARK_CANCEL},
    {FLOW_LOCATION, NULL,  .act = call_for_help_with_location},
};
// clang-format on
const struct flow_step ride_step_order = {"ride", show_ride, FLOW_MOVES(order_moves),
                                          .unheard = run_named_action};
const struct flow_step ride_step_absent = {"driver-no-show", ask_for_confirmation,
                                           FLOW_BACK(&ride_step_order, absent_moves)};
const struct flow_step ride_step_sos = {"sos", ask_for_confirmation,
                                        FLOW_BACK(&ride_step_order, sos_moves)};
