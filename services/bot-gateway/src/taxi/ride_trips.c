// SPDX-License-Identifier: MIT
/* The trips of a day, and ordering one; what to do if there is none. */
#include "base/ascii.h"
#include "base/now.h"

#include "taxi/ride_steps.h"

enum {
    CHOICE_LEN = 3,  /* length of "02r" after the id of a trip: stops 0 and 2, ASKS_DRIVER */
    WAITS_SHOWN = 2, /* maximum number of full trips with a button to wait for seats */
    WAITS_UNTIL_S = 30 * 60, /* before the departure; as in booking-api */
    DAY_MINUTES = 24 * 60,
    MINUTE_S = 60,
    PHONE_DIGITS_MIN = 10
};
/* The action of a button that orders a trip: one letter, because the argument is long
 * (BUTTON_DATA_MAX). The last letter of the argument says how the trip is ordered: */
#define TAKE        "t"
#define AT_ONCE     'i' /* the seats are held */
#define ASKS_DRIVER 'r' /* the driver must agree */
#define WAITS       'w' /* the trip is full: the ride waits for free seats */
#define ASKS_WAITS  'q' /* both: a seat that is free again is requested of the driver */
/* Only in ride->choice, not in buttons: as ASKS_DRIVER and ASKS_WAITS, and overlaps another ride.
 */
#define ASKS_ANYWAY  'o'
#define WAITS_ANYWAY 'p'

/* --- the search --- */

/* The times between which the passenger wants to leave, in microseconds. */
static void compute_departure_window(const struct ride *ride, int64_t *from_us, int64_t *to_us)
{
    const int64_t midnight = ((int64_t)ride->day * DAY_MINUTES * MINUTE_S - FORMAT_ZONE_S);
    const int64_t before = ride->before > 0 ? ride->before : DAY_MINUTES - 1;

    *from_us = (midnight + ride->after * MINUTE_S) * US_PER_S;
    *to_us = (midnight + before * MINUTE_S) * US_PER_S;
}

static struct slice format_trips_path(struct talk *talk, bool includes_full)
{
    const struct ride *ride = talk->data;
    char first[NOW_RFC3339_LEN + 1], last[NOW_RFC3339_LEN + 1];
    const struct slice what =
        ride->parcel ? talk_printf(talk, "size=%s", ride_size_names[ride->size])
                     : talk_printf(talk, "seats=%lld&child_seats=%lld", (long long)ride->seats,
                                   (long long)ride->child_seats);
    int64_t from, to;

    compute_departure_window(ride, &from, &to);
    now_format_rfc3339(from, first);
    now_format_rfc3339(to, last);
    return talk_printf(talk,
                       "/v1/trips?from=%.*s&to=%.*s&depart_from=%s&depart_to=%s&kind=%s&%.*s"
                       "&limit=%d%s%s%.*s",
                       SLICE_ARG(ride->from), SLICE_ARG(ride->to), first, last,
                       ride_kind_name(ride), SLICE_ARG(what), RIDE_TRIPS_MAX,
                       includes_full ? "&full=true" : "", ride->cursor.len > 0 ? "&cursor=" : "",
                       SLICE_ARG(ride->cursor));
}

/* If the search is refused, goes to the step "to" and stops the move. */
static bool fetch_trips(struct talk *talk, bool includes_full, struct ride_trips *trips)
{
    struct service_answer answer;

    if (!ride_get_or_end(talk, format_trips_path(talk, includes_full), &answer))
        return false;
    if (answer.status == 422 || answer.status == 403)
        return talk_stop(talk, talk_step_with(talk, TEXT_RIDE_REFUSED, &ride_step_to));
    return answer.status == 200
               ? ride_read_found_trips(answer.body, talk->arena, trips, talk->fault)
               : answer_fail_bad("no trips", talk->fault);
}

/* Reads a page of the trips at the wanted time or, if there are none, the first page of the day. */
static bool fetch_trips_or_any_of_day(struct talk *talk, struct ride_trips *trips)
{
    struct ride *ride = talk->data;
    const bool timed = ride->before > 0;

    if (!fetch_trips(talk, false, trips))
        return false;
    if (trips->count > 0 || (!timed && ride->cursor.at == NULL))
        return true;
    ride->after = ride->before = 0;
    ride->cursor = SLICE_NONE;
    if (!fetch_trips(talk, false, trips))
        return false;
    if (timed && trips->count > 0)
        talk_add_paragraph(talk, TEXT_RIDE_OTHER_TIMES);
    return true;
}

/* --- the screen --- */

static void add_search_summary(struct talk *talk, enum text text)
{
    const struct ride *ride = talk->data;
    const struct slice instead = ride_format_load(talk, ride->whole_car, ride->parcel, ride->size);

    talk_add(
        talk, text,
        TALK_VALUES({.name = "title", .text = ride_format_route(talk, ride->from, ride->to)},
                    {.name = "check_in", .number = ride->day},
                    {.name = "seats", .number = instead.at != NULL ? FIELD_ABSENT : ride->seats},
                    {.name = "child_seats",
                     .number = text_if_positive(ride->parcel ? 0 : ride->child_seats)},
                    {.name = "car", .text = instead}));
}

/* What the passenger must know before ordering; "": nothing. */
static struct slice format_trip_note(struct talk *talk, const struct ride_found *found)
{
    if (found->closed_until != FIELD_ABSENT)
        return talk_format(
            talk, TEXT_RIDE_CLOSED,
            TALK_VALUES(
                {.name = "until", .number = found->closed_until, .other = talk->input->now}));
    return found->asks_driver ? talk_label(talk, TEXT_RIDE_ASKS) : SLICE("");
}

/* "18:30", or "26 ноября, чт, 02:00" if that is not on `day`: a night ends on the next day. */
static struct slice format_departure(struct talk *talk, int64_t at_us, int32_t day)
{
    const struct slice clock = ride_format_clock(talk, at_us);
    const struct formatted date = format_date(format_day_of(at_us), talk->language);

    return format_day_of(at_us) == day ? clock
                                       : talk_printf(talk, "%s, %.*s", date.text, SLICE_ARG(clock));
}

void ride_add_trip_text(struct talk *talk, const struct ride_found *found, int32_t day)
{
    const struct slice departure = format_departure(talk, found->depart_at, day);

    talk_add(talk, TEXT_RIDE_TRIP,
             TALK_VALUES({.name = "departure", .text = departure},
                         {.name = "arrival", .text = ride_format_clock(talk, found->arrive_at)},
                         {.name = "car", .text = ride_format_car(talk, &found->car)},
                         {.name = "name", .text = ride_format_driver(talk, &found->car)},
                         {.name = "price", .number = found->price},
                         {.name = "free",
                          .number = ride_of(talk)->parcel ? FIELD_ABSENT
                                                          : text_if_positive(found->free_seats)},
                         {.name = "note", .text = format_trip_note(talk, found)}));
}

static void put_order_button(struct talk *talk, const struct ride_found *found, enum text label,
                             char mode)
{
    const struct slice more =
        talk_printf(talk, "%d%d%c", (int)found->from_stop, (int)found->to_stop, mode);

    talk_new_row(talk);
    talk_button(
        talk,
        talk_format(
            talk, label,
            TALK_VALUES({.name = "clock", .text = ride_format_clock(talk, found->depart_at)},
                        {.name = "price", .number = found->price})),
        TAKE,
        talk_text_or_empty(talk, button_make_id_argument(&found->trip, more.at, talk->arena)));
}

static bool show_found_trips(struct talk *talk, const struct ride_trips *trips)
{
    struct ride *ride = talk->data;
    struct ride_price *prices = arena_alloc(talk->arena, trips->count * sizeof *prices);

    if (prices == NULL)
        return arena_fault(talk->fault);
    ride->prices = (struct field_list){prices, trips->count};
    add_search_summary(talk, TEXT_RIDE_LIST);
    for (size_t i = 0; i < trips->count; i++) {
        const struct ride_found *found = &trips->items[i];
        prices[i] = (struct ride_price){found->trip, found->price};
        ride_add_trip_text(talk, found, ride->day);
        if (found->closed_until == FIELD_ABSENT)
            put_order_button(talk, found,
                             ride->parcel ? TEXT_PARCEL_BUTTON_SEND : TEXT_RIDE_BUTTON_TAKE,
                             found->asks_driver ? ASKS_DRIVER : AT_ONCE);
    }
    ride->next = trips->next;
    if (ride->next.at != NULL)
        talk_put_button(talk, TEXT_BUTTON_MORE, "more");
    talk_put_button(talk, TEXT_RIDE_BUTTON_DAYS, "days");
    return true;
}

/* Offers the days with trips: "сб 28 ноя · 3". */
static void put_nearby_day_buttons(struct talk *talk, const struct foreign_list *nearby)
{
    const struct ride_nearby *days = nearby->items;

    for (size_t i = 0; i < nearby->count; i++) {
        const struct formatted date = format_short_date(days[i].day, talk->language);
        if (!ride_is_day_allowed(talk, days[i].day))
            continue;
        talk_new_row(talk);
        talk_button(talk, talk_printf(talk, "%s · %lld", date.text, (long long)days[i].trips),
                    "day", slice_of(talk_date(talk, days[i].day)));
    }
}

static bool show_no_trips(struct talk *talk, const struct foreign_list *nearby)
{
    const int64_t soonest = talk->input->now + WAITS_UNTIL_S * US_PER_S;
    struct ride_trips full = {.count = 0};

    if (!fetch_trips(talk, true, &full))
        return false;
    add_search_summary(talk, ride_of(talk)->parcel ? TEXT_PARCEL_NOTHING : TEXT_RIDE_NOTHING);
    if (nearby->count > 0)
        talk_say(talk, TEXT_RIDE_NEARBY);
    talk_say(talk, TEXT_RIDE_REQUEST_HINT);
    put_nearby_day_buttons(talk, nearby);
    talk_put_button(talk, TEXT_RIDE_BUTTON_REQUEST, "request");
    for (size_t i = 0; i < full.count && i < WAITS_SHOWN; i++) {
        if (full.items[i].closed_until == FIELD_ABSENT && full.items[i].depart_at > soonest)
            put_order_button(talk, &full.items[i], TEXT_RIDE_BUTTON_WAIT,
                             full.items[i].asks_driver ? ASKS_WAITS : WAITS);
    }
    talk_put_button(talk, TEXT_RIDE_BUTTON_DAYS, "days");
    return true;
}

static bool show_trips(struct talk *talk)
{
    struct ride *ride = talk->data;
    const int64_t after = ride->after, before = ride->before;
    struct ride_trips trips = {.count = 0};

    ride->prices.count = 0;
    if (!fetch_trips_or_any_of_day(talk, &trips))
        return false;
    const bool shown =
        trips.count > 0 ? show_found_trips(talk, &trips) : show_no_trips(talk, &trips.nearby);
    if (trips.count == 0) { /* a request is for the wanted time */
        ride->after = after;
        ride->before = before;
    }
    if (!shown)
        return false;
    ride_put_exit_buttons(talk);
    return true;
}

bool ride_show_next_page(struct talk *talk)
{
    ride_of(talk)->cursor = ride_of(talk)->next;
    return talk_step(talk, talk->step);
}

/* --- ordering --- */

/* Handles the refusal of an order: adds the reason, and goes to the trips or, if existing rides are
 * the reason, to these rides. */
static bool explain_refused_order(struct talk *talk, const struct service_answer *answer)
{
    static const struct talk_refusal refusals[] = {
        {"seats_taken",       TEXT_RIDE_TAKEN,       &ride_step_trips},
        {"car_not_free",      TEXT_RIDE_TAKEN,       &ride_step_trips},
        {"cargo_full",        TEXT_RIDE_TAKEN,       &ride_step_trips},
        {"child_seats_taken", TEXT_RIDE_TAKEN,       &ride_step_trips},
        {"total_changed",     TEXT_RIDE_REPRICED,    &ride_step_trips},
        {"road_closed",       TEXT_RIDE_ROAD_CLOSED, &ride_step_trips},
        {"waitlist_full",     TEXT_RIDE_QUEUE_FULL,  &ride_step_trips},
        {"own_trip",          TEXT_RIDE_OWN,         &ride_step_trips},
        {"too_many_rides",    TEXT_RIDE_MANY,        &ride_step_rides},
        {"too_many_unpaid",   TEXT_RIDE_UNPAID_MANY, &ride_step_rides},
        {"duplicate_ride",    TEXT_RIDE_BUSY,        &ride_step_order},
        {"overlapping_ride",  TEXT_RIDE_BUSY,        &ride_step_order},
    };
    struct ride *ride = talk->data;
    struct answer_refusal refusal;

    if (answer->status == 404)
        return ride_end_unavailable(talk);
    if (!answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    ride->cursor = SLICE_NONE;
    const struct talk_refusal *why = talk_find_refusal(refusals, ARRAY_LEN(refusals), &refusal);
    if (slice_is(refusal.code, "restricted")) {
        talk_add_with_support(talk, TEXT_RIDE_RESTRICTED);
        talk_add_html(talk, SLICE("\n\n"));
        return talk_step(talk, &ride_step_rides);
    }
    if (why == NULL && answer->status != 422 && answer->status != 403)
        return answer_fail_bad("no ride", talk->fault);
    if (why == NULL) /* the name may be refused */
        ride->recipient = ride->recipient_phone = SLICE_NONE;
    talk_add_paragraph(talk, why != NULL ? why->text : TEXT_RIDE_REFUSED);
    if (!uuid_is_nil(&refusal.ride)) {
        ride->order = refusal.ride;
        ride->clashes = true;
    }
    return talk_step(talk, why != NULL ? why->step : &ride_step_trips);
}

/* The price that the passenger saw for ride->trip; 0: not known. */
static int64_t find_price_of_trip(const struct ride *ride)
{
    const struct ride_price *prices = ride->prices.items;

    for (size_t i = 0; i < ride->prices.count; i++)
        if (uuid_equal(&prices[i].trip, &ride->trip))
            return prices[i].price;
    return 0;
}

/* The members of an order that name its trip, and the price that was shown for it, or, if
 * ride->trip is nil, places and times of a ride that looks for a driver. */
static struct slice format_route_members(const struct talk *talk)
{
    const struct ride *ride = talk->data;
    const int64_t soonest = talk->input->now + MINUTE_S * US_PER_S;
    char first[NOW_RFC3339_LEN + 1], last[NOW_RFC3339_LEN + 1];
    int64_t from, to;

    if (!uuid_is_nil(&ride->trip))
        return talk_printf(talk, "\"trip_id\":\"%s\",\"from_stop\":%lld,\"to_stop\":%lld%s%s",
                           talk_id(talk, &ride->trip), (long long)ride->from_stop,
                           (long long)ride->to_stop, ride->price > 0 ? "," : "",
                           ride->price > 0 ? talk_money_member(talk, "expected_total", ride->price)
                                           : "");
    compute_departure_window(ride, &from, &to);
    if (to <= soonest) /* "this morning" in the afternoon: the rest of the day */
        compute_departure_window(&(struct ride){.day = ride->day}, &from, &to);
    now_format_rfc3339(from < soonest ? soonest : from, first);
    now_format_rfc3339(to, last);
    return talk_printf(talk,
                       "\"from\":\"%.*s\",\"to\":\"%.*s\",\"depart_from\":\"%s\","
                       "\"depart_to\":\"%s\"",
                       SLICE_ARG(ride->from), SLICE_ARG(ride->to), first, last);
}

/* The members of an order after "kind": seats or parcel, after a comma; "": none. */
static struct slice format_load_members(const struct talk *talk)
{
    const struct ride *ride = talk->data;
    struct slice recipient = SLICE("null");

    if (!ride->parcel)
        return ride->seats > 0 ? talk_printf(talk, ",\"seats\":%lld,\"child_seats\":%lld",
                                             (long long)ride->seats, (long long)ride->child_seats)
                               : SLICE("");
    if (ride->recipient.at != NULL || ride->recipient_phone.at != NULL)
        recipient =
            talk_printf(talk, "{\"name\":%s,\"phone\":%s}", talk_json_string(talk, ride->recipient),
                        talk_json_string(talk, ride->recipient_phone));
    return talk_printf(talk, ",\"parcel\":{\"size\":\"%s\",\"recipient\":%s}",
                       ride_size_names[ride->size], recipient.at);
}

/* Whether booking-api would refuse the name, because it contains a phone or an account. The name is
 * that of the Telegram account, so the passenger could not correct it here. */
static bool name_has_contact(struct slice name)
{
    size_t digits = 0;

    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '@' || name.at[i] == '/')
            return true;
        digits += ascii_is_digit(name.at[i]);
    }
    return digits >= PHONE_DIGITS_MIN;
}

bool ride_post_order(struct talk *talk, struct slice phone, struct ride_wishes wishes)
{
    struct ride *ride = talk->data;
    struct service_answer answer;
    struct ride_order made;
    struct slice name, contact = SLICE("");

    if (!talk_get_person_name(talk, &name))
        return false;
    if (name_has_contact(name))
        name = talk_label(talk, TEXT_STAY_GUEST_NAME);
    if (phone.at != NULL)
        contact = talk_printf(talk, "\"phone\":\"%.*s\",", SLICE_ARG(phone));
    const struct slice body = talk_printf(
        talk,
        "{%s,\"kind\":\"%s\"%s,\"passenger\":{\"name\":%s,%s\"telegram_id\":%lld,"
        "\"language\":\"%s\"}%s%s}",
        format_route_members(talk).at, ride_kind_name(ride), format_load_members(talk).at,
        talk_json_string(talk, name), contact.at, (long long)talk->input->update.user_id,
        language_names[talk->language], wishes.for_other ? ",\"for_other\":true" : "",
        wishes.wait ? ",\"wait\":true" : "");
    if (!talk_post(talk, SLICE("/v1/rides"), body, &answer))
        return false;
    if (answer.status != 201)
        return explain_refused_order(talk, &answer);
    if (!ride_read_order(answer.body, talk->arena, &made, talk->fault))
        return false;
    ride->order = made.id;
    ride->recipient = ride->recipient_phone = SLICE_NONE;
    return ride_show_returned_ride(talk, &answer);
}

/* If the driver must agree, as for each ride that looks for a driver, the phone is asked for before
 * the order: afterwards only confirming the ride could set the phone. */
bool ride_order_chosen_or_ask_details(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct slice choice = ride->choice;

    if (ride->parcel && (ride->recipient.at == NULL || ride->recipient_phone.at == NULL))
        return talk_step(talk, &ride_step_recipient);
    ride->trip = ride->order = (struct uuid){0};
    if (choice.at == NULL)
        return talk_step(talk, &ride_step_contact);
    talk->argument = choice;
    choice = slice_from(choice, choice.len - CHOICE_LEN);
    talk->argument.len -= CHOICE_LEN;
    if (!talk_read_id(talk, &ride->trip) || !ascii_is_digit(choice.at[0]) ||
        !ascii_is_digit(choice.at[1]))
        return talk_step(talk, &ride_step_trips);
    ride->from_stop = choice.at[0] - '0';
    ride->to_stop = choice.at[1] - '0';
    ride->price = find_price_of_trip(ride);
    if (choice.at[2] == ASKS_DRIVER || choice.at[2] == ASKS_WAITS)
        return talk_step(talk, &ride_step_contact);
    return ride_post_order(talk, SLICE_NONE, (struct ride_wishes){.wait = choice.at[2] == WAITS});
}

/* How the trip that was chosen last is to be ordered; 0: the trip of the order is another one. */
static char find_mode_of_choice(const struct talk *talk)
{
    const struct ride *ride = talk->data;
    const struct slice trip =
        talk_text_or_empty(talk, button_make_id_argument(&ride->trip, "", talk->arena));

    if (ride->choice.len != trip.len + CHOICE_LEN || !slice_starts(ride->choice, trip))
        return '\0';
    return ride->choice.at[ride->choice.len - 1];
}

bool ride_post_order_anyway(struct talk *talk)
{
    struct ride *ride = talk->data;
    const char mode = find_mode_of_choice(talk);

    if (mode != ASKS_DRIVER && mode != ASKS_WAITS)
        return ride_post_order(talk, SLICE_NONE,
                               (struct ride_wishes){.for_other = true, .wait = mode == WAITS});
    ride->order = (struct uuid){0};
    ride->choice = talk_printf(talk, "%.*s%c", (int)ride->choice.len - 1, ride->choice.at,
                               mode == ASKS_WAITS ? WAITS_ANYWAY : ASKS_ANYWAY);
    return talk_step(talk, &ride_step_contact);
}

bool ride_post_order_with_phone(struct talk *talk, struct slice phone)
{
    const char mode = find_mode_of_choice(talk);

    return ride_post_order(
        talk, phone,
        (struct ride_wishes){.for_other = mode == ASKS_ANYWAY || mode == WAITS_ANYWAY,
                             .wait = mode == ASKS_WAITS || mode == WAITS_ANYWAY});
}

static bool order_trip(struct talk *talk)
{
    if (talk->argument.len <= CHOICE_LEN)
        return talk_step(talk, &ride_step_trips);
    ride_of(talk)->choice = talk->argument;
    return ride_order_chosen_or_ask_details(talk);
}

static bool order_request(struct talk *talk)
{
    struct ride *ride = talk->data;

    if (!ride_is_day_allowed(talk, ride->day)) /* the list is of an earlier day */
        return talk_refuse(talk, TEXT_RIDE_DAY_BAD, &ride_step_day);
    ride->choice = SLICE_NONE;
    return ride_order_chosen_or_ask_details(talk);
}

/* --- the steps --- */

static bool go_back_to_size_or_seats(struct talk *talk)
{
    return talk_step(talk, ride_of(talk)->parcel ? &ride_step_size : &ride_step_seats);
}

TALK_LEADS_TO(to_days, &ride_step_days)

// clang-format off
static const struct flow_move trips_moves[] = {
    {FLOW_TAP,  TAKE,      .act = order_trip},
    {FLOW_TAP,  "more",    .act = ride_show_next_page},
    {FLOW_TAP,  "day",     .act = ride_set_tapped_day},
    {FLOW_TAP,  "request", .act = order_request},
    {FLOW_TAP,  "days",    .act = to_days},
    {FLOW_TAP,  "back",    .act = go_back_to_size_or_seats},
};
// clang-format on
const struct flow_step ride_step_trips = {"trips", show_trips, FLOW_MOVES(trips_moves)};
