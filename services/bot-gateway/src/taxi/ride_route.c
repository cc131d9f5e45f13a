// SPDX-License-Identifier: MIT
/* The first steps of a search: where to and where from. */
#include "clients/answers_json.h"
#include "taxi/ride.h"
#include "taxi/ride_steps.h"

enum { PLACES_SHOWN = 20, PLACES_IN_ROW = 2 };

/* Asks for a place, with buttons for the largest places except `omitted_slug`, the other end of the
 * ride. Smaller places can be typed. */
static bool ask_for_place(struct talk *talk, enum text question, struct slice omitted_slug)
{
    const struct ride *ride = talk->data;
    struct answer_cities cities;
    size_t shown = 0;

    if (!ride_fetch_places(talk, PLACES_SHOWN, &cities))
        return false;
    if (ride->says == TEXT_RIDE_START)
        talk_add(talk, TEXT_RIDE_START,
                 TALK_VALUES({.name = "name", .text = talk->input->update.first_name}));
    else if (ride->says == TEXT_OTHER_BOT_FLATS)
        talk_add(talk, TEXT_OTHER_BOT_FLATS,
                 TALK_VALUES({.name = "bot", .text = talk->input->other_username}));
    else if (ride->says != 0)
        talk_say(talk, (enum text)ride->says);
    talk_add_html(talk, ride->says != 0 ? SLICE("\n\n") : SLICE(""));
    talk_add(talk, question,
             TALK_VALUES({.name = "city", .text = ride_place_name(talk, omitted_slug)}));
    for (size_t i = 0; i < cities.count && i < PLACES_SHOWN; i++) {
        if (omitted_slug.at != NULL && slice_equal(cities.items[i].slug, omitted_slug))
            continue;
        if (shown++ % PLACES_IN_ROW == 0)
            talk_new_row(talk);
        talk_button(talk, talk_localized(talk, &cities.items[i].name), "place",
                    cities.items[i].slug);
    }
    return true;
}

static bool show_destination_choice(struct talk *talk)
{
    const bool publishes = ride_of(talk)->publishes, parcel = ride_of(talk)->parcel;

    if (!ask_for_place(talk,
                       publishes ? TEXT_DRIVE_TO
                       : parcel  ? TEXT_PARCEL_TO
                                 : TEXT_RIDE_TO,
                       ride_of(talk)->from))
        return false;
    if (publishes) {
        talk_put_command(talk, TEXT_BUTTON_BACK, "drive");
        return true;
    }
    if (parcel)
        talk_put_command(talk, TEXT_RIDE_BUTTON_SEARCH, "search");
    else
        talk_put_button(talk, TEXT_PARCEL_BUTTON, "parcel");
    talk_put_command(talk, TEXT_RIDE_BUTTON_MINE, "rides");
    talk_command_button(talk, talk_label(talk, TEXT_DRIVE_BUTTON), "drive", SLICE(""));
    talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    return true;
}

static bool show_origin_choice(struct talk *talk)
{
    const enum text question = ride_of(talk)->parcel ? TEXT_PARCEL_FROM : TEXT_RIDE_FROM;

    if (!ask_for_place(talk, question, ride_of(talk)->to))
        return false;
    ride_put_exit_buttons(talk);
    return true;
}

/* Sets one end of the route. Places on the way of another route are dropped. */
static bool set_tapped_place(struct talk *talk, struct slice *place)
{
    if (place->at != NULL && !slice_equal(*place, talk->argument))
        ride_of(talk)->stops.count = 0;
    *place = talk->argument;
    return ride_go_to_missing_answer(talk);
}

static bool set_tapped_destination(struct talk *talk)
{
    return set_tapped_place(talk, &ride_of(talk)->to);
}

static bool set_tapped_origin(struct talk *talk)
{
    return set_tapped_place(talk, &ride_of(talk)->from);
}

/* --- the steps --- */

static const struct flow_move to_moves[] = {
    {FLOW_TAP, "place",  .act = set_tapped_destination},
    {FLOW_TAP, "parcel", .act = ride_switch_to_parcel },
};
static const struct flow_move from_moves[] = {
    {FLOW_TAP, "place", .act = set_tapped_origin},
};
const struct flow_step ride_step_to = {"to", show_destination_choice, FLOW_MOVES(to_moves)};
const struct flow_step ride_step_from = {"from", show_origin_choice,
                                         FLOW_BACK(&ride_step_to, from_moves)};
