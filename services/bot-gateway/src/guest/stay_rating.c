// SPDX-License-Identifier: MIT
/* The guest's rating of a completed stay, by a tap on the notification that asks for it. */
#include "guest/stay.h"
#include "guest/stay_steps.h"

bool stay_store_rating(struct talk *talk)
{
    struct service_answer answer;
    struct uuid booking;
    int64_t rating;

    /* in the argument, the rating follows the id as a version would */
    if (!talk_read_id_and_version(talk, &booking, &rating) || rating < 1 ||
        rating > STAY_RATING_MAX)
        return stay_begin_bookings(talk);
    if (!talk_post(talk, talk_path(talk, "bookings", &booking, "rate"),
                   talk_printf(talk, "{\"rating\":%lld}", (long long)rating), &answer))
        return false;
    talk_say(talk, answer.status == 200 ? TEXT_STAY_RATED : TEXT_STAY_MOVED_ON);
    return talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
}
