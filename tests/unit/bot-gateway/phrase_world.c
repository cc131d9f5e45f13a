// SPDX-License-Identifier: MIT
#include "phrase_world.h"

#include <assert.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/date.h"

enum {
    FILE_BYTES = 1 << 20,
    WORLD_BYTES = 1 << 24,
    LIST_MAX = 500,
    FIELDS_MAX = 8,
    DISTRICT_FIELD = 2,
    ADDRESS_FIELD = 3,
    SHOWN_MAX = 2048
};

static struct phrase_city cities[LIST_MAX], towns[LIST_MAX];
static struct slice districts[LIST_MAX], names[LIST_MAX];
static struct phrase_places places, ride_places;

struct slice phrase_world_file(struct arena *arena, const char *path)
{
    char *bytes = arena_alloc(arena, FILE_BYTES);
    FILE *file = fopen(path, "r");

    assert(file != NULL && bytes != NULL);
    const size_t len = fread(bytes, 1, FILE_BYTES, file);
    assert(len < FILE_BYTES);
    fclose(file);
    return (struct slice){bytes, len};
}

/* The texts in quotes of a line. */
static size_t quoted(struct slice line, char quote, struct slice out[FIELDS_MAX])
{
    size_t count = 0;

    slice_cut(&line, quote);
    while (line.at != NULL && count < FIELDS_MAX) {
        out[count++] = slice_cut(&line, quote);
        slice_cut(&line, quote);
    }
    return count;
}

/* Lines of the file that begin so have a slug and three names. */
static void read_cities(struct arena *arena, const char *path, const char *begin, char quote,
                        struct phrase_city *list, size_t *count)
{
    struct slice rest = phrase_world_file(arena, path);
    struct slice fields[FIELDS_MAX];

    while (rest.at != NULL) {
        const struct slice line = slice_cut(&rest, '\n');
        if (slice_starts(line, slice_of(begin)) && quoted(line, quote, fields) == 4) {
            struct phrase_city *city = &list[(*count)++];
            city->slug = fields[0];
            city->names[LANGUAGE_RU] = fields[1];
            city->names[LANGUAGE_KZ] = fields[2];
            city->names[LANGUAGE_EN] = fields[3];
        }
    }
    assert(*count >= 20);
}

static void add_once(struct slice *list, size_t *count, struct slice text)
{
    for (size_t i = 0; i < *count; i++)
        if (slice_equal(list[i], text))
            return;
    list[(*count)++] = text;
}

static void add_names(const struct slice *found, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_once(names, &places.name_count, found[i]);
}

static void read_apartments(struct arena *arena)
{
    struct slice rest = phrase_world_file(arena, REPOSITORY "/services/booking-api/demo/load.sql");
    struct slice fields[FIELDS_MAX], found[FIELDS_MAX];
    bool in_apartment = false;

    while (rest.at != NULL) {
        const struct slice line = slice_cut(&rest, '\n');
        const size_t count = quoted(line, '\'', fields);
        if (slice_starts(line, SLICE("    (")) && count > ADDRESS_FIELD &&
            memmem(line.at, line.len, "-0", 2) != NULL) {
            add_once(districts, &places.district_count, fields[DISTRICT_FIELD]);
            add_names(found,
                      phrase_names_of_address(arena, fields[ADDRESS_FIELD], found, FIELDS_MAX));
            in_apartment = true;
        } else if (in_apartment && slice_starts(line, SLICE("     '"))) {
            add_names(found, phrase_names_of_title(arena, fields[0], found, FIELDS_MAX));
            in_apartment = false;
        }
    }
    assert(places.district_count > 15 && places.name_count > 50);
}

const struct phrase_words *phrase_world_words(void)
{
    static const struct phrase_words *words;
    static struct arena arena;

    if (words != NULL)
        return words;
    arena_init(&arena, WORLD_BYTES);
    places = (struct phrase_places){.cities = cities, .districts = districts, .names = names};
    read_cities(&arena, REPOSITORY "/services/booking-api/schema/0001-places.sql", "    ('", '\'',
                cities, &places.city_count);
    read_apartments(&arena);
    words = phrase_words_create(&arena, &places);
    assert(words != NULL);
    return words;
}

const struct phrase_words *phrase_world_ride_words(void)
{
    static const struct phrase_words *words;
    static struct arena arena;
    static const char *const files[] = {
        REPOSITORY "/common/base/city.c",
        REPOSITORY "/services/booking-api/rides/src/places/town.c",
    };

    if (words != NULL)
        return words;
    arena_init(&arena, WORLD_BYTES);
    ride_places = (struct phrase_places){.cities = towns};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        read_cities(&arena, files[i], "    CITY(", '"', towns, &ride_places.city_count);
    words = phrase_words_create(&arena, &ride_places);
    assert(words != NULL);
    return words;
}

/* --- printing --- */

static void show_key(struct buf *out, const char *key)
{
    buf_printf(out, "%s%s=", out->len > 0 ? " " : "", key);
}

static void show_text(struct buf *out, const char *key, struct slice text)
{
    if (text.at == NULL)
        return;
    show_key(out, key);
    for (size_t i = 0; i < text.len; i++)
        buf_char(out, text.at[i] == ' ' ? '_' : text.at[i]);
}

static void show_number(struct buf *out, const char *key, int64_t number)
{
    if (number == 0)
        return;
    show_key(out, key);
    buf_i64(out, number);
}

static void show_date(struct buf *out, const char *key, int32_t day)
{
    char text[DATE_TEXT_LEN + 1];

    if (day == DATE_ABSENT)
        return;
    date_format(day, text);
    show_text(out, key, slice_of(text));
}

static void show_list(struct buf *out, const char *key, const struct phrase_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (i == 0)
            show_key(out, key);
        else
            buf_char(out, ',');
        for (size_t n = 0; n < list->items[i].len; n++)
            buf_char(out, list->items[i].at[n] == ' ' ? '_' : list->items[i].at[n]);
    }
}

struct slice phrase_world_show(const struct phrase *phrase, struct arena *arena)
{
    char room[SHOWN_MAX];
    struct buf out = buf_over(room, sizeof room);
    bool first = true;

    show_date(&out, "check_in", phrase->check_in);
    show_date(&out, "check_out", phrase->check_out);
    show_number(&out, "nights", phrase->nights);
    show_text(&out, "city", phrase->city);
    show_text(&out, "district", phrase->district);
    show_number(&out, "guests", phrase->guests);
    for (size_t i = 0; i < phrase->room_count; i++)
        buf_printf(&out, "%s%d",
                   i > 0         ? ","
                   : out.len > 0 ? " rooms="
                                 : "rooms=",
                   phrase->rooms[i]);
    show_number(&out, "min_price", phrase->min_price);
    show_number(&out, "max_price", phrase->max_price);
    show_list(&out, "amenities", &phrase->amenities);
    show_list(&out, "q", &phrase->q);
    show_text(&out, "near", phrase->near);
    for (size_t i = 0; i < PHRASE_ASKS; i++)
        if ((phrase->ask & (1U << i)) != 0) {
            if (first)
                show_key(&out, "ask");
            buf_printf(&out, "%s%s", first ? "" : ",", phrase_ask_names[i]);
            first = false;
        }
    assert(!out.failed);
    return out.len > 0 ? arena_copy(arena, buf_as_slice(&out)) : SLICE("none");
}
