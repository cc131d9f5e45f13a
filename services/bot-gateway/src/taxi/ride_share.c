// SPDX-License-Identifier: MIT
/* A link that shows friends where the passenger is. It opens this bot, which reads the ride from
 * booking-api by the token in the link. */
#include "base/text.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"

/* Shows the link made in this update; without a link, shows the ride. Neither booking-api nor the
 * dialogue stores the token, so the link cannot be shown again. */
static bool show_share_link(struct talk *talk)
{
    const struct ride_share *share = &ride_of(talk)->share;

    if (share->token.at == NULL)
        return talk_step(talk, &ride_step_order);
    talk_add(talk, TEXT_RIDE_SHARE,
             TALK_VALUES(
                 {.name = "address",
                  .text = talk_printf(talk, "https://t.me/%.*s?start=" RIDE_LINK_PREFIX "%.*s",
                                      SLICE_ARG(talk->input->username), SLICE_ARG(share->token))},
                 {.name = "until", .number = share->until, .other = talk->input->now}));
    talk_mark_reply_confided(talk);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* --- the friend --- */

/* Columns: status, its text, whether the ride is not over, so that it has a button to refresh. */
static const struct {
    const char *name;
    enum text text;
    bool is_live;
} statuses[] = {
    {"confirmed", TEXT_RIDE_SEEN_AHEAD,   true },
    {"boarded",   TEXT_RIDE_SEEN_BOARDED, true },
    {"completed", TEXT_RIDE_COMPLETED,    false},
    {"",          TEXT_RIDE_SEEN_OFF,     false}, /* any other */
};

static bool show_no_shared_ride(struct talk *talk)
{
    talk_say(talk, TEXT_RIDE_SEEN_NONE);
    talk_put_command(talk, TEXT_RIDE_BUTTON_SEARCH, "search");
    return true;
}

static bool show_shared_ride(struct talk *talk, const struct ride_run *run, struct slice token)
{
    const struct slice route = ride_format_route(talk, run->from, run->to);
    size_t status = 0;

    while (status < ARRAY_LEN(statuses) - 1 && !slice_is(run->status, statuses[status].name))
        status++;
    if (run->seen_at != FIELD_ABSENT)
        talk_send_venue(talk, run->place, route,
                        talk_format(talk, TEXT_RIDE_SEEN_PLACE,
                                    TALK_VALUES({.name = "clock",
                                                 .text = ride_format_clock(talk, run->seen_at)})));
    talk_say(talk, statuses[status].text);
    talk_add_html(talk, SLICE("\n\n"));
    talk_add(talk, TEXT_RIDE_CARD,
             TALK_VALUES({.name = "title", .text = route},
                         {.name = "departure", .number = run->depart_at},
                         {.name = "arrival", .number = run->arrive_at, .other = run->depart_at},
                         {.name = "car", .text = ride_format_car(talk, &run->car)},
                         {.name = "name", .text = ride_format_driver(talk, &run->car)}));
    talk_mark_reply_confided(talk);
    if (statuses[status].is_live)
        talk_command_button(talk, talk_label(talk, TEXT_RIDE_BUTTON_SEE), "see", token);
    else
        talk_put_command(talk, TEXT_RIDE_BUTTON_SEARCH, "search");
    return true;
}

bool ride_command_show_shared(struct talk *talk)
{
    const struct slice token = talk->argument;
    struct service_answer answer;
    struct ride_run run;

    talk_skip_history(talk);
    if (token.len != RIDE_TOKEN_LEN || !text_is_url_safe(token))
        return show_no_shared_ride(talk);
    if (!talk_get(talk, talk_printf(talk, "/v1/shared/%.*s", SLICE_ARG(token)), &answer))
        return false;
    if (answer.status == 404)
        return show_no_shared_ride(talk);
    if (answer.status != 200)
        return answer_fail_bad("no shared ride", talk->fault);
    return ride_read_shared_ride(answer.body, talk->arena, &run, talk->fault) &&
           show_shared_ride(talk, &run, token);
}

const struct flow_step ride_step_share = {"share", show_share_link, .back = &ride_step_order};
