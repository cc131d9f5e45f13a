// SPDX-License-Identifier: MIT
/* Lists of an owner's bookings: what waits for him, who comes and goes today, and in a week. */
#include <stdlib.h>

#include "base/date.h"

#include "owner/owner_private.h"
#include "telegram/text.h"

enum { WEEK = 7, NAME_UNITS = 24, EVENTS_MAX = 2 * STAY_BOOKINGS_READ };

/* Where a booking was opened: struct desk, list. */
enum { LIST_HOME, LIST_TODAY, LIST_WEEK, LISTS };
static const char *const list_steps[LISTS] = {"home", "today", "week"};

const char *desk_list_step(const struct desk *desk)
{
    return list_steps[desk->list >= 0 && desk->list < LISTS ? desk->list : LIST_HOME];
}

bool desk_to_list(struct talk *talk, struct fault *fault)
{
    return talk_step(talk, desk_list_step(talk->data), fault);
}

/* An unreadable tap shows the list again. */
static bool open_from(struct talk *talk, int list, struct fault *fault)
{
    struct desk *desk = talk->data;

    desk->list = list;
    return talk_step(talk, stay_take_id(talk, &desk->booking) ? "booking" : list_steps[list],
                     fault);
}

static bool turn(struct talk *talk, int list, struct fault *fault)
{
    struct desk *desk = talk->data;

    desk->cursor = desk->more;
    return talk_step(talk, list_steps[list], fault);
}

#define LIST(name, list)                                                                           \
    bool desk_open_from_##name(struct talk *talk, struct fault *fault)                             \
    {                                                                                              \
        return open_from(talk, list, fault);                                                       \
    }                                                                                              \
    bool desk_turn_##name(struct talk *talk, struct fault *fault)                                  \
    {                                                                                              \
        return turn(talk, list, fault);                                                            \
    }
LIST(home, LIST_HOME)
LIST(today, LIST_TODAY)
LIST(week, LIST_WEEK)

/* --- what is asked --- */

/* A page of bookings. One whose cursor belongs to another day's query begins anew. */
static bool ask(struct talk *talk, struct slice query, struct stay_bookings *out, bool *told,
                struct fault *fault)
{
    struct desk *desk = talk->data;
    struct service_answer answer = {.status = 422};

    for (int i = 0; i < 2 && answer.status == 422; i++) {
        const struct slice page = desk_page(talk);
        if (query.at == NULL || page.at == NULL)
            return arena_fault(fault);
        if (!desk_get(talk,
                      arena_printf(talk->arena, "/v1/bookings?%.*s&limit=%d%.*s", SLICE_ARG(query),
                                   STAY_BOOKINGS_READ, SLICE_ARG(page)),
                      &answer, fault))
            return false;
        desk->cursor = answer.status == 422 ? (struct slice){NULL, 0} : desk->cursor;
    }
    *told = answer.status == 200;
    if (!*told)
        return desk_missing(talk, "no bookings of an owner", fault);
    if (!stay_read_bookings(answer.body, talk->arena, out, fault))
        return false;
    desk->more = out->next_cursor;
    return true;
}

/* Those of confirmed stays with a night or a departure from `first` to `last`. */
static bool ask_days(struct talk *talk, int32_t first, int32_t last, struct stay_bookings *out,
                     bool *told, struct fault *fault)
{
    char from[DATE_TEXT_LEN + 1], to[DATE_TEXT_LEN + 1];

    date_format(first - 1, from);
    date_format(last + 1, to);
    return ask(talk,
               arena_printf(talk->arena, "status=confirmed,checked_in&from=%s&to=%s", from, to),
               out, told, fault);
}

/* --- what is shown of a booking --- */

static struct slice code_of(const struct desk_flats *flats, const struct stay_booking *booking)
{
    for (size_t i = 0; flats != NULL && i < flats->count; i++)
        if (uuid_equal(&flats->items[i].id, &booking->flat))
            return flats->items[i].code;
    return booking->code;
}

static bool put_booking(struct talk *talk, const struct desk_flats *flats,
                        const struct stay_booking *booking, struct slice word, struct slice dates,
                        struct fault *fault)
{
    const struct slice name = {booking->name.at, booking->name.at != NULL
                                                     ? telegram_text_cut(booking->name, NAME_UNITS)
                                                     : 0};
    const struct slice parts[] = {word, dates, code_of(flats, booking), name};

    if (word.at == NULL || dates.at == NULL)
        return arena_fault(fault);
    talk_confide_reply(talk);
    return stay_put_id(talk, desk_label(talk, parts, sizeof parts / sizeof parts[0]), "open",
                       &booking->id, fault);
}

static struct slice copy(const struct talk *talk, const struct formatted *said)
{
    return arena_copy(talk->arena, formatted_slice(said));
}

static bool put_more(struct talk *talk, struct fault *fault)
{
    const struct desk *desk = talk->data;

    return desk->more.at == NULL || stay_put(talk, TEXT_BUTTON_MORE, "more", fault);
}

/* --- what waits for the owner --- */

static bool put_waiting(struct talk *talk, const struct stay_bookings *bookings,
                        struct fault *fault)
{
    struct desk_flats *flats = NULL;

    if (bookings->count > 0 && !desk_ask_flats(talk, SLICE(""), &flats, fault))
        return false;
    for (size_t i = 0; i < bookings->count; i++) {
        const struct stay_booking *booking = &bookings->items[i];
        const struct formatted dates =
            format_range(booking->check_in, booking->check_out, talk->language);
        const enum text word =
            slice_is(booking->status, "requested") ? TEXT_DESK_IS_REQUESTED : TEXT_DESK_IS_CLAIMED;
        if (!put_booking(talk, flats, booking, talk_format(talk, word, TALK_NO_VALUES),
                         copy(talk, &dates), fault))
            return false;
    }
    return put_more(talk, fault);
}

bool desk_show_home(struct talk *talk, struct fault *fault)
{
    const struct desk *desk = talk->data;
    struct stay_bookings bookings;
    struct text_value values[2];
    size_t count = 1;
    bool told;

    if (!ask(talk, SLICE("status=requested,payment_claimed"), &bookings, &told, fault))
        return false;
    if (!told)
        return true;
    values[0] = (struct text_value){.name = "waiting", .number = (int64_t)bookings.count};
    if (desk->name.at != NULL)
        values[count++] = (struct text_value){.name = "name", .text = desk->name};
    talk_add(talk, bookings.count > 0 ? TEXT_DESK_HOME : TEXT_DESK_HOME_IDLE,
             bookings.count > 0 ? values : values + 1, bookings.count > 0 ? count : count - 1);
    if (!put_waiting(talk, &bookings, fault) ||
        !stay_put(talk, TEXT_DESK_BUTTON_TODAY, "today", fault) ||
        !talk_button(talk, talk_format(talk, TEXT_DESK_BUTTON_WEEK, TALK_NO_VALUES), "week",
                     SLICE(""), fault) ||
        !stay_put(talk, TEXT_DESK_BUTTON_FLATS, "flats", fault))
        return false;
    return desk->cursor.at == NULL ? stay_put_command(talk, TEXT_BUTTON_HELP, "help", fault)
                                   : stay_put(talk, TEXT_BUTTON_BACK, "back", fault);
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
    int64_t kinds[KINDS]; /* how many of each */
};

static void add(struct events *events, int32_t day, enum kind kind,
                const struct stay_booking *booking)
{
    events->items[events->count++] = (struct event){day, kind, booking};
    events->kinds[kind]++;
}

static int compare(const void *left, const void *right)
{
    const struct event *a = left, *b = right;

    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->booking > b->booking) - (a->booking < b->booking);
}

/* From `first` to `last`; who neither comes nor goes then stays all the time. */
static void gather(const struct stay_bookings *bookings, int32_t first, int32_t last,
                   struct events *events)
{
    events->count = 0;
    for (size_t i = 0; i < bookings->count && i < STAY_BOOKINGS_READ; i++) {
        const struct stay_booking *booking = &bookings->items[i];
        const bool arrives = booking->check_in >= first && booking->check_in <= last,
                   leaves = booking->check_out >= first && booking->check_out <= last;
        if (arrives)
            add(events, booking->check_in, ARRIVES, booking);
        if (leaves)
            add(events, booking->check_out, LEAVES, booking);
        if (!arrives && !leaves && booking->check_in < first && booking->check_out > last)
            add(events, last, STAYS, booking);
    }
    qsort(events->items, events->count, sizeof events->items[0], compare);
}

/* Each with its day where there are several. */
static bool put_events(struct talk *talk, const struct events *events, bool days,
                       struct fault *fault)
{
    struct desk_flats *flats = NULL;

    if (events->count > 0 && !desk_ask_flats(talk, SLICE(""), &flats, fault))
        return false;
    for (size_t i = 0; i < events->count; i++) {
        const struct event *event = &events->items[i];
        const struct formatted day = format_short_date(event->day, talk->language);
        if (!put_booking(talk, flats, event->booking,
                         talk_format(talk, kind_words[event->kind], TALK_NO_VALUES),
                         days && event->kind != STAYS ? copy(talk, &day) : SLICE(""), fault))
            return false;
    }
    return put_more(talk, fault);
}

/* Below stands the way to the other one of these lists. */
static bool show_days(struct talk *talk, int32_t first, int32_t last, enum text heading,
                      enum text other, const char *step, struct fault *fault)
{
    const struct formatted from = format_date(first, talk->language),
                           to = format_date(last, talk->language);
    struct events *events = arena_alloc(talk->arena, sizeof *events);
    struct stay_bookings bookings;
    bool told;

    if (events == NULL)
        return arena_fault(fault);
    if (!ask_days(talk, first, last, &bookings, &told, fault))
        return false;
    if (!told)
        return true;
    gather(&bookings, first, last, events);
    talk_add(talk, heading,
             TALK_VALUES({.name = "check_in", .text = formatted_slice(&from)},
                         {.name = "check_out", .text = formatted_slice(&to)},
                         {.name = "arrivals", .number = events->kinds[ARRIVES]},
                         {.name = "departures", .number = events->kinds[LEAVES]},
                         {.name = "stays", .number = events->kinds[STAYS]}));
    return put_events(talk, events, first != last, fault) && stay_put(talk, other, step, fault) &&
           stay_put(talk, TEXT_BUTTON_BACK, "back", fault);
}

bool desk_show_today(struct talk *talk, struct fault *fault)
{
    const int32_t today = format_day_of(talk->input->now);

    return show_days(talk, today, today, TEXT_DESK_TODAY, TEXT_DESK_BUTTON_WEEK, "week", fault);
}

bool desk_show_week(struct talk *talk, struct fault *fault)
{
    const int32_t today = format_day_of(talk->input->now);

    return show_days(talk, today, today + WEEK - 1, TEXT_DESK_WEEK, TEXT_DESK_BUTTON_TODAY, "today",
                     fault);
}
