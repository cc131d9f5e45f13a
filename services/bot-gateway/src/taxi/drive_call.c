// SPDX-License-Identifier: MIT
/* What steps of a driver share: who the driver is, calls as the driver, the trip to publish.
 * booking-api finds the driver by the person's telegram_id; the bot stores no such link. Staff
 * register drivers. */
#include "base/now.h"

#include "phrases/phrase.h"
#include "taxi/ride.h"
#include "taxi/ride_steps.h"

enum { MINUTE_S = 60, DAY_S = 24 * 3600 };

bool drive_identify_driver(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct service_answer answer;

    if (ride->is_off || ride->driver.status.at != NULL)
        return true;
    if (!talk_get_person_records(talk, "drivers", &answer))
        return false;
    ride->is_off = answer.status == 404;
    if (ride->is_off)
        return true;
    return answer.status == 200
               ? ride_read_first_driver(answer.body, talk->arena, &ride->driver, talk->fault)
               : answer_fail_bad("no drivers", talk->fault);
}

bool drive_call_as_driver(struct talk *talk, struct service_call call,
                          struct service_answer *answer)
{
    if (!drive_identify_driver(talk))
        return false;
    call.actor = SERVICE_AS_DRIVER;
    call.actor_id = ride_of(talk)->driver.id;
    return talk_call_or_refuse_without_actor(talk, &call, answer);
}

bool drive_get_as_driver(struct talk *talk, struct slice path, struct service_answer *answer)
{
    return drive_call_as_driver(talk, (struct service_call){.method = "GET", .path = path}, answer);
}

bool drive_post_as_driver(struct talk *talk, struct slice path, struct slice body,
                          struct service_answer *answer)
{
    const struct service_call call = {.method = "POST", .path = path, .body = body};

    return drive_call_as_driver(talk, call, answer);
}

/* Columns: code of a refusal, text, the step to go to (NULL: the caller's `step`). */
static const struct talk_refusal refusals[] = {
    {"driver_busy",         TEXT_DRIVE_BUSY,         &ride_step_run     },
    {"too_soon",            TEXT_DRIVE_SOON,         &ride_step_clock   },
    {"beyond_window",       TEXT_RIDE_DAY_BAD,       &ride_step_day     },
    {"too_many_seats",      TEXT_DRIVE_SEATS_MANY,   &ride_step_seats   },
    {"price_out_of_bounds", TEXT_DRIVE_PRICE_BOUNDS, &ride_step_price   },
    {"too_many_trips",      TEXT_DRIVE_MANY,         &ride_step_runs    },
    {"too_long",            TEXT_DRIVE_LONG,         &ride_step_stops   },
    {"document_expired",    TEXT_DRIVE_PAPERS,       &ride_step_drive   },
    {"driver_not_active",   TEXT_DRIVE_REFUSED,      &ride_step_drive   },
    {"driver_suspended",    TEXT_DRIVE_REFUSED,      &ride_step_drive   },
    {"unsettled_rides",     TEXT_DRIVE_UNSETTLED,    NULL               },
    {"too_early",           TEXT_DRIVE_EARLY,        NULL               },
    {"ride_taken",          TEXT_DRIVE_TAKEN,        &ride_step_requests},
    {"own_trip",            TEXT_RIDE_OWN,           &ride_step_requests},
    {"wrong_code",          TEXT_DRIVE_CODE_WRONG,   &ride_step_code    },
    {"code_locked",         TEXT_DRIVE_REFUSED,      NULL               },
};
/* Refusals with other codes. not_so: status 422 or 403, the data was bad. moved_on: other statuses,
 * the ride or trip has changed. */
static const struct talk_refusal not_so = {"", TEXT_DRIVE_REFUSED, NULL};
static const struct talk_refusal moved_on = {"", TEXT_RIDE_MOVED_ON, NULL};
/* For driver_busy at other steps than "run": the trip is not published yet, so the driver can
 * choose another time. */
static const struct talk_refusal busy = {"driver_busy", TEXT_DRIVE_BUSY_CLOCK, &ride_step_clock};

bool drive_explain_refusal(struct talk *talk, const struct service_answer *answer,
                           const struct flow_step *step)
{
    struct ride *ride = talk->data;
    struct answer_refusal refusal;

    if (ride->is_off || uuid_is_nil(&ride->driver.id))
        return talk_step(talk, &ride_step_drive);
    if (answer->status < 400)
        return answer_fail_bad("an unexpected status", talk->fault);
    if (!answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    const struct talk_refusal *why = talk_find_refusal(refusals, ARRAY_LEN(refusals), &refusal);
    if (step != &ride_step_run && talk_find_refusal(&busy, 1, &refusal) != NULL)
        why = &busy;
    if (why == NULL)
        why = answer->status == 422 || answer->status == 403 ? &not_so : &moved_on;
    ride->answered = SLICE_NONE;
    if (!uuid_is_nil(&refusal.trip)) {
        ride->trip = refusal.trip;
        ride->cursor = SLICE_NONE;
    }
    return talk_step_with(talk, why->text, why->step != NULL ? why->step : step);
}

bool drive_get_or_explain(struct talk *talk, struct slice path, const struct flow_step *step,
                          struct slice *body)
{
    struct service_answer answer;

    if (!drive_get_as_driver(talk, path, &answer))
        return false;
    *body = answer.body;
    return answer.status == 200 || talk_stop(talk, drive_explain_refusal(talk, &answer, step));
}

bool drive_is_at_driver_step(const struct talk *talk)
{
    static const struct flow_step *const steps[] = {
        &ride_step_drive, &ride_step_runs, &ride_step_run,      &ride_step_late,   &ride_step_sure,
        &ride_step_stars, &ride_step_code, &ride_step_requests, &ride_step_request};

    return ride_of(talk)->bids || TALK_IS_AT(talk, steps);
}

bool drive_begin_publishing(struct talk *talk)
{
    if (!talk_begin(talk, &ride_flow))
        return false;
    ride_of(talk)->publishes = true;
    return true;
}

int64_t drive_departure_us(const struct ride *ride)
{
    const int64_t minute = ride->clock % PHRASE_MIDNIGHT;

    return ((int64_t)ride->day * DAY_S + minute * MINUTE_S - FORMAT_ZONE_S) * US_PER_S;
}
