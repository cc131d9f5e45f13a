// SPDX-License-Identifier: MIT
/* Commands of notifications to the driver about a trip or a ride on it. */
#include "taxi/ride.h"
#include "taxi/ride_steps.h"

static bool begin_with_trip_of_button(struct talk *talk, const struct flow_step *step)
{
    return talk_begin_at(talk, &ride_flow, step) &&
           (talk_read_id(talk, &ride_of(talk)->trip) || talk_step(talk, &ride_step_runs));
}

/* The trip is a new message: the notification may name a passenger to return money to, and the trip
 * does not list passengers whose rides have ended early. */
bool drive_command_show_trip(struct talk *talk)
{
    talk_send_anew(talk);
    return begin_with_trip_of_button(talk, &ride_step_run);
}

bool drive_command_ask_delay(struct talk *talk)
{
    return begin_with_trip_of_button(talk, &ride_step_late);
}

bool drive_command_confirm_departure(struct talk *talk)
{
    return begin_with_trip_of_button(talk, &ride_step_run) &&
           (uuid_is_nil(&ride_of(talk)->trip) ||
            drive_post_trip_action_and_show(talk, "confirm", SLICE_NONE));
}

/* Runs the action on the ride in the button's argument. If the ride has another version than the
 * button, only shows the trip. */
static bool post_action_if_unchanged(struct talk *talk, const char *action)
{
    struct ride *ride;
    struct service_answer answer;
    struct ride_order rider;

    if (!talk_begin_at(talk, &ride_flow, &ride_step_run))
        return false;
    ride = talk->data;
    if (!ride_read_id_and_version(talk, &ride->order, &ride->version))
        return talk_step(talk, &ride_step_runs);
    if (!drive_get_as_driver(talk, ride_path(talk, ""), &answer))
        return false;
    if (answer.status != 200)
        return drive_explain_refusal(talk, &answer, &ride_step_runs);
    if (!ride_read_order(answer.body, talk->arena, &rider, talk->fault))
        return false;
    ride->trip = rider.trip;
    if (rider.version == ride->version)
        return drive_post_passenger_action_and_show(talk, action, SLICE_NONE);
    return talk_step_with(talk, TEXT_RIDE_MOVED_ON, &ride_step_run);
}

bool drive_command_accept_ride(struct talk *talk)
{
    return post_action_if_unchanged(talk, "confirm");
}

bool drive_command_decline_ride(struct talk *talk)
{
    return post_action_if_unchanged(talk, "decline");
}
