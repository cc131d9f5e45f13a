// SPDX-License-Identifier: MIT
/* The first screen of a driver, and all trips of the driver. */
#include "base/date.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"
#include "texts/bot_settings.h"

/* --- the driver --- */

bool drive_show_home(struct talk *talk)
{
    return talk_begin_at(talk, &ride_flow, &ride_step_drive);
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
