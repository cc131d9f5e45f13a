// SPDX-License-Identifier: MIT
/* One trip of the driver: its passengers, the actions on the trip and on a passenger, being late,
 * rating a passenger. The step "sure" asks before the trip is cancelled, or a passenger is reported
 * as absent. */
#include <string.h>

#include "base/ascii.h"
#include "base/parse.h"
#include "base/text.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"
#include "telegram/text.h"

enum {
    NAME_UNITS = 24, /* maximum length of a passenger's name in a button, UTF-16 units */
    IN_ROW = 3,      /* maximum number of actions on one passenger */
    LATE_MIN = 5,    /* of one delay in minutes, as in booking-api */
    LATE_MAX = 720
};

// clang-format off
/* Columns: status of a passenger's ride, text for it. */
static const struct {
    const char *name;
    enum text word;
} statuses[] = {
    {"held",            TEXT_DRIVE_IS_HELD     },
    {"requested",       TEXT_DRIVE_IS_REQUESTED},
    {"payment_claimed", TEXT_DRIVE_IS_CLAIMED  },
    {"confirmed",       TEXT_DRIVE_IS_CONFIRMED},
    {"boarded",         TEXT_DRIVE_IS_BOARDED  },
    {"completed",       TEXT_DRIVE_IS_COMPLETED},
    {"no_show",         TEXT_DRIVE_IS_NO_SHOW  },
};

/* Actions of booking-api that this dialogue supports. On the trip: arguments of the move "do". On a
 * passenger: the argument of the move "on" is id and version of the ride, and an index in
 * rider_actions. */
static const char *const actions[] = {"confirm", "start", "finish", "delay", "cancel"};
static const char *const rider_actions[] = {"confirm", "decline", "board",
                                            "no-show", "drop",    "rating", "deliver"};
#define NO_SHOW "no-show"
#define RATING  "rating"
#define DELIVER "deliver"
// clang-format on

/* --- the trip --- */

/* Reads the trip from ride->answered or, if that is absent, as drive_get_or_explain() does. */
static bool fetch_trip(struct talk *talk, struct ride_run *run)
{
    struct ride *ride = talk->data;

    return (ride->answered.at != NULL ||
            drive_get_or_explain(talk, talk_path(talk, "trips", &ride->trip, ""), &ride_step_runs,
                                 &ride->answered)) &&
           ride_read_driver_trip(ride->answered, talk->arena, run, talk->fault);
}

static bool fetch_passengers(struct talk *talk, struct ride_orders *riders)
{
    struct ride *ride = talk->data;
    const struct slice more =
        talk_printf(talk, "passengers?limit=%d%s%.*s", RIDES_MAX,
                    ride->cursor.len > 0 ? "&cursor=" : "", SLICE_ARG(ride->cursor));
    struct slice body;

    if (!drive_get_or_explain(talk, talk_path(talk, "trips", &ride->trip, more.at), &ride_step_runs,
                              &body) ||
        !ride_read_orders(body, talk->arena, riders, talk->fault))
        return false;
    ride->next = riders->next;
    return true;
}

/* Whether the passenger travels with the trip, or has travelled. */
static bool is_confirmed_or_later(const struct ride_order *rider)
{
    return slice_is(rider->status, "confirmed") || slice_is(rider->status, "boarded") ||
           slice_is(rider->status, "completed");
}

static int64_t amount_paid(const struct ride_order *rider)
{
    return rider->paid > 0 ? rider->paid : 0;
}

static void add_trip_text(struct talk *talk, const struct ride_run *run,
                          const struct ride_orders *riders)
{
    const struct ride_stop *stops = run->stops.items;
    const bool is_whole = ride_of(talk)->cursor.len == 0 && riders->next.at == NULL;
    struct slice passed = SLICE_NONE;
    int64_t due = 0; /* not shown for a part of the passengers */

    for (size_t i = 1; i + 1 < run->stops.count; i++)
        passed = drive_append_stop_text(talk, passed, stops[i].place, stops[i].at);
    for (size_t i = 0; i < riders->count; i++)
        if (is_confirmed_or_later(&riders->items[i]))
            due += riders->items[i].total - amount_paid(&riders->items[i]);
    talk_add(
        talk, TEXT_DRIVE_RUN,
        TALK_VALUES({.name = "title", .text = ride_format_route(talk, run->from, run->to)},
                    {.name = "departure", .number = run->depart_at},
                    {.name = "arrival", .number = run->arrive_at, .other = run->depart_at},
                    {.name = "words", .text = passed},
                    {.name = "taken", .text = talk_printf(talk, "%lld", (long long)run->taken)},
                    {.name = "seats", .number = run->seats},
                    {.name = "price", .number = text_if_positive(run->price)},
                    {.name = "car", .text = ride_format_car(talk, &run->car)},
                    {.name = "until", .number = run->closed_until, .other = talk->input->now},
                    {.name = "total", .number = is_whole ? text_if_positive(due) : FIELD_ABSENT}));
    if (slice_is(run->status, "finished") || slice_is(run->status, "cancelled"))
        talk_say(talk,
                 slice_is(run->status, "finished") ? TEXT_DRIVE_FINISHED : TEXT_DRIVE_CANCELLED);
}

static void add_passenger_text(struct talk *talk, const struct ride_run *run,
                               const struct ride_order *rider)
{
    const bool partly = !slice_equal(rider->from, run->from) || !slice_equal(rider->to, run->to);
    const bool whole = slice_is(rider->kind, "car"), parcel = slice_is(rider->kind, "parcel");
    const struct slice clock = ride_format_clock(talk, rider->depart_at),
                       route = ride_format_route(talk, rider->from, rider->to);
    const int64_t paid = text_if_positive(rider->paid);
    const int64_t rest = paid != FIELD_ABSENT && is_confirmed_or_later(rider)
                             ? text_if_positive(rider->total - paid)
                             : FIELD_ABSENT;
    struct slice state = SLICE("");

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (slice_is(rider->status, statuses[i].name))
            state = talk_label(talk, statuses[i].word);
    talk_mark_reply_confided(talk);
    talk_add(
        talk, TEXT_DRIVE_RIDER,
        TALK_VALUES(
            {.name = "name", .text = rider->name}, {.name = "phone", .text = rider->phone},
            {.name = "seats", .number = whole ? FIELD_ABSENT : rider->seats},
            {.name = "note", .text = ride_format_load(talk, whole, parcel, rider->size)},
            {.name = "child_seats", .number = rider->child_seats},
            {.name = "title",
             .text = partly ? talk_printf(talk, "%.*s %.*s", SLICE_ARG(clock), SLICE_ARG(route))
                            : SLICE_NONE},
            {.name = "total", .number = rider->total}, {.name = "paid", .number = paid},
            {.name = "rest", .number = rest}, {.name = "state", .text = state},
            {.name = "until",
             .number = slice_is(rider->status, "requested") ? rider->expires_at : FIELD_ABSENT,
             .other = talk->input->now}));
    ride_add_recipient(talk, rider, false);
}

/* Adds a row with the actions on a passenger. While the ride is held, "confirm" (index 0) is
 * omitted, because the passenger should confirm. */
static void put_passenger_buttons(struct talk *talk, const struct ride_order *rider)
{
    const struct slice name = {
        rider->name.at, rider->name.at != NULL ? telegram_text_cut(rider->name, NAME_UNITS) : 0};

    size_t shown = 0;

    talk_new_row(talk);
    for (size_t i = slice_is(rider->status, "held"); i < ARRAY_LEN(rider_actions); i++) {
        const struct answer_action *action = answer_find_action(&rider->actions, rider_actions[i]);
        if (action == NULL || shown == IN_ROW)
            continue;
        shown++;
        const struct slice label = talk_localized(talk, &action->label);
        const struct slice suffix =
            rider->version > 0 ? talk_printf(talk, "_%lld%zu", (long long)rider->version, i)
                               : talk_printf(talk, "%zu", i);
        talk_button(talk, talk_printf(talk, "%.*s · %.*s", SLICE_ARG(label), SLICE_ARG(name)), "on",
                    talk_id_argument(talk, &rider->id, talk_text_or_empty(talk, suffix).at));
    }
}

static bool show_trip(struct talk *talk)
{
    struct ride_run run;
    struct ride_orders riders;

    if (!fetch_trip(talk, &run) || !fetch_passengers(talk, &riders))
        return false;
    add_trip_text(talk, &run, &riders);
    for (size_t i = riders.count; i > 0; i--) { /* the earliest order first */
        add_passenger_text(talk, &run, &riders.items[i - 1]);
        put_passenger_buttons(talk, &riders.items[i - 1]);
    }
    drive_add_location_hint(talk, &run);
    if (ride_of(talk)->next.at != NULL)
        talk_put_button(talk, TEXT_BUTTON_MORE, "more");
    ride_put_action_buttons(talk, &run.actions, actions, ARRAY_LEN(actions));
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* --- actions --- */

bool drive_post_trip_action_and_show(struct talk *talk, const char *action, struct slice body)
{
    struct ride *ride = talk->data;
    struct service_answer answer;

    ride->answered = SLICE_NONE;
    if (!drive_post_as_driver(talk, talk_path(talk, "trips", &ride->trip, action), body, &answer))
        return false;
    if (answer.status != 200)
        return drive_explain_refusal(talk, &answer, &ride_step_run);
    ride->answered = answer.body;
    return talk_step(talk, &ride_step_run);
}

bool drive_post_passenger_action_and_show(struct talk *talk, const char *action, struct slice body)
{
    const struct service_call call = {.method = "POST",
                                      .path = ride_path(talk, action),
                                      .body = body,
                                      .version = ride_of(talk)->version};
    struct service_answer answer;

    if (!drive_call_as_driver(talk, call, &answer))
        return false;
    return answer.status == 200 ? talk_step(talk, &ride_step_run)
                                : drive_explain_refusal(talk, &answer, &ride_step_run);
}

static bool run_tapped_trip_action(struct talk *talk)
{
    const size_t i = slice_find(talk->argument, actions, ARRAY_LEN(actions));

    ride_of(talk)->order = (struct uuid){0};
    if (i == ARRAY_LEN(actions))
        return talk_step(talk, &ride_step_run);
    if (strcmp(actions[i], "delay") == 0)
        return talk_step(talk, &ride_step_late);
    if (strcmp(actions[i], "cancel") == 0)
        return talk_step(talk, &ride_step_sure);
    return drive_post_trip_action_and_show(talk, actions[i], SLICE_NONE);
}

static bool run_tapped_passenger_action(struct talk *talk)
{
    struct ride *ride = talk->data;
    size_t i = ARRAY_LEN(rider_actions);

    if (talk->argument.len > 0)
        i = (size_t)(unsigned char)(talk->argument.at[--talk->argument.len] - '0');
    if (i >= ARRAY_LEN(rider_actions) ||
        !ride_read_id_and_version(talk, &ride->order, &ride->version))
        return talk_step(talk, &ride_step_run);
    if (strcmp(rider_actions[i], RATING) == 0)
        return talk_step(talk, &ride_step_stars);
    if (strcmp(rider_actions[i], DELIVER) == 0)
        return talk_step(talk, &ride_step_code);
    return strcmp(rider_actions[i], NO_SHOW) == 0
               ? talk_step(talk, &ride_step_sure)
               : drive_post_passenger_action_and_show(talk, rider_actions[i], SLICE_NONE);
}

/* --- being late --- */

static bool show_delay_choice(struct talk *talk)
{
    static const int minutes[] = {10, 20, 30, 60};

    talk_say(talk, TEXT_DRIVE_LATE);
    talk_new_row(talk);
    for (size_t i = 0; i < ARRAY_LEN(minutes); i++)
        talk_button(talk,
                    talk_format(talk, TEXT_DRIVE_BUTTON_MINUTES,
                                TALK_VALUES({.name = "minutes", .number = minutes[i]})),
                    "late", talk_printf(talk, "%d", minutes[i]));
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool post_delay(struct talk *talk, int64_t minutes)
{
    return drive_post_trip_action_and_show(
        talk, "delay", talk_printf(talk, "{\"minutes\":%lld}", (long long)minutes));
}

static bool post_tapped_delay(struct talk *talk)
{
    int64_t minutes;

    return parse_i64(talk->argument, LATE_MIN, LATE_MAX, &minutes)
               ? post_delay(talk, minutes)
               : talk_step(talk, &ride_step_late);
}

// clang-format off
/* Units of a typed delay. Columns: name, minutes, whether it is also a delay without a number. */
static const struct {
    const char *name;
    int minutes;
    bool is_whole;
} delay_units[] = {
    {"", 1, false}, {"мин", 1, false}, {"минут", 1, false}, {"минуты", 1, false}, {"минуту", 1, false},
    {"минутқа", 1, false}, {"min", 1, false}, {"minutes", 1, false}, {"ч", 60, false}, {"час", 60, true},
    {"часа", 60, false}, {"часов", 60, false}, {"сағат", 60, true}, {"сағатқа", 60, true}, {"hour", 60, true},
    {"hours", 60, false}, {"полчаса", 30, true}, {"жарты сағат", 30, true}, {"half an hour", 30, true},
};
// clang-format on

/* "15", "15 минут", "На 15 мин", "полчаса", "2 часа" */
static bool post_typed_delay(struct talk *talk)
{
    static const int32_t ignored[] = {' ', '.', 0};
    const bool has_preposition =
        slice_starts(talk->argument, SLICE("на ")) || slice_starts(talk->argument, SLICE("На "));
    const struct slice text = slice_from(talk->argument, has_preposition ? strlen("на ") : 0);
    size_t digits = 0;
    int64_t count = 1, minutes = 0;

    while (digits < text.len && ascii_is_digit(text.at[digits]))
        digits++;
    const struct slice unit = slice_from(text, digits);
    for (size_t i = 0; i < ARRAY_LEN(delay_units); i++)
        if (text_same_name(unit, slice_of(delay_units[i].name), ignored) &&
            (digits > 0 ? parse_i64((struct slice){text.at, digits}, 1, LATE_MAX, &count)
                        : delay_units[i].is_whole))
            minutes = count * delay_units[i].minutes;
    return minutes >= LATE_MIN && minutes <= LATE_MAX ? post_delay(talk, minutes)
                                                      : ride_handle_text(talk);
}

/* --- confirmation --- */

/* What a cancelled trip means for its passengers. */
struct cancel_effects {
    int64_t agreed;
    int64_t refund;
    struct ride_order first; /* the first agreed ride, or one on board; a nil id: there is none */
};

static void count_affected_passenger(struct cancel_effects *effects, const struct ride_order *rider)
{
    if (slice_is(rider->status, "completed") || slice_is(rider->status, "no_show"))
        return;
    effects->agreed++;
    effects->refund += amount_paid(rider);
    if (slice_is(rider->status, "boarded") ||
        (slice_is(rider->status, "confirmed") &&
         (uuid_is_nil(&effects->first.id) || rider->depart_at < effects->first.depart_at)))
        effects->first = *rider;
}

/* Reads all pages of passengers, as far as the limit of calls allows. */
static bool fetch_cancel_effects(struct talk *talk, struct cancel_effects *effects)
{
    struct ride *ride = talk->data;
    struct ride_orders riders;

    *effects = (struct cancel_effects){.agreed = 0};
    ride->cursor = SLICE_NONE;
    do {
        if (!fetch_passengers(talk, &riders))
            return false;
        for (size_t i = 0; i < riders.count; i++)
            count_affected_passenger(effects, &riders.items[i]);
        ride->cursor = ride->next;
    } while (ride->cursor.at != NULL && talk_calls_left(talk) > 1);
    ride->cursor = SLICE_NONE;
    return true;
}

/* Reads whether the driver is at fault if the trip is cancelled: as for cancelling `first`. A ride
 * on board cannot be cancelled by itself: it is too late, unless the road is closed. */
static bool fetch_if_driver_at_fault(struct talk *talk, const struct ride_order *first,
                                     bool *is_fault)
{
    struct service_answer answer;
    struct answer_cancelling terms;

    *is_fault = false;
    if (uuid_is_nil(&first->id))
        return true;
    if (slice_is(first->status, "boarded")) {
        struct ride_run run;
        if (!fetch_trip(talk, &run))
            return false;
        *is_fault = run.closed_until == FIELD_ABSENT;
        return true;
    }
    if (!drive_get_as_driver(talk, talk_path(talk, "rides", &first->id, "cancel-preview"), &answer))
        return false;
    if (answer.status != 200)
        return true;
    if (!answer_read_cancel_preview(answer.body, talk->arena, &terms, talk->fault))
        return false;
    *is_fault = slice_is(terms.fault, "driver");
    return true;
}

static bool ask_whether_to_cancel(struct talk *talk)
{
    struct cancel_effects effects;
    bool is_fault;

    if (!fetch_cancel_effects(talk, &effects) ||
        !fetch_if_driver_at_fault(talk, &effects.first, &is_fault))
        return false;
    talk_add(talk, TEXT_DRIVE_CANCEL,
             TALK_VALUES({.name = "guests", .number = text_if_positive(effects.agreed)},
                         {.name = "refund", .number = text_if_positive(effects.refund)}));
    if (is_fault)
        talk_say(talk, TEXT_DRIVE_CANCEL_LATE);
    talk_put_button(talk, TEXT_RIDE_BUTTON_CANCEL, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* Adds a text with the name of the passenger of ride->order. */
static bool add_text_with_passenger_name(struct talk *talk, enum text text)
{
    struct slice name = SLICE_NONE;
    struct ride_orders riders;

    if (!fetch_passengers(talk, &riders))
        return false;
    for (size_t i = 0; i < riders.count; i++)
        if (uuid_equal(&riders.items[i].id, &ride_of(talk)->order))
            name = riders.items[i].name;
    talk_mark_reply_confided(talk);
    talk_add(talk, text, TALK_VALUES({.name = "name", .text = name}));
    return true;
}

static bool ask_whether_absent(struct talk *talk)
{
    if (!add_text_with_passenger_name(talk, TEXT_DRIVE_NO_SHOW))
        return false;
    talk_put_button(talk, TEXT_DRIVE_BUTTON_NO_SHOW, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* Whether the step asks about the trip and not about a passenger who did not come. */
static bool is_cancelling(const struct talk *talk)
{
    return uuid_is_nil(&ride_of(talk)->order);
}

static bool is_reporting_absence(const struct talk *talk)
{
    return !is_cancelling(talk);
}

static bool ask_for_confirmation(struct talk *talk)
{
    return is_cancelling(talk) ? ask_whether_to_cancel(talk) : ask_whether_absent(talk);
}

static bool run_confirmed_action(struct talk *talk)
{
    return is_cancelling(talk) ? drive_post_trip_action_and_show(talk, "cancel", SLICE_NONE)
                               : drive_post_passenger_action_and_show(talk, NO_SHOW, SLICE_NONE);
}

/* --- rating a passenger --- */

static bool show_passenger_rating(struct talk *talk)
{
    if (!add_text_with_passenger_name(talk, TEXT_DRIVE_RATE) ||
        !ride_add_stars_or_buttons(talk, true))
        return false;
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool post_tapped_stars(struct talk *talk)
{
    struct service_answer answer;

    if (!ride_post_stars(talk, true, &answer))
        return false;
    return answer.status == 201 ? talk_step(talk, &ride_step_stars)
                                : drive_explain_refusal(talk, &answer, &ride_step_run);
}

/* --- words --- */

/* Takes "5" as a tap of the stars. */
static bool handle_typed_stars(struct talk *talk)
{
    int64_t stars;

    return !talk_is_text_for_staff(talk) && parse_i64(talk->argument, 1, RIDE_STARS_MAX, &stars)
               ? post_tapped_stars(talk)
               : talk_hear_at_flow(talk);
}

/* Taps the button of the action that a text without other meaning names. */
static bool run_named_action(struct talk *talk)
{
    struct ride_run run;

    if (talk_is_text_for_staff(talk))
        return ride_reply_not_understood(talk);
    if (!fetch_trip(talk, &run))
        return false;
    const struct slice action = ride_find_named_action(talk, &run.actions);
    if (action.at == NULL)
        return ride_reply_not_understood(talk);
    talk->argument = action;
    return run_tapped_trip_action(talk);
}

/* --- the steps --- */

static const struct flow_move run_moves[] = {
    {FLOW_TAP, "do",   .act = run_tapped_trip_action     },
    {FLOW_TAP, "on",   .act = run_tapped_passenger_action},
    {FLOW_TAP, "more", .act = ride_show_next_page        },
};
static const struct flow_move late_moves[] = {
    {FLOW_TAP,  "late", .act = post_tapped_delay},
    {FLOW_TEXT, NULL,   .act = post_typed_delay },
};
// clang-format off
static const struct flow_move sure_moves[] = {
    {FLOW_TAP,  "yes", run_confirmed_action, REMARK_YES,    .when = is_reporting_absence},
    {FLOW_WORDS, NULL,  run_confirmed_action, REMARK_YES,    .when = is_cancelling, .unless = FLOW_BOOKS},
    {FLOW_WORDS, NULL,  run_confirmed_action, REMARK_CANCEL, .when = is_cancelling, .unless = FLOW_ASKS | FLOW_NEGATES},
    {FLOW_WORDS, NULL,  talk_go_back,         REMARK_CANCEL, .when = is_reporting_absence},
    {FLOW_WORDS, NULL,  talk_go_back,         .remark = REMARK_NO},
};
// clang-format on
static const struct flow_move stars_moves[] = {
    {FLOW_TAP,  "rate", .act = post_tapped_stars },
    {FLOW_TEXT, NULL,   .act = handle_typed_stars},
};
const struct flow_step ride_step_stars = {"stars", show_passenger_rating,
                                          FLOW_BACK(&ride_step_run, stars_moves)};
const struct flow_step ride_step_run = {"run", show_trip, FLOW_BACK(&ride_step_runs, run_moves),
                                        .unheard = run_named_action};
const struct flow_step ride_step_late = {"late", show_delay_choice,
                                         FLOW_BACK(&ride_step_run, late_moves)};
const struct flow_step ride_step_sure = {"sure", ask_for_confirmation,
                                         FLOW_BACK(&ride_step_run, sure_moves)};
