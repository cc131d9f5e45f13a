// SPDX-License-Identifier: MIT
/* Lists of an owner's bookings: those that wait for an answer, today's and the week's arrivals and
 * departures. */
#include <stdlib.h>

#include "owner/owner_private.h"
#include "telegram/text.h"

enum { WEEK = 7, NAME_UNITS = 24, EVENTS_MAX = 2 * STAY_BOOKINGS_READ };

/* Values of `list` of struct owner_state: the list from which a booking was opened. */
enum { LIST_HOME, LIST_TODAY, LIST_WEEK, LISTS };
static const struct flow_step *const list_steps[LISTS] = {&owner_step_home, &owner_step_today,
                                                          &owner_step_week};

const struct flow_step *owner_list_step(const struct owner_state *state)
{
    return list_steps[state->list >= 0 && state->list < LISTS ? state->list : LIST_HOME];
}

bool owner_go_back_to_list(struct talk *talk)
{
    return talk_step(talk, owner_list_step(talk->data));
}

/* Opens the tapped booking; an invalid argument shows the list again. */
static bool open_tapped_booking(struct talk *talk)
{
    const struct flow_step *step = talk->step;
    int64_t list = LIST_HOME;

    while (list < LISTS && list_steps[list] != step)
        list++;
    owner_of(talk)->list = list;
    return talk_step(talk,
                     talk_read_id(talk, &owner_of(talk)->booking) ? &owner_step_booking : step);
}

/* --- calls --- */

/* Reads a page of bookings. If the cursor belongs to another query, such as yesterday's, reads the
 * first page. */
static bool fetch_page_of_bookings(struct talk *talk, struct slice query, struct stay_bookings *out)
{
    struct owner_state *state = talk->data;
    struct service_answer answer = {.status = 422};

    for (int i = 0; i < 2 && answer.status == 422; i++) {
        const struct slice page = owner_format_cursor_parameter(talk);
        if (!owner_get_as_owner(talk,
                                talk_printf(talk, "/v1/bookings?%.*s&limit=%d%.*s",
                                            SLICE_ARG(query), STAY_BOOKINGS_READ, SLICE_ARG(page)),
                                &answer))
            return false;
        state->cursor = answer.status == 422 ? SLICE_NONE : state->cursor;
    }
    if (answer.status != 200)
        return talk_stop(talk, owner_fail_or_explain_unbound(talk, "no bookings of an owner"));
    if (!stay_read_bookings(answer.body, talk->arena, out, talk->fault))
        return false;
    state->more = out->next_cursor;
    return true;
}

/* --- buttons --- */

static struct slice apartment_or_booking_code(const struct owner_apartments *apartments,
                                              const struct stay_booking *booking)
{
    for (size_t i = 0; apartments != NULL && i < apartments->count; i++)
        if (uuid_equal(&apartments->items[i].id, &booking->apartment))
            return apartments->items[i].code;
    return booking->code;
}

static void put_booking_button(struct talk *talk, const struct owner_apartments *apartments,
                               const struct stay_booking *booking, struct slice word,
                               struct slice dates)
{
    const struct slice name = {booking->name.at, booking->name.at != NULL
                                                     ? telegram_text_cut(booking->name, NAME_UNITS)
                                                     : 0};
    struct slice label = talk_join(talk, word, " · ", dates);

    label = talk_join(talk, label, " · ", apartment_or_booking_code(apartments, booking));
    label = talk_join(talk, label, " · ", name);
    talk_mark_reply_confided(talk);
    talk_put_id_button(talk, label, "open", &booking->id);
}

static struct slice copy_formatted(const struct talk *talk, const struct formatted *text)
{
    return talk_text_or_empty(talk, arena_copy(talk->arena, formatted_slice(text)));
}

/* Counts are of the shown page. If there are others, says so. */
static void explain_counts_of_page(struct talk *talk)
{
    if (owner_of(talk)->more.at != NULL || owner_of(talk)->cursor.at != NULL)
        talk_say(talk, TEXT_DESK_PAGE);
}

static void put_more_button(struct talk *talk)
{
    if (owner_of(talk)->more.at != NULL)
        talk_put_button(talk, TEXT_BUTTON_MORE, "more");
}

/* --- bookings that wait for an answer --- */

static bool put_waiting_booking_buttons(struct talk *talk, const struct stay_bookings *bookings)
{
    struct owner_apartments *apartments = NULL;

    if (bookings->count > 0 && !owner_fetch_apartments(talk, SLICE(""), &apartments))
        return false;
    for (size_t i = 0; i < bookings->count; i++) {
        const struct stay_booking *booking = &bookings->items[i];
        const struct formatted dates =
            format_date_range(booking->check_in, booking->check_out, talk->language);
        const enum text word =
            slice_is(booking->status, "requested") ? TEXT_DESK_IS_REQUESTED : TEXT_DESK_IS_CLAIMED;
        put_booking_button(talk, apartments, booking, talk_label(talk, word),
                           copy_formatted(talk, &dates));
    }
    put_more_button(talk);
    return true;
}

static bool show_waiting_bookings(struct talk *talk)
{
    const struct owner_state *state = talk->data;
    struct stay_bookings bookings;

    if (!fetch_page_of_bookings(talk, SLICE("status=requested,payment_claimed"), &bookings))
        return false;
    if (bookings.count > 0) {
        talk_add(talk, TEXT_DESK_HOME,
                 TALK_VALUES({.name = "waiting", .number = (int64_t)bookings.count},
                             {.name = "name", .text = state->name}));
        explain_counts_of_page(talk);
    } else {
        talk_add(talk, TEXT_DESK_HOME_IDLE, TALK_VALUES({.name = "name", .text = state->name}));
    }
    if (!put_waiting_booking_buttons(talk, &bookings))
        return false;
    talk_put_button(talk, TEXT_DESK_BUTTON_TODAY, "today");
    talk_button(talk, talk_label(talk, TEXT_DESK_BUTTON_WEEK), "week", SLICE(""));
    talk_put_button(talk, TEXT_DESK_BUTTON_FLATS, "flats");
    if (state->cursor.at == NULL)
        talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    else
        talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* --- days --- */

enum kind { ARRIVES, LEAVES, STAYS, KINDS };
static const enum text kind_words[KINDS] = {
    [ARRIVES] = TEXT_DESK_ARRIVES, [LEAVES] = TEXT_DESK_LEAVES, [STAYS] = TEXT_DESK_STAYS};

struct event {
    int32_t day;
    enum kind kind;
    const struct stay_booking *booking;
};

struct events {
    struct event items[EVENTS_MAX];
    size_t count;
    int64_t kinds[KINDS]; /* number of events of each kind */
};

static void add_event(struct events *events, int32_t day, enum kind kind,
                      const struct stay_booking *booking)
{
    events->items[events->count++] = (struct event){day, kind, booking};
    events->kinds[kind]++;
}

static int compare_events(const void *left, const void *right)
{
    const struct event *a = left, *b = right;

    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->booking > b->booking) - (a->booking < b->booking);
}

/* Lists arrivals and departures from `first` to `last`. A stay that begins before and ends after
 * these days is an event STAYS. */
static void gather_events(const struct stay_bookings *bookings, int32_t first, int32_t last,
                          struct events *events)
{
    events->count = 0;
    for (size_t i = 0; i < bookings->count && i < STAY_BOOKINGS_READ; i++) {
        const struct stay_booking *booking = &bookings->items[i];
        const bool arrives = booking->check_in >= first && booking->check_in <= last,
                   leaves = booking->check_out >= first && booking->check_out <= last;
        if (arrives)
            add_event(events, booking->check_in, ARRIVES, booking);
        if (leaves)
            add_event(events, booking->check_out, LEAVES, booking);
        if (!arrives && !leaves && booking->check_in < first && booking->check_out > last)
            add_event(events, last, STAYS, booking);
    }
    qsort(events->items, events->count, sizeof events->items[0], compare_events);
}

/* Adds a button for each event. `shows_day` is true if the list has several days; labels then show
 * the day. */
static bool put_event_buttons(struct talk *talk, const struct events *events, bool shows_day)
{
    struct owner_apartments *apartments = NULL;

    if (events->count > 0 && !owner_fetch_apartments(talk, SLICE(""), &apartments))
        return false;
    for (size_t i = 0; i < events->count; i++) {
        const struct event *event = &events->items[i];
        const struct formatted day = format_short_date(event->day, talk->language);
        put_booking_button(
            talk, apartments, event->booking, talk_label(talk, kind_words[event->kind]),
            shows_day && event->kind != STAYS ? copy_formatted(talk, &day) : SLICE(""));
    }
    put_more_button(talk);
    return true;
}

/* Shows the events of these days, and a button `other_label` that leads to `other_step`. */
static bool show_events_of_days(struct talk *talk, int32_t first, int32_t last, enum text heading,
                                enum text other_label, const char *other_step)
{
    const struct slice query = talk_printf(talk, "status=confirmed,checked_in&from=%s&to=%s",
                                           talk_date(talk, first - 1), talk_date(talk, last + 1));
    struct events *events = arena_alloc(talk->arena, sizeof *events);
    struct stay_bookings bookings;

    if (events == NULL)
        return arena_fault(talk->fault);
    if (!fetch_page_of_bookings(talk, query, &bookings))
        return false;
    gather_events(&bookings, first, last, events);
    talk_add(talk, heading,
             TALK_VALUES({.name = "check_in", .number = first},
                         {.name = "check_out", .number = last},
                         {.name = "arrivals", .number = events->kinds[ARRIVES]},
                         {.name = "departures", .number = events->kinds[LEAVES]},
                         {.name = "stays", .number = events->kinds[STAYS]}));
    explain_counts_of_page(talk);
    if (!put_event_buttons(talk, events, first != last))
        return false;
    talk_put_button(talk, other_label, other_step);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool show_today_events(struct talk *talk)
{
    const int32_t today = format_day_of(talk->input->now);

    return show_events_of_days(talk, today, today, TEXT_DESK_TODAY, TEXT_DESK_BUTTON_WEEK, "week");
}

static bool show_week_events(struct talk *talk)
{
    const int32_t today = format_day_of(talk->input->now);

    return show_events_of_days(talk, today, today + WEEK - 1, TEXT_DESK_WEEK,
                               TEXT_DESK_BUTTON_TODAY, "today");
}

/* --- the steps --- */

OWNER_LEADS_TO_LIST(to_apartments, &owner_step_apartments)
OWNER_LEADS_TO_LIST(to_home, &owner_step_home)
OWNER_LEADS_TO_LIST(to_today, &owner_step_today)
OWNER_LEADS_TO_LIST(to_week, &owner_step_week)

static const struct flow_move home_moves[] = {
    {FLOW_TAP, "open",  .act = open_tapped_booking },
    {FLOW_TAP, "more",  .act = owner_show_next_page},
    {FLOW_TAP, "today", .act = to_today            },
    {FLOW_TAP, "week",  .act = to_week             },
    {FLOW_TAP, "flats", .act = to_apartments       },
    {FLOW_TAP, "back",  .act = to_home             },
};
static const struct flow_move today_moves[] = {
    {FLOW_TAP, "open", .act = open_tapped_booking },
    {FLOW_TAP, "more", .act = owner_show_next_page},
    {FLOW_TAP, "week", .act = to_week             },
    {FLOW_TAP, "back", .act = to_home             },
};
static const struct flow_move week_moves[] = {
    {FLOW_TAP, "open",  .act = open_tapped_booking },
    {FLOW_TAP, "more",  .act = owner_show_next_page},
    {FLOW_TAP, "today", .act = to_today            },
    {FLOW_TAP, "back",  .act = to_home             },
};
const struct flow_step owner_step_home = {"home", show_waiting_bookings, FLOW_MOVES(home_moves)};
const struct flow_step owner_step_today = {"today", show_today_events, FLOW_MOVES(today_moves)};
const struct flow_step owner_step_week = {"week", show_week_events, FLOW_MOVES(week_moves)};
