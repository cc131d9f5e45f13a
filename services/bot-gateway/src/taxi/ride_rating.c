// SPDX-License-Identifier: MIT
/* Stars that the passenger and the driver give to each other after a ride. */
#include "base/parse.h"

#include "taxi/ride_steps.h"

bool ride_add_stars_or_buttons(struct talk *talk, bool as_driver)
{
    const struct slice path = ride_path(talk, "rating");
    struct service_answer answer;
    int64_t given;

    const bool got =
        as_driver ? drive_get_as_driver(talk, path, &answer) : talk_get(talk, path, &answer);
    if (!got)
        return false;
    if (answer.status != 200)
        return answer.status >= 400 || answer_fail_bad("no rating", talk->fault);
    given = ride_read_given_stars(answer.body, as_driver, talk->arena);
    if (given != FIELD_ABSENT) {
        talk_add(talk, TEXT_RIDE_RATED, TALK_VALUES({.name = "rating", .number = given}));
        return true;
    }
    talk_say(talk, as_driver ? TEXT_DRIVE_RATE_ASK : TEXT_RIDE_RATE);
    talk_new_row(talk);
    for (int stars = 1; stars <= RIDE_STARS_MAX; stars++)
        talk_button(talk, talk_printf(talk, "★ %d", stars), "rate", talk_printf(talk, "%d", stars));
    return true;
}

bool ride_post_stars(struct talk *talk, bool as_driver, struct service_answer *answer)
{
    int64_t stars;

    *answer = (struct service_answer){.status = 201};
    if (!parse_i64(talk->argument, 1, RIDE_STARS_MAX, &stars))
        return true;
    const struct slice path = ride_path(talk, "rating"),
                       body = talk_printf(talk, "{\"stars\":%lld}", (long long)stars);
    return as_driver ? drive_post_as_driver(talk, path, body, answer)
                     : talk_post(talk, path, body, answer);
}
