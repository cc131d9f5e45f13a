// SPDX-License-Identifier: MIT
/* A name of a zone can be a name of tzdata, a VTIMEZONE of the feed, a Windows name, or an offset.
 * libical has one list of zones for the whole process, which grows with each name and is not safe
 * for threads, so each feed loads the zones that it names, from the system's tzdata alone. */
#include "channels/ical_zone.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"

/* Names of files below the folder of tzdata; no other path may be opened. */
static bool is_tzdata_name(const char *name)
{
    bool at_start = true;

    for (const char *at = name; *at != '\0'; at++) {
        const bool is_letter = ascii_is_letter(*at);
        if (at_start ? !is_letter
                     : !is_letter && !ascii_is_digit(*at) && strchr("/_+-", *at) == NULL)
            return false;
        at_start = *at == '/';
    }
    return !at_start && strlen(name) < ICAL_TZID_MAX;
}

static icaltimezone *zone_of_component(icalcomponent *vtimezone)
{
    icaltimezone *zone;

    if (vtimezone == NULL)
        return NULL;
    zone = icaltimezone_new();
    if (zone != NULL && icaltimezone_set_component(zone, vtimezone) != 0)
        return zone;
    if (zone != NULL)
        icaltimezone_free(zone, 1);
    icalcomponent_free(vtimezone);
    return NULL;
}

static icaltimezone *load_from_tzdata(const char *name)
{
    if (!is_tzdata_name(name))
        return NULL;
    icaltimezone *zone = zone_of_component(icaltzutil_fetch_timezone(name));
    icalerror_clear_errno();
    return zone;
}

/* "/citadel.org/20210210_1/Asia/Almaty": the name follows a vendor's prefix. */
static icaltimezone *load_behind_prefix(const char *name)
{
    icaltimezone *zone = NULL;

    if (name[0] != '/')
        return NULL;
    while (zone == NULL && (name = strchr(name, '/')) != NULL)
        zone = load_from_tzdata(++name);
    return zone;
}

static int compare_windows_name(const void *name, const void *row)
{
    const struct ical_windows_zone *zone = row;

    return strcmp(name, zone->windows);
}

static icaltimezone *load_by_windows_name(const char *name)
{
    const struct ical_windows_zone *row = bsearch(name, ical_windows_zones, ical_windows_zone_count,
                                                  sizeof *row, compare_windows_name);

    return row != NULL ? load_from_tzdata(row->tzdata) : NULL;
}

/* Reads "+5", "+05", "+0530" and "+05:30", which may have text behind them. */
static bool read_offset(const char *text, int *hours, int *minutes)
{
    const char *at = text + 1;
    const size_t digits = strspn(at, "0123456789");

    if ((text[0] != '+' && text[0] != '-') || (digits != 1 && digits != 2 && digits != 4))
        return false;
    *hours = ascii_parse_digits(at, digits == 1 ? 1 : 2);
    *minutes = 0;
    if (digits == 4)
        *minutes = ascii_parse_digits(at + 2, 2);
    else if (at[digits] == ':')
        *minutes = ascii_parse_digits(at + digits + 1, 2);
    return *hours <= 14 && *minutes >= 0 && *minutes <= 59;
}

/* "GMT+05:30", "UTC+6", "(UTC+05:00) Astana". */
static icaltimezone *make_from_offset(const char *name)
{
    static const char format[] = "BEGIN:VTIMEZONE\nTZID:offset\nBEGIN:STANDARD\n"
                                 "DTSTART:19700101T000000\n"
                                 "TZOFFSETFROM:%c%02d%02d\nTZOFFSETTO:%c%02d%02d\n"
                                 "END:STANDARD\nEND:VTIMEZONE\n";
    char text[sizeof format + 16];
    int hours, minutes;

    name += name[0] == '(';
    if ((strncmp(name, "UTC", 3) != 0 && strncmp(name, "GMT", 3) != 0) ||
        !read_offset(name + 3, &hours, &minutes))
        return NULL;
    const char sign = name[3];
    snprintf(text, sizeof text, format, sign, hours, minutes, sign, hours, minutes);
    return zone_of_component(icalparser_parse_string(text));
}

static size_t find_known(const struct ical_zones *zones, const char *name)
{
    size_t i = 0;

    while (i < zones->count && strcmp(zones->known[i].name, name) != 0)
        i++;
    return i;
}

static void remember(struct ical_zones *zones, const char *name, icaltimezone *zone)
{
    slice_copy(slice_of(name), zones->known[zones->count].name, ICAL_TZID_MAX);
    zones->known[zones->count++].zone = zone;
}

static icaltimezone *known_or_apartments(const struct ical_zones *zones, size_t index)
{
    if (zones->known[index].zone != NULL)
        return zones->known[index].zone;
    return zones->known[0].zone != NULL ? zones->known[0].zone : icaltimezone_get_utc_timezone();
}

/* libical has global variables: what it reads on its first use is read by one thread. */
static void prepare_libical(void)
{
    icalerror_set_errors_are_fatal(0);
    ical_set_unknown_token_handling_setting(ICAL_DISCARD_TOKEN);
    (void)icaltimezone_get_utc_timezone();
    (void)icaltzutil_get_zone_directory();
}

void ical_zones_init(struct ical_zones *zones, const char *apartments_zone)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, prepare_libical);
    zones->count = 0;
    remember(zones, apartments_zone, load_from_tzdata(apartments_zone));
}

void ical_zones_finish(struct ical_zones *zones)
{
    for (size_t i = 0; i < zones->count; i++)
        if (zones->known[i].zone != NULL)
            icaltimezone_free(zones->known[i].zone, 1);
    zones->count = 0;
}

icaltimezone *ical_zones_find(struct ical_zones *zones, const char *name)
{
    static icaltimezone *(*const loaders[])(const char *name) = {
        load_from_tzdata, load_behind_prefix, load_by_windows_name, make_from_offset};
    const size_t index = find_known(zones, name);

    if (index < zones->count)
        return known_or_apartments(zones, index);
    if (zones->count == ICAL_ZONES_MAX || strlen(name) >= ICAL_TZID_MAX)
        return known_or_apartments(zones, 0);
    icaltimezone *zone = NULL;
    for (size_t i = 0; i < ARRAY_LEN(loaders) && zone == NULL; i++)
        zone = loaders[i](name);
    remember(zones, name, zone);
    return known_or_apartments(zones, zones->count - 1);
}

bool ical_zones_needs(struct ical_zones *zones, struct slice name)
{
    char text[ICAL_TZID_MAX];

    if (name.len == 0 || name.len >= sizeof text || zones->count == ICAL_ZONES_MAX)
        return false;
    slice_copy(name, text, sizeof text);
    if (find_known(zones, text) < zones->count)
        return false;
    icaltimezone *zone = load_from_tzdata(text);
    if (zone == NULL)
        zone = load_behind_prefix(text);
    if (zone != NULL)
        remember(zones, text, zone);
    return zone == NULL;
}

void ical_zones_add(struct ical_zones *zones, struct slice name, icalcomponent *vtimezone)
{
    char text[ICAL_TZID_MAX];
    icaltimezone *zone = zone_of_component(vtimezone);

    if (zone == NULL)
        return;
    slice_copy(name, text, sizeof text);
    remember(zones, text, zone);
}
