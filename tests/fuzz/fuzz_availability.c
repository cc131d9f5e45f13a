// SPDX-License-Identifier: MIT
/* What booking-api says of nights, or whoever answers in its place: a flat is free only where it is
 * said, and whatever it costs can be judged and told. */
#include <math.h>

#include "base/language.h"
#include "base/text.h"

#include "fuzz.h"
#include "nights/availability_json.h"
#include "wishes/judge.h"
#include "wishes/why.h"

enum { MEMORY = 4 << 20, FLATS = 3, LIMIT = 2 };

static const char *const ids[FLATS] = {"018f0002-0000-7000-8000-000000000001",
                                       "018f0002-0000-7000-8000-000000000002",
                                       "018f0002-0000-7000-8000-000000000003"};

static void make(struct flat flats[FLATS])
{
    for (size_t i = 0; i < FLATS; i++) {
        flats[i] = (struct flat){
            .title.ru = SLICE("Двушка"),
            .city = SLICE("almaty"),
            .place = {43.2, 76.9 + (double)i},
            .rooms = 2,
            .max_guests = 4,
            .base_price = 2000000,
            .amenities = SLICE("[\"wifi\"]"),
            .total = FIELD_ABSENT
        };
        PROMISE(uuid_parse(slice_of(ids[i]), &flats[i].id));
    }
}

static void check_page(const struct wish *wish, const struct judgement *judged)
{
    char room[WHY_MAX];
    struct buf text;

    PROMISE(judged->count <= LIMIT && judged->count <= judged->found);
    for (size_t i = 0; i < judged->count; i++) {
        const struct judged *one = &judged->fits[i];
        PROMISE(one->flat->free != FLAT_TAKEN);
        PROMISE(one->score >= 0 && one->score <= 1);
        PROMISE(i == 0 || one->score <= judged->fits[i - 1].score);
        for (int language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++) {
            buf_init_over(&text, room, sizeof room);
            why_write(wish, one, (enum language)language, &text);
            PROMISE(!text.failed && text.len > 0 && text_is_utf8(buf_as_slice(&text)));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct wish_asked asked = {
        .guests = FIELD_ABSENT,
        .max_price = 2500000,
        .check_in = 20000,
        .check_out = 20003,
        .near = {43.2, 76.9}
    };
    struct flat flats[FLATS];
    struct judgement judged;
    struct arena arena;
    struct fault fault;
    struct wish wish;

    arena_init(&arena, MEMORY);
    make(flats);
    const bool read =
        availability_read((struct slice){(const char *)data, size}, flats, FLATS, &arena, &fault);
    for (size_t i = 0; i < FLATS; i++) {
        PROMISE(read ? flats[i].free != FLAT_UNASKED : flats[i].free == FLAT_UNASKED);
        PROMISE(flats[i].total == FIELD_ABSENT ||
                (flats[i].total > 0 && flats[i].free == FLAT_FREE));
    }
    wish_make(&asked, NULL, NULL, NULL, 0, &wish);
    PROMISE(judge_flats(&wish, flats, FLATS, LIMIT, &arena, &judged, &fault));
    check_page(&wish, &judged);
    arena_finish(&arena);
    return 0;
}
