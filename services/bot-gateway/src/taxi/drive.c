// SPDX-License-Identifier: MIT
/* Who the driver is, and all trips of the driver. booking-api finds the driver by the person's
 * telegram_id; the bot stores no such link. Staff register drivers. */
#include "base/date.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"
#include "texts/bot_settings.h"

/* --- calls as the driver --- */

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
               : stay_fail_bad_answer("no drivers", talk->fault);
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
    struct stay_refusal refusal;

    if (ride->is_off || uuid_is_nil(&ride->driver.id))
        return talk_step(talk, &ride_step_drive);
    if (answer->status < 400)
        return stay_fail_bad_answer("an unexpected status", talk->fault);
    if (!stay_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
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

/* --- the driver --- */

bool drive_show_home(struct talk *talk)
{
    return talk_begin_at(talk, &ride_flow, &ride_step_drive);
}

bool drive_is_at_driver_step(const struct talk *talk)
{
    static const struct flow_step *const steps[] = {
        &ride_step_drive, &ride_step_runs, &ride_step_run,      &ride_step_late,   &ride_step_sure,
        &ride_step_stars, &ride_step_code, &ride_step_requests, &ride_step_request};

    return ride_of(talk)->bids || TALK_IS_AT(talk, steps);
}

static void add_expired_documents(struct talk *talk, const struct ride_driver *driver)
{
    static const struct {
        const char *kind;
        enum text name;
    } kinds[] = {
        {"licence",   TEXT_DRIVE_PAPER_LICENCE  },
        {"car",       TEXT_DRIVE_PAPER_CAR      },
        {"insurance", TEXT_DRIVE_PAPER_INSURANCE},
        {"medical",   TEXT_DRIVE_PAPER_MEDICAL  },
        {"technical", TEXT_DRIVE_PAPER_TECHNICAL},
    };
    const struct ride_paper *papers = driver->papers.items;
    const int32_t today = format_day_of(talk->input->now);
    struct slice list = SLICE("");

    for (size_t i = 0; i < driver->papers.count; i++)
        for (size_t j = 0; j < ARRAY_LEN(kinds); j++) {
            if (!slice_is(papers[i].kind, kinds[j].kind) || papers[i].expires_on == DATE_ABSENT ||
                papers[i].expires_on >= today)
                continue;
            const struct slice name = talk_label(talk, kinds[j].name);
            list = talk_printf(talk, "%.*s%s%.*s", SLICE_ARG(list), list.len > 0 ? ", " : "",
                               SLICE_ARG(name));
        }
    if (list.len > 0)
        talk_add(talk, TEXT_DRIVE_EXPIRED,
                 TALK_VALUES({.name = "words", .text = list},
                             {.name = "support", .text = talk->input->settings->support}));
}

/* Ends the dialogue: what the person types next is a search, because only drivers publish trips. */
static bool show_how_to_register(struct talk *talk)
{
    talk_end(talk);
    talk_add(
        talk, TEXT_DRIVE_STRANGER,
        TALK_VALUES({.name = "code",
                     .text = talk_printf(talk, "%lld", (long long)talk->input->update.user_id)},
                    {.name = "support", .text = talk->input->settings->support}));
    talk_put_command(talk, TEXT_BUTTON_PERSON, "person");
    talk_put_command(talk, TEXT_RIDE_BUTTON_SEARCH, "search");
    return true;
}

static bool show_driver_home(struct talk *talk)
{
    const struct ride_driver *driver = &ride_of(talk)->driver;

    if (!drive_identify_driver(talk))
        return false;
    if (ride_of(talk)->is_off)
        return ride_end_unavailable(talk);
    if (uuid_is_nil(&driver->id))
        return show_how_to_register(talk);
    const bool active = slice_is(driver->status, "active");
    talk_add(talk, TEXT_DRIVE_HOME, TALK_VALUES({.name = "name", .text = driver->name}));
    if (!active)
        talk_add_with_support(talk, slice_is(driver->status, "pending") ? TEXT_DRIVE_PENDING
                                                                        : TEXT_DRIVE_SUSPENDED);
    add_expired_documents(talk, driver);
    if (active) {
        talk_put_button(talk, TEXT_DRIVE_BUTTON_PUBLISH, "publish");
        talk_put_button(talk, TEXT_DRIVE_BUTTON_REQUESTS, "requests");
    }
    talk_put_button(talk, TEXT_DRIVE_BUTTON_RUNS, "runs");
    talk_put_command(talk, TEXT_RIDE_BUTTON_SEARCH, "search");
    return true;
}

/* --- all trips --- */

/* "сб 28 ноя 18:30 · Алматы → Тараз", for a button. */
static struct slice format_trip_label(struct talk *talk, const struct ride_run *run)
{
    const struct formatted date = format_short_date(format_day_of(run->depart_at), talk->language);
    const struct slice clock = ride_format_clock(talk, run->depart_at),
                       route = ride_format_route(talk, run->from, run->to);

    return talk_printf(talk, "%s %.*s · %.*s", date.text, SLICE_ARG(clock), SLICE_ARG(route));
}

/* Trips that finished in the last two days are listed too: their passengers can still be rated. */
static bool show_own_trips(struct talk *talk)
{
    const struct slice page = ride_format_page_query(talk),
                       path = talk_printf(talk, "/v1/trips?status=scheduled,started,finished&%.*s",
                                          SLICE_ARG(page));
    struct ride_runs runs;
    struct slice body;

    if (!drive_get_or_explain(talk, path, &ride_step_drive, &body) ||
        !ride_read_driver_trips(body, talk->arena, &runs, talk->fault))
        return false;
    talk_say(talk, runs.count > 0 ? TEXT_DRIVE_RUNS : TEXT_DRIVE_RUNS_NONE);
    for (size_t i = 0; i < runs.count; i++) {
        const struct ride_run *run = &runs.items[i];
        const char *mark = slice_is(run->status, "finished") ? "🏁 " : "";
        const struct slice label = format_trip_label(talk, run);
        talk_put_id_button(talk, talk_printf(talk, "%s%.*s", mark, SLICE_ARG(label)), "open",
                           &run->id);
    }
    ride_put_more_button(talk, runs.next);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool open_tapped_trip(struct talk *talk)
{
    return talk_step(talk,
                     talk_read_id(talk, &ride_of(talk)->trip) ? &ride_step_run : &ride_step_runs);
}

/* --- the steps --- */

TALK_LEADS_TO(to_runs, &ride_step_runs)
TALK_LEADS_TO(to_requests, &ride_step_requests)

// clang-format off
static const struct flow_move drive_moves[] = {
    {FLOW_TAP,  "publish", .act = drive_begin_publishing},
    {FLOW_TAP,  "runs",    .act = to_runs},
    {FLOW_TAP,  "requests", .act = to_requests},
};
static const struct flow_move runs_moves[] = {
    {FLOW_TAP,  "open", .act = open_tapped_trip},
    {FLOW_TAP,  "more", .act = ride_show_more},
};
// clang-format on
const struct flow_step ride_step_drive = {"drive", show_driver_home, FLOW_MOVES(drive_moves)};
const struct flow_step ride_step_runs = {"runs", show_own_trips,
                                         FLOW_BACK(&ride_step_drive, runs_moves)};
