// SPDX-License-Identifier: MIT
/* What a guest can see of an apartment besides its card: photos and map, which are sent above the
 * card, and pages in place of it. Each is a section, and has a button that runs the move "show". */
#include <math.h>

#include "base/district.h"
#include "base/geo.h"

#include "guest/stay_filters.h"
#include "guest/stay_steps.h"

/* Before a booking is agreed, the place shown is the centre of a cell of about 550 by 400 m. */
#define CELL_DEGREES 0.005

/* --- pages --- */

static struct slice description_of(struct talk *talk, const struct stay_apartment *apartment)
{
    return talk_localized(talk, &apartment->description);
}

static struct slice rules_of(struct talk *talk, const struct stay_apartment *apartment)
{
    return talk_localized(talk, &apartment->house_rules);
}

static void add_times_and_limits(struct talk *talk, const struct stay_apartment *apartment)
{
    const int64_t least = apartment->min_nights;

    if (apartment->check_in_time.len > 0 && apartment->check_out_time.len > 0)
        talk_add(talk, TEXT_STAY_RULES,
                 TALK_VALUES({.name = "arrival", .text = apartment->check_in_time},
                             {.name = "departure", .text = apartment->check_out_time},
                             {.name = "limit", .number = text_if_positive(apartment->max_guests)},
                             {.name = "least", .number = least > 1 ? least : FIELD_ABSENT}));
}

/* --- messages --- */

static bool send_photos(struct talk *talk, const struct stay_apartment *apartment)
{
    const struct field_list urls = {apartment->photos.items, apartment->photos.count};

    talk_send_album(talk, &urls, TEXT_STAY_PHOTOS_REFUSED);
    return true;
}

static bool send_rounded_place(struct talk *talk, const struct stay_apartment *apartment)
{
    const struct field_geo place = {round(apartment->location.lat / CELL_DEGREES) * CELL_DEGREES,
                                    round(apartment->location.lon / CELL_DEGREES) * CELL_DEGREES};
    const struct slice near = talk_label(talk, TEXT_STAY_NEAR),
                       city = talk_localized(talk, &stay_of(talk)->city_name),
                       district = district_translate(apartment->district, talk->language);
    const struct slice address =
        talk_printf(talk, "%.*s%s%.*s. %.*s", SLICE_ARG(district), district.len > 0 ? ", " : "",
                    SLICE_ARG(city), SLICE_ARG(near));

    talk_send_venue(talk, place, talk_localized(talk, &apartment->title), address);
    return true;
}

/* --- sections --- */

static bool has_several_photos(const struct stay_apartment *apartment)
{
    return apartment->photos.count > 1; /* the card shows the first */
}

static bool has_location(const struct stay_apartment *apartment)
{
    return geo_is_in_range(apartment->location);
}

#define PLACE "map"
// clang-format off
/* Columns: name, button, whether it begins a row, and either whether an apartment has it and the
 * message, or the text of the page. */
static const struct section {
    const char *name;
    enum text button;
    bool new_row;
    bool (*has)(const struct stay_apartment *apartment);
    bool (*send)(struct talk *talk, const struct stay_apartment *apartment);
    struct slice (*text)(struct talk *talk, const struct stay_apartment *apartment);
} sections[] = {
    {"photos",    TEXT_STAY_BUTTON_PHOTOS,      true,  has_several_photos, send_photos,        NULL},
    {PLACE,       TEXT_STAY_BUTTON_MAP,         false, has_location,       send_rounded_place, NULL},
    {"about",     TEXT_STAY_BUTTON_DESCRIPTION, true,  NULL,               NULL,               description_of},
    {"amenities", TEXT_STAY_BUTTON_AMENITIES,   false, NULL,               NULL,               stay_format_all_amenities},
    {"rules",     TEXT_STAY_BUTTON_RULES,       false, NULL,               NULL,               rules_of},
};
// clang-format on

/* Whether the apartment has the section. The page of rules also has the times. */
static bool has_section(struct talk *talk, const struct stay_apartment *apartment,
                        const struct section *section)
{
    if (section->has != NULL)
        return section->has(apartment);
    return section->text(talk, apartment).len > 0 ||
           (section->text == rules_of && apartment->check_in_time.len > 0);
}

static void put_section_button(struct talk *talk, enum text label, const char *name)
{
    talk_button(talk, talk_label(talk, label), "show", slice_of(name));
}

void stay_put_section_buttons(struct talk *talk, const struct stay_apartment *apartment)
{
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (sections[i].new_row)
            talk_new_row(talk);
        if (has_section(talk, apartment, &sections[i]))
            put_section_button(talk, sections[i].button, sections[i].name);
    }
}

/* The index of stay->section; ARRAY_LEN(sections): there is none. */
static size_t find_requested_section(const struct talk *talk)
{
    size_t i = 0;

    while (i < ARRAY_LEN(sections) && !slice_is(stay_of(talk)->section, sections[i].name))
        i++;
    return i;
}

bool stay_section_is_page(const struct talk *talk)
{
    const size_t i = find_requested_section(talk);

    return i < ARRAY_LEN(sections) && sections[i].text != NULL;
}

bool stay_show_section_page(struct talk *talk, const struct stay_apartment *apartment)
{
    const struct section *section = &sections[find_requested_section(talk)];

    talk_add(talk, TEXT_STAY_ABOUT,
             TALK_VALUES({.name = "title", .text = talk_localized(talk, &apartment->title)},
                         {.name = "about", .text = section->text(talk, apartment)}));
    if (section->text == rules_of)
        add_times_and_limits(talk, apartment);
    talk_new_row(talk);
    put_section_button(talk, TEXT_BUTTON_BACK, "");
    return true;
}

bool stay_send_section(struct talk *talk, const struct stay_apartment *apartment)
{
    const size_t i = find_requested_section(talk);

    return i == ARRAY_LEN(sections) || sections[i].send == NULL ||
           !has_section(talk, apartment, &sections[i]) || sections[i].send(talk, apartment);
}

bool stay_set_section_by_label(struct talk *talk, struct slice label)
{
    size_t i = 0;

    while (i < ARRAY_LEN(sections) && !talk_is_label(talk, sections[i].button, label))
        i++;
    if (i < ARRAY_LEN(sections))
        stay_of(talk)->section = slice_of(sections[i].name);
    return i < ARRAY_LEN(sections);
}

bool stay_show_tapped_section(struct talk *talk)
{
    stay_of(talk)->section = talk->argument;
    return talk_repeat_step(talk);
}

void stay_put_copy_buttons(struct talk *talk, const struct stay_booking *booking)
{
    const bool due = stay_has_payment_due(booking);
    const struct slice number = due ? booking->payment_info : SLICE_NONE;
    const struct slice code =
        due || !stay_is_held_or_requested(booking) ? booking->code : SLICE_NONE;
    const struct slice address = stay_is_confirmed_or_checked_in(booking)
                                     ? talk_localized(talk, &booking->address)
                                     : SLICE_NONE;

    talk_new_row(talk);
    talk_copy_button(talk, COPY_NUMBER, number);
    talk_new_row(talk);
    talk_copy_button(talk, COPY_CODE, code);
    talk_copy_button(talk, COPY_ADDRESS, address);
}

void stay_put_map_button_send_if_asked(struct talk *talk, const struct stay_booking *booking)
{
    const struct slice title = talk_localized(talk, &booking->title),
                       address = talk_localized(talk, &booking->address);

    if (!geo_is_in_range(booking->location) || title.len == 0)
        return;
    if (slice_is(stay_of(talk)->section, PLACE))
        talk_send_venue(talk, booking->location, title, address.len > 0 ? address : title);
    talk_new_row(talk);
    put_section_button(talk, TEXT_STAY_BUTTON_MAP, PLACE);
}
