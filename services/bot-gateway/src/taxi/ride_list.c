// SPDX-License-Identifier: MIT
/* All rides of the passenger, the newest first. */
#include "taxi/ride.h"
#include "taxi/ride_steps.h"

/* Adds the button of a ride: "✅ сб 28 ноя · Алматы → Тараз". */
static void put_ride_button(struct talk *talk, const struct ride_order *order)
{
    const bool agreed = slice_is(order->status, "confirmed") || slice_is(order->status, "boarded");
    const struct formatted date =
        format_short_date(format_day_of(order->depart_at), talk->language);
    const struct slice route = ride_format_route(talk, order->from, order->to);

    talk_put_id_button(
        talk, talk_printf(talk, "%s%s · %.*s", agreed ? "✅ " : "", date.text, SLICE_ARG(route)),
        "open", &order->id);
}

static bool show_rides(struct talk *talk)
{
    const struct slice page = ride_format_page_query(talk);
    struct service_answer answer;
    struct ride_orders orders;

    if (!ride_get_or_end(talk, talk_printf(talk, "/v1/rides?%.*s", SLICE_ARG(page)), &answer))
        return false;
    if (answer.status != 200)
        return answer_fail_bad("no rides", talk->fault);
    if (!ride_read_orders(answer.body, talk->arena, &orders, talk->fault))
        return false;
    talk_say(talk, orders.count > 0 ? TEXT_RIDE_MINE : TEXT_RIDE_MINE_NONE);
    for (size_t i = 0; i < orders.count; i++)
        put_ride_button(talk, &orders.items[i]);
    ride_put_more_button(talk, orders.next);
    talk_put_command(talk, TEXT_RIDE_BUTTON_SEARCH, "search");
    return true;
}

static bool open_tapped_ride(struct talk *talk)
{
    return talk_step(talk, talk_read_id(talk, &ride_of(talk)->order) ? &ride_step_order
                                                                     : &ride_step_rides);
}

bool ride_show_all_rides(struct talk *talk)
{
    return talk_begin_at(talk, &ride_flow, &ride_step_rides);
}

/* --- the step --- */

static const struct flow_move rides_moves[] = {
    {FLOW_TAP, "open", .act = open_tapped_ride},
    {FLOW_TAP, "more", .act = ride_show_more  },
};
const struct flow_step ride_step_rides = {"rides", show_rides, FLOW_MOVES(rides_moves)};
