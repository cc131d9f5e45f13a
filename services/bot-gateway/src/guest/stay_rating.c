// SPDX-License-Identifier: MIT
/* The guest's rating of a completed stay, by a tap on the notification that asks for it. */
#include "guest/stay.h"
#include "guest/stay_steps.h"

enum { RATING_LEN = 2 }; /* "_5" */

/* "<id>_<rating>"; leaves the id as the argument. */
static bool take_rating(struct talk *talk, int *rating)
{
    const struct slice argument = talk->argument;

    if (argument.len <= RATING_LEN || argument.at[argument.len - RATING_LEN] != '_')
        return false;
    *rating = argument.at[argument.len - 1] - '0';
    talk->argument.len -= RATING_LEN;
    return *rating >= 1 && *rating <= STAY_RATING_MAX;
}

bool stay_rate(struct talk *talk)
{
    struct service_answer answer;
    struct uuid booking;
    int rating;

    if (!take_rating(talk, &rating) || !talk_take_id(talk, &booking))
        return stay_begin_bookings(talk);
    if (!talk_post(talk, talk_path(talk, "bookings", &booking, "rate"),
                   talk_printf(talk, "{\"rating\":%d}", rating), &answer))
        return false;
    talk_say(talk, answer.status == 200 ? TEXT_STAY_RATED : TEXT_STAY_MOVED_ON);
    return talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
}
