// SPDX-License-Identifier: MIT
/* What a guest has booked: all of it, what waits for something, and what is held when he stops. */
#include "guest/stay.h"
#include "guest/stay_steps.h"

#define LIVE "status=held,requested,payment_claimed,confirmed,checked_in"
#define OVER "status=completed,expired,declined,cancelled,no_show"

bool stay_ask_bookings(struct talk *talk, struct slice query, struct stay_bookings *out,
                       struct fault *fault)
{
    struct service_answer answer;

    if (query.at == NULL)
        return arena_fault(fault);
    if (!stay_get(talk, arena_printf(talk->arena, "/v1/bookings?%.*s", SLICE_ARG(query)), &answer,
                  fault))
        return false;
    return answer.status == 200 ? stay_read_bookings(answer.body, talk->arena, out, fault)
                                : stay_bad_answer("no bookings", fault);
}

static bool put_all(struct talk *talk, const struct stay_bookings *bookings, struct fault *fault)
{
    for (size_t i = 0; i < bookings->count; i++)
        if (!stay_put_booking(talk, &bookings->items[i], "open", fault))
            return false;
    return true;
}

/* Opens the one that was tapped; `back` is the step to which an unreadable tap leads. */
static bool open_booking(struct talk *talk, const char *back, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->claimed = false;
    return talk_step(talk, stay_take_id(talk, &stay->booking) ? "booking" : back, fault);
}

/* --- from a search and back to it --- */

static const char *const search_steps[] = {"city", "day", "nights", "guests",
                                           "list", "all", "flat"};

/* NULL: it is none of a search. */
static const char *find_search_step(struct slice name)
{
    for (size_t i = 0; i < sizeof search_steps / sizeof search_steps[0]; i++)
        if (slice_is(name, search_steps[i]))
            return search_steps[i];
    return NULL;
}

/* A search that has led to a booking goes on with the flats that were found. */
static struct slice step_of_search(const struct talk *talk)
{
    const struct stay *stay = talk->data;
    const struct slice step = slice_of(talk->step->name);

    if (find_search_step(step) != NULL)
        return step;
    return stay->left.at == NULL && stay->searched ? SLICE("list") : stay->left;
}

bool stay_begin_mine(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    if (talk->flow != &stay_flow)
        return talk_begin_at(talk, &stay_flow, "mine", fault);
    stay->left = step_of_search(talk);
    return stay_first_mine(talk, fault);
}

bool stay_to_search(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    const char *step = find_search_step(stay->left);

    stay->opened = false;
    return talk_step(talk, step != NULL ? step : "city", fault);
}

bool stay_begin_booking(struct talk *talk, struct fault *fault)
{
    return talk_begin_at(talk, &stay_flow, "mine", fault) && open_booking(talk, "mine", fault);
}

/* --- all of them --- */

/* A page of those that live or of those that are over; `more` is set to the one behind it. */
static bool put_page(struct talk *talk, bool over, struct slice cursor, size_t *count,
                     struct fault *fault)
{
    struct stay *stay = talk->data;
    struct stay_bookings bookings;
    const struct slice query =
        arena_printf(talk->arena, "%s&limit=%d%s%.*s", over ? OVER : LIVE, STAY_BOOKINGS_MAX,
                     cursor.at != NULL ? "&cursor=" : "", SLICE_ARG(cursor));

    if (!stay_ask_bookings(talk, query, &bookings, fault))
        return false;
    *count += bookings.count;
    stay->more = (struct stay_page){over, bookings.next_cursor};
    return put_all(talk, &bookings, fault);
}

static bool put_ways(struct talk *talk, struct fault *fault)
{
    const struct stay *stay = talk->data;
    const bool first = stay->page.cursor.at == NULL && !stay->page.over;

    if (stay->more.cursor.at != NULL && !stay_put(talk, TEXT_BUTTON_MORE, "more", fault))
        return false;
    if (stay->left.at != NULL && !stay_put(talk, TEXT_STAY_BUTTON_SEARCH, "search", fault))
        return false;
    return first ? stay_put_command(talk, TEXT_BUTTON_SEARCH, "search", fault)
                 : stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
}

/* Behind the last of those that live come those that are over, on the same page. */
bool stay_show_mine(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    const struct stay_page page = stay->page;
    size_t count = 0;

    if (!put_page(talk, page.over, page.cursor, &count, fault))
        return false;
    if (!page.over && stay->more.cursor.at == NULL &&
        !put_page(talk, true, (struct slice){NULL, 0}, &count, fault))
        return false;
    talk_add(talk, count > 0 ? TEXT_STAY_MINE : TEXT_STAY_MINE_NONE, TALK_NO_VALUES);
    return put_ways(talk, fault);
}

bool stay_open_mine(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->opened = true;
    return open_booking(talk, "mine", fault);
}

bool stay_more_mine(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->page = stay->more;
    return talk_step(talk, "mine", fault);
}

bool stay_first_mine(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->page = (struct stay_page){.over = false};
    return talk_step(talk, "mine", fault);
}

/* --- those that wait for something --- */

bool stay_show_holds(struct talk *talk, struct fault *fault)
{
    struct stay_bookings bookings;

    if (!stay_ask_bookings(talk, SLICE("status=held,requested,payment_claimed&limit=3"), &bookings,
                           fault))
        return false;
    talk_add(talk, bookings.count > 0 ? TEXT_STAY_HOLDS : TEXT_STAY_NO_HOLDS, TALK_NO_VALUES);
    return put_all(talk, &bookings, fault) && stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
}

bool stay_take_hold(struct talk *talk, struct fault *fault)
{
    return open_booking(talk, "holds", fault);
}

/* --- those that are held when the guest stops --- */

static bool put_release(struct talk *talk, const struct stay_booking *booking, struct fault *fault)
{
    const struct formatted dates =
        format_range(booking->check_in, booking->check_out, talk->language);

    return stay_put_id(talk,
                       talk_format(talk, TEXT_STAY_BUTTON_RELEASE,
                                   TALK_VALUES({.name = "code", .text = booking->code},
                                               {.name = "dates", .text = formatted_slice(&dates)})),
                       "drop", &booking->id, fault);
}

bool stay_show_release(struct talk *talk, struct fault *fault)
{
    struct stay_bookings bookings;

    if (!stay_ask_bookings(talk, SLICE("status=held&limit=3"), &bookings, fault))
        return false;
    if (bookings.count == 0) {
        talk_end(talk);
        return stay_put_command(talk, TEXT_BUTTON_SEARCH, "search", fault);
    }
    talk_add(talk, TEXT_STAY_RELEASE, TALK_NO_VALUES);
    for (size_t i = 0; i < bookings.count; i++)
        if (!put_release(talk, &bookings.items[i], fault))
            return false;
    return stay_put_command(talk, TEXT_BUTTON_MYBOOKINGS, "mybookings", fault) &&
           stay_put_command(talk, TEXT_BUTTON_SEARCH, "search", fault);
}

/* One that is not held any more, but confirmed perhaps, is shown as it stands. Where something was
 * paid meanwhile, booking-api refuses, and the guest sees what he gets back. */
bool stay_release(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct stay_booking booking;
    bool found;

    if (!stay_take_id(talk, &stay->booking))
        return talk_step(talk, "release", fault);
    if (!stay_ask_bare_booking(talk, &booking, &found, fault))
        return false;
    if (!found || !slice_is(booking.status, "held"))
        return talk_step(talk, "booking", fault);
    stay->refund = 0;
    return stay_cancel(talk, fault);
}
