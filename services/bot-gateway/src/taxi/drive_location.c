// SPDX-License-Identifier: MIT
/* The place of the driver's car. The driver sends a location, or shares a live location, whose
 * changes Telegram reports as edits of that message. booking-api finds the trip, and shows the
 * place to its passengers and in shared rides (ride_share.c). */
#include "base/now.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"

enum { AHEAD_S = 3600 /* before the departure; booking-api refuses earlier locations */ };

void drive_add_location_hint(struct talk *talk, const struct ride_run *run)
{
    if (slice_is(run->status, "started") ||
        (slice_is(run->status, "scheduled") &&
         run->depart_at <= talk->input->now + AHEAD_S * US_PER_S))
        talk_say(talk, TEXT_DRIVE_LOCATION_HINT);
}

/* Sets the status of the answer to 403 without this call if the person is no driver, and to 404 if
 * booking-api has no rides. */
static bool put_location(struct talk *talk, struct service_answer *answer)
{
    const struct update_view *update = &talk->input->update;
    const int64_t sent_at = update->edited_at > 0 ? update->edited_at : update->sent_at;
    char at[NOW_RFC3339_LEN + 1];
    struct ride_driver driver;

    if (!talk_get_person_records(talk, "drivers", answer))
        return false;
    if (answer->status != 200)
        return true;
    if (!ride_read_first_driver(answer->body, talk->arena, &driver, talk->fault))
        return false;
    if (talk->flow == &ride_flow) /* the step that is shown again need not read the driver */
        ride_of(talk)->driver = driver;
    now_format_rfc3339(sent_at > 0 ? sent_at : talk->input->now, at);
    const struct service_call call = {
        .method = "PUT",
        .path = talk_path(talk, "drivers", &driver.id, "location"),
        .body = talk_printf(talk, "{\"lat\":%.6f,\"lon\":%.6f,\"at\":\"%s\"}", update->location.lat,
                            update->location.lon, at),
        .actor = SERVICE_AS_DRIVER,
        .actor_id = driver.id,
    };
    return talk_call_or_refuse_without_actor(talk, &call, answer);
}

bool drive_take_location(struct talk *talk)
{
    const bool searches = talk->flow == &ride_flow && ride_is_searching_or_publishing(talk);
    struct service_answer answer;

    if (!put_location(talk, &answer))
        return false;
    if (answer.status != 200 && searches)
        return ride_take_location(talk);
    if (answer.status != 200 && answer.status != 409) {
        if (talk->flow != NULL)
            return ride_reply_not_understood(talk);
        return ride_begin_search(talk) && ride_take_location(talk);
    }
    talk_add_paragraph(talk,
                       answer.status == 200 ? TEXT_DRIVE_LOCATION : TEXT_DRIVE_LOCATION_EARLY);
    return talk->flow == &ride_flow ? talk_repeat_step(talk)
                                    : talk_begin_at(talk, &ride_flow, &ride_step_runs);
}

/* A call that fails is not repeated: the next change comes soon, and meanwhile the person's
 * messages would wait. */
bool drive_take_moved_location(struct talk *talk)
{
    struct service_answer answer;

    return put_location(talk, &answer) ||
           ((talk->fault->kind == FAULT_UNAVAILABLE || talk->fault->kind == FAULT_TIMEOUT) &&
            talk_stop(talk, true));
}
