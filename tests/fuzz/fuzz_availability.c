// SPDX-License-Identifier: MIT
/* Any answers of a supposed booking-api: an apartment is bookable only if the answer says so, and
 * any price can be ranked and explained. */
#include <math.h>

#include "base/language.h"
#include "base/money.h"
#include "base/text.h"

#include "apartments/availability_json.h"
#include "apartments/explanation.h"
#include "apartments/ranking.h"
#include "fuzz.h"

enum { FLATS = 3, LIMIT = 2 };

static const char *const ids[FLATS] = {"018f0002-0000-7000-8000-000000000001",
                                       "018f0002-0000-7000-8000-000000000002",
                                       "018f0002-0000-7000-8000-000000000003"};

static void make(struct apartment apartments[FLATS])
{
    for (size_t i = 0; i < FLATS; i++) {
        apartments[i] = (struct apartment){
            .title.ru = SLICE("Двушка"),
            .city = SLICE("almaty"),
            .place = {43.2, 76.9 + (double)i},
            .rooms = 2,
            .max_guests = 4,
            .base_price = 2000000,
            .amenities = SLICE("[\"wifi\"]"),
            .total = FIELD_ABSENT
        };
        PROMISE(uuid_parse(slice_of(ids[i]), &apartments[i].id));
    }
}

static void check_page(const struct criteria *criteria, const struct ranking *ranked_apartment)
{
    char room[EXPLANATION_MAX];
    struct buf text;

    PROMISE(ranked_apartment->count <= LIMIT && ranked_apartment->count <= ranked_apartment->found);
    for (size_t i = 0; i < ranked_apartment->count; i++) {
        const struct ranked_apartment *one = &ranked_apartment->fits[i];
        PROMISE(one->apartment->availability != APARTMENT_TAKEN);
        PROMISE(one->score >= 0 && one->score <= 1);
        PROMISE(i == 0 || one->score <= ranked_apartment->fits[i - 1].score);
        for (int language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++) {
            buf_init_over(&text, room, sizeof room);
            explanation_write(criteria, one, (enum language)language, &text);
            PROMISE(!text.failed && text.len > 0 && text_is_utf8(buf_as_slice(&text)));
        }
    }
}

FUZZ(4 << 20)
{
    const struct criteria_request asked = {
        .guests = FIELD_ABSENT,
        .max_price = 2500000,
        .check_in = 20000,
        .check_out = 20003,
        .near = {43.2, 76.9}
    };
    struct apartment apartments[FLATS];
    struct ranking ranked_apartment;
    struct criteria criteria;

    make(apartments);
    const bool read = availability_read_answer(input, apartments, FLATS, &arena, &fault);
    for (size_t i = 0; i < FLATS; i++) {
        PROMISE(read ? apartments[i].availability != APARTMENT_UNKNOWN
                     : apartments[i].availability == APARTMENT_UNKNOWN);
        PROMISE(apartments[i].total == FIELD_ABSENT ||
                (apartments[i].total > 0 && money_is_sum(apartments[i].total) &&
                 apartments[i].availability == APARTMENT_BOOKABLE));
    }
    criteria_from_request(&asked, NULL, NULL, NULL, 0, &criteria);
    PROMISE(ranking_make(&criteria, apartments, FLATS, LIMIT, &arena, &ranked_apartment, &fault));
    check_page(&criteria, &ranked_apartment);
}
