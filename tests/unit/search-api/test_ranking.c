// SPDX-License-Identifier: MIT
/* Which apartments meet the criteria, in which order they are returned, and with which explanation.
 */
#include "base/date.h"
#include "base/money.h"

#include "apartments/availability_json.h"
#include "apartments/explanation.h"
#include "apartments/ranking.h"
#include "support/scratch.h"

enum { FLATS = 12 };

static struct apartment apartments[FLATS];
static struct ranking ranked_apartment;

static void begin(void)
{
    for (size_t i = 0; i < FLATS; i++) {
        apartments[i] = (struct apartment){
            .id = {{(uint8_t)(i + 1)}},
            .title.ru = SLICE("Квартира"),
            .city = SLICE("almaty"),
            .district = SLICE("Медеуский"),
            .place = { 43.2 + (double)i / 100,              76.9},
            .rooms = 2,
            .max_guests = 4,
            .base_price = 2000000,
            .amenities = SLICE("[\"wifi\"]"),
            .total = FIELD_ABSENT
        };
    }
}

TEST_CASE("ranking", .setup = begin);

static struct criteria_request request_of_nothing(void)
{
    return (struct criteria_request){
        .guests = FIELD_ABSENT,
        .min_price = FIELD_ABSENT,
        .max_price = FIELD_ABSENT,
        .check_in = FIELD_ABSENT32,
        .check_out = FIELD_ABSENT32,
        .near = {(double)NAN, 0},
    };
}

static struct criteria criteria_of_amenities(struct field_texts amenities)
{
    struct criteria_request asked = request_of_nothing();
    struct criteria criteria;

    asked.amenities = amenities;
    criteria_from_request(&asked, NULL, NULL, NULL, 0, &criteria);
    return criteria;
}

static struct criteria criteria_of_nothing(void)
{
    return criteria_of_amenities((struct field_texts){0});
}

/* --- criteria of members --- */

static void check_words(const struct criteria *found, const struct criteria *wanted)
{
    ck_assert_uint_eq(found->word_count, wanted->word_count);
    for (size_t i = 0; i < wanted->word_count; i++) {
        ck_assert(slice_equal(found->words[i].text, wanted->words[i].text));
        ck_assert_int_eq(found->words[i].kind, wanted->words[i].kind);
        ck_assert(found->words[i].in_title == wanted->words[i].in_title);
    }
}

TEST(members_make_the_same_criteria_as_a_phrase)
{
    const struct slice names[] = {SLICE("абая")}, rest[] = {SLICE("джакузи")},
                       wishes[] = {SLICE("parking"), SLICE("balcony")},
                       words[] = {SLICE("дом"), SLICE("абая"), SLICE("метро"), SLICE("джакузи")};
    const struct phrase_places places = {.names = names, .name_count = ARRAY_LEN(names)};
    const struct phrase phrase = {
        .rooms = {2,                      3},
        .room_count = 2,
        .district = SLICE("Медеуский"),
        .amenities = {{wishes[0], wishes[1]}, 2},
        .q = {{words[0], words[1]},   2},
        .near = SLICE("metro"),
        .check_in = DATE_ABSENT,
        .check_out = DATE_ABSENT,
    };
    struct criteria_request typed = request_of_nothing(), asked = request_of_nothing();
    struct criteria of_phrase, of_members;

    asked.rooms = 1 << 2 | 1 << 3;
    asked.district = SLICE("Медеуский");
    asked.wishes = (struct field_texts){.items = wishes, .count = ARRAY_LEN(wishes)};
    asked.words = (struct field_texts){.items = words, .count = ARRAY_LEN(words)};
    criteria_from_request(&typed, &phrase, &places, rest, ARRAY_LEN(rest), &of_phrase);
    criteria_from_request(&asked, NULL, &places, NULL, 0, &of_members);
    ck_assert_uint_eq(of_members.rooms, of_phrase.rooms);
    ck_assert(slice_equal(of_members.district, of_phrase.district));
    ck_assert_uint_eq(of_members.amenities.count, 2);
    ck_assert(slice_is(of_members.amenities.items[1], "balcony"));
    ck_assert(slice_is(of_members.near_kind, "metro") && slice_is(of_phrase.near_kind, "metro"));
    check_words(&of_members, &of_phrase);
    /* Members take precedence, and words are added. */
    asked.rooms = 1 << 1;
    asked.district = SLICE("Бостандыкский");
    asked.words.count = 1;
    criteria_from_request(&asked, &phrase, &places, NULL, 0, &of_members);
    ck_assert_uint_eq(of_members.rooms, 1 << 1);
    ck_assert(slice_is(of_members.district, "Бостандыкский"));
    ck_assert_uint_eq(of_members.amenities.count, 2);
    ck_assert_uint_eq(of_members.word_count, 4);
}

static const struct {
    const char *word, *near, *searched;
} kinds_of_places[] = {
    {"аэропорт", "airport",    "аэропорт"    },
    {"центр",       "center",     NULL                  },
    {"набережн", "embankment", "набережная"},
    {"метро",       "metro",      "метро"          },
    {"парк",         "park",       "парк"            },
    {"вокзал",     "station",    "вокзал"        },
};

/* The words that a bot sends, and that the list of apartments takes as q=. */
TEST_ROWS(word_asks_for_a_kind_of_place, kinds_of_places)
{
    const struct slice words[] = {slice_of(row->word), SLICE("у"), SLICE("парк")};
    const struct phrase_places nowhere = {.name_count = 0};
    struct criteria_request asked = request_of_nothing();
    struct criteria criteria;

    asked.words = (struct field_texts){.items = words, .count = ARRAY_LEN(words)};
    criteria_from_request(&asked, NULL, &nowhere, NULL, 0, &criteria);
    ck_assert(slice_is(criteria.near_kind, row->near));
    ck_assert_uint_eq(criteria.word_count, row->searched != NULL ? 2 : 1);
    if (row->searched != NULL) {
        ck_assert(slice_is(criteria.words[0].text, row->searched));
        ck_assert_int_eq(criteria.words[0].kind, CRITERIA_LANDMARK);
    }
    ck_assert_int_eq(criteria.words[criteria.word_count - 1].kind, CRITERIA_TEXT);
}

static void judge(const struct criteria *criteria, size_t limit)
{
    ck_assert(ranking_make(criteria, apartments, FLATS, limit, &arena, &ranked_apartment, &fault));
}

static int returned(size_t place)
{
    return ranked_apartment.fits[place].apartment->id.bytes[0];
}

/* A sum above the greatest one of the API is no price: computing with it would overflow. */
TEST(impossible_price_of_a_stay_is_absent)
{
    static const struct {
        const char *amount;
        int64_t total;
    } cases[] = {
        {"7500000",             7500000     },
        {"1000000000000",       MONEY_MAX   },
        {"1000000000100",       FIELD_ABSENT},
        {"9223372036854775807", FIELD_ABSENT},
        {"7500050",             FIELD_ABSENT},
        {"0",                   FIELD_ABSENT},
        {"-100",                FIELD_ABSENT},
    };
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&apartments[0].id, id);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct slice body = arena_printf(
            &arena, "{\"items\":[{\"id\":\"%s\",\"bookable\":true,\"total\":{\"amount\":%s}}]}", id,
            cases[i].amount);
        ck_assert(availability_read_answer(body, apartments, FLATS, &arena, &fault));
        ck_assert_int_eq(apartments[0].availability, APARTMENT_BOOKABLE);
        ck_assert_msg(apartments[0].total == cases[i].total, "%s", cases[i].amount);
    }
}

TEST(relaxation_adds_apartments_that_violate_one_constraint)
{
    struct criteria criteria = criteria_of_nothing();

    criteria.city = SLICE("almaty");
    criteria.guests = 4;
    criteria.rooms = 1 << 2 | 1 << 3;
    criteria.max_price = 2000000;
    criteria.must[criteria.must_count++] = SLICE("wifi");
    apartments[0].city = SLICE("astana");
    apartments[1].max_guests = 3;
    apartments[8].availability = APARTMENT_TOO_SMALL; /* it changed while our copy was on its way */
    apartments[2].rooms = 1;
    apartments[3].base_price = 2000100;
    apartments[4].base_price = 9900000;
    apartments[5].amenities = SLICE("[\"tv\", \"wifi-free\"]");
    apartments[6].availability = APARTMENT_TAKEN;
    apartments[7].rooms = apartments[7].max_guests = 1; /* two violations: no single relaxation adds
                                                         * it */
    judge(&criteria, 20);
    ck_assert_uint_eq(ranked_apartment.found, 3);
    ck_assert_uint_eq(ranked_apartment.count, 3);
    ck_assert_uint_eq(ranked_apartment.relaxation_count, 6);
    ck_assert_int_eq(ranked_apartment.relaxations[0].drop, RULE_MAX_PRICE);
    ck_assert_int_eq(ranked_apartment.relaxations[0].adds, 2);
    ck_assert_int_eq(ranked_apartment.relaxations[0].needed, 2000100);
    ck_assert_int_eq(ranked_apartment.relaxations[4].drop, RULE_AMENITY);
    ck_assert_slice(ranked_apartment.relaxations[4].amenity, "wifi");
    ck_assert_int_eq(ranked_apartment.relaxations[5].drop, RULE_CITY);
}

TEST(repeated_amenity_is_one_constraint)
{
    const struct slice repeated[] = {SLICE("wifi"), SLICE("tv"), SLICE("wifi")};
    const struct criteria criteria =
        criteria_of_amenities((struct field_texts){repeated, ARRAY_LEN(repeated), SLICE_NONE});

    ck_assert_uint_eq(criteria.must_count, 2);
    apartments[0].amenities = SLICE("[\"tv\"]");
    apartments[1].amenities = SLICE("[\"tv\", \"wifi\"]");
    judge(&criteria, 1);
    ck_assert_int_eq(returned(0), 2);
    ck_assert_slice(ranked_apartment.relaxations[0].amenity, "tv");
    ck_assert_int_eq(ranked_apartment.relaxations[0].adds, FLATS - 2);
    ck_assert_slice(ranked_apartment.relaxations[1].amenity, "wifi");
    ck_assert_int_eq(ranked_apartment.relaxations[1].adds, 1);
}

/* A stay with a known total is ranked by it, any other by the base price. */
TEST(price_of_the_stay_is_compared)
{
    struct criteria criteria = criteria_of_nothing();

    criteria.check_in = 20000;
    criteria.check_out = 20004;
    criteria.max_price = 1000000;
    for (size_t i = 0; i < FLATS; i++)
        apartments[i].availability = APARTMENT_BOOKABLE;
    apartments[3].total = 4000000;
    apartments[4].total = 4000200;
    judge(&criteria, 20);
    ck_assert_uint_eq(ranked_apartment.found, 1);
    ck_assert_int_eq(returned(0), 4);
    ck_assert_int_eq(ranked_apartment.fits[0].night, 1000000);
    ck_assert_int_eq(ranked_apartment.relaxations[0].needed, 1000100);
    criteria.max_price = 1000100;
    judge(&criteria, 20);
    ck_assert_uint_eq(ranked_apartment.found, 2);
}

TEST(lower_bound_of_the_price_is_a_constraint)
{
    struct criteria criteria = criteria_of_nothing();

    criteria.min_price = 2000000;
    for (size_t i = 0; i < FLATS; i++)
        apartments[i].base_price = i < 2 ? 2000000 : 1500000 - 100 * (int64_t)i;
    judge(&criteria, 20);
    ck_assert_uint_eq(ranked_apartment.found, 2);
    ck_assert_int_eq(ranked_apartment.relaxations[0].drop, RULE_MIN_PRICE);
    ck_assert_int_eq(ranked_apartment.relaxations[0].adds, FLATS - 2);
    ck_assert_int_eq(ranked_apartment.relaxations[0].needed, 1499800);
}

static const char *why(const struct criteria *criteria, enum language language)
{
    static char text[EXPLANATION_MAX + 1];
    struct buf out = buf_over(text, EXPLANATION_MAX);

    memset(text, 0, sizeof text);
    explanation_write(criteria, &ranked_apartment.fits[0], language, &out);
    return text;
}

/* Kilometres to the place, and whether the apartment has the amenity: of each pair the first is
 * better. */
static const struct {
    double km[2];
    bool has[2];
} trades[] = {
    {{2.2, 15.9}, {false, true}},
    {{5, 16},     {false, true}},
    {{0.9, 2.2},  {true, false}},
    {{0.3, 0.9},  {true, true} },
    {{0.9, 0.3},  {true, false}},
};

TEST_ROWS(stated_place_weighs_more_than_an_amenity, trades)
{
    enum { KM_PER_DEGREE = 111 };
    struct criteria criteria = criteria_of_nothing();

    criteria.near = (struct field_geo){43.2, 76.9};
    criteria.amenities.items[criteria.amenities.count++] = SLICE("parking");
    for (size_t i = 0; i < FLATS; i++)
        apartments[i].place = (struct field_geo){44.2, 76.9};
    for (size_t i = 0; i < 2; i++) {
        apartments[i].place.lat = 43.2 + row->km[i] / KM_PER_DEGREE;
        apartments[i].amenities = row->has[i] ? SLICE("[\"parking\"]") : SLICE("[]");
    }
    judge(&criteria, 1);
    ck_assert_int_eq(returned(0), 1);
    ck_assert_int_eq(strstr(why(&criteria, LANGUAGE_EN), "to the place") != NULL, row->km[0] <= 1);
}

static const struct relaxation *relaxation_of(int rule)
{
    size_t i = 0;

    while (i < ranked_apartment.relaxation_count && ranked_apartment.relaxations[i].drop != rule)
        i++;
    ck_assert_uint_lt(i, ranked_apartment.relaxation_count);
    return &ranked_apartment.relaxations[i];
}

/* The price per night of a stay that does not divide evenly is half up, in the answer, as the limit
 * that would add the apartment, and where it is compared with a limit. */
TEST(price_per_night_of_a_stay_is_rounded_half_up)
{
    struct criteria criteria = criteria_of_nothing();
    uint64_t random = 88172645463325252;

    criteria.check_in = 20000;
    for (int i = 0; i < 2000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        const int64_t nights = 1 + (int64_t)(random % 366);
        const int64_t tenge = (int64_t)(random / 1000 % 20000000);
        const int64_t night = (2 * tenge + nights) / (2 * nights) * 100;
        criteria.check_out = criteria.check_in + (int32_t)nights;
        for (size_t flat = 0; flat < FLATS; flat++)
            apartments[flat].availability = APARTMENT_TAKEN;
        apartments[3].availability = APARTMENT_BOOKABLE;
        apartments[3].total = tenge * 100;
        criteria.max_price = night;
        judge(&criteria, 20);
        ck_assert_uint_eq(ranked_apartment.found, 1);
        ck_assert_int_eq(ranked_apartment.fits[0].night, night);
        ck_assert_int_eq(money_per_night(tenge * 100, nights), night);
        if (night == 0)
            continue;
        criteria.max_price = night - 100;
        judge(&criteria, 20);
        ck_assert_uint_eq(ranked_apartment.found, 0);
        ck_assert_int_eq(relaxation_of(RULE_MAX_PRICE)->needed, night);
    }
}

TEST(low_price_raises_the_score_within_bounds)
{
    struct criteria criteria = criteria_of_nothing();

    criteria.max_price = 2000000;
    apartments[0].base_price = 1500000;
    apartments[1].base_price = 1000000;
    apartments[2].base_price = 100000;
    judge(&criteria, 4);
    ck_assert_int_eq(returned(0), 3); /* of equal ones the cheaper */
    ck_assert_int_eq(returned(1), 2);
    ck_assert_int_eq(returned(2), 1);
    ck_assert_double_eq(ranked_apartment.fits[0].score, ranked_apartment.fits[1].score);
    ck_assert(ranked_apartment.fits[1].score > ranked_apartment.fits[2].score);
}

/* An apartment near one that names the landmark is near the landmark. */
TEST(landmark_is_located_by_apartments_that_name_it)
{
    struct criteria criteria = criteria_of_nothing();

    criteria.words[criteria.word_count++] =
        (struct criteria_word){SLICE("байтерек"), CRITERIA_LANDMARK, false};
    apartments[6].matched = 1;
    apartments[9].matched = 1;
    apartments[9].city = SLICE("astana");
    criteria.city = SLICE("almaty");
    judge(&criteria, 3);
    ck_assert_int_eq(returned(0), 7);
    ck_assert_double_eq(ranked_apartment.fits[0].km, 0);
    ck_assert(returned(1) == 6 || returned(1) == 8);
    ck_assert(fabs(ranked_apartment.fits[1].km - 1.11) < 0.01);
    ck_assert(!ranked_apartment.place_unknown);
    apartments[6].matched = 0;
    judge(&criteria, 3);
    ck_assert(ranked_apartment.place_unknown);
    ck_assert(isnan(ranked_apartment.fits[0].parts[PART_DISTANCE]));
}

TEST(place_that_no_apartment_names_is_unknown)
{
    struct criteria criteria = criteria_of_nothing();

    criteria.words[0] = (struct criteria_word){SLICE("вокзальчик"), CRITERIA_TEXT, false};
    criteria.words[1] = (struct criteria_word){SLICE("Хогвартса"), CRITERIA_TEXT, false};
    criteria.word_count = 2;
    judge(&criteria, 3);
    ck_assert(!ranked_apartment.place_unknown);
    criteria.place_words = 1U << 1;
    judge(&criteria, 3);
    ck_assert(ranked_apartment.place_unknown);
    apartments[6].matched = 1 << 1;
    judge(&criteria, 3);
    ck_assert(!ranked_apartment.place_unknown);
}

/* A word that all apartments have does not matter, nor does one that none has. */
TEST(rare_words_weigh_more)
{
    struct criteria criteria = criteria_of_nothing();

    for (size_t i = 0; i < 3; i++)
        criteria.words[criteria.word_count++] =
            (struct criteria_word){SLICE("слово"), CRITERIA_TEXT, false};
    for (size_t i = 0; i < FLATS; i++)
        apartments[i].matched = i < 8 ? 1 : 0;
    apartments[11].matched = 2;
    judge(&criteria, 3);
    ck_assert_int_eq(returned(0), 12);
    ck_assert(ranked_apartment.fits[0].parts[PART_TEXT] > 0.7);
    ck_assert(ranked_apartment.fits[1].parts[PART_TEXT] < 0.3);
}

TEST(apartments_of_one_house_leave_room_for_others)
{
    struct criteria criteria = criteria_of_nothing();

    for (size_t i = 0; i < 9; i++) {
        apartments[i].place = apartments[0].place;
        apartments[i].base_price = 1000000 + (int64_t)i;
    }
    apartments[10].place = apartments[11].place = (struct field_geo){(double)NAN, 0};
    apartments[10].address = apartments[11].address = SLICE("ул. Абая, 1");
    judge(&criteria, 7);
    ck_assert_int_eq(returned(0), 1);
    ck_assert_int_eq(returned(1), 2);
    ck_assert_int_eq(returned(2), 10);
    ck_assert_int_eq(returned(5), 3);
    ck_assert_uint_eq(ranked_apartment.found, FLATS);
    ck_assert(apartment_is_in_same_house(&apartments[10], &apartments[11]));
    ck_assert(!apartment_is_in_same_house(&apartments[9], &apartments[11]));
}

TEST(example_prefers_similar_price_rooms_and_amenities)
{
    struct criteria criteria = criteria_of_nothing();
    const struct apartment example = apartments[0];

    criteria.like = &example;
    for (size_t i = 0; i < FLATS; i++) {
        apartments[i].place = (struct field_geo){43.2 + (double)i / 100000, 76.9};
        apartments[i].base_price = 6000000;
    }
    apartments[4].base_price = 2100000;
    apartments[5].base_price = 2100000;
    apartments[5].rooms = 4;
    apartments[6].base_price = 2100000;
    apartments[6].amenities = SLICE("[\"wifi\", \"tv\", \"parking\", \"crib\"]");
    judge(&criteria, 3);
    ck_assert_int_eq(returned(0), 5);
    ck_assert_int_ne(returned(1), 5);
    ck_assert_double_eq(ranked_apartment.fits[0].parts[PART_AMENITIES], 1);
    for (size_t i = 0; i < 3; i++)
        if (returned(i) == 7)
            ck_assert_double_eq(ranked_apartment.fits[i].parts[PART_AMENITIES], 0.25);
}

TEST(amenity_that_is_required_and_preferred_is_named_once)
{
    const struct slice wifi = SLICE("wifi");
    struct criteria criteria = criteria_of_amenities((struct field_texts){&wifi, 1, SLICE_NONE});

    criteria.amenities.items[criteria.amenities.count++] = SLICE("tv");
    criteria.amenities.items[criteria.amenities.count++] = wifi;
    judge(&criteria, 1);
    ck_assert_str_eq(why(&criteria, LANGUAGE_EN), "2 rooms, 20,000 ₸ a night, Wi-Fi, no TV");
}

/* The price of a night may be the total divided by the nights. */
TEST(difference_of_less_than_a_tenge_is_not_named)
{
    struct criteria criteria = criteria_of_nothing();

    criteria.max_price = 2000000;
    apartments[0].base_price = 1999967;
    judge(&criteria, 1);
    ck_assert_str_eq(why(&criteria, LANGUAGE_EN), "2 rooms, 19,999 ₸ a night");
}

TEST(explanation_has_three_languages)
{
    struct criteria criteria = criteria_of_nothing();

    criteria.max_price = 2150000;
    criteria.check_in = 20000;
    criteria.check_out = 20002;
    criteria.district = SLICE("Медеуский");
    criteria.near = (struct field_geo){43.2081, 76.9};
    criteria.amenities.items[criteria.amenities.count++] = SLICE("wifi");
    criteria.amenities.items[criteria.amenities.count++] = SLICE("parking");
    criteria.amenities.items[criteria.amenities.count++] = SLICE("pets-allowed");
    criteria.words[criteria.word_count++] =
        (struct criteria_word){SLICE("тих"), CRITERIA_TEXT, false};
    for (size_t i = 0; i < FLATS; i++)
        apartments[i].availability = i == 0 ? APARTMENT_BOOKABLE : APARTMENT_TAKEN;
    apartments[0].total = 4000000;
    apartments[0].matched = 1;
    judge(&criteria, 1);
    ck_assert_str_eq(why(&criteria, LANGUAGE_RU),
                     "2 комнаты, 20 000 ₸ за ночь (на 1 500 ₸ дешевле вашего бюджета), за всё"
                     " проживание 40 000 ₸, свободна на эти даты, район Медеуский, до нужного места"
                     " 900 м, есть Wi-Fi, без питомцев, без парковки, в описании: тихо");
    ck_assert_str_eq(
        why(&criteria, LANGUAGE_KZ),
        "2 бөлме, бір түнге 20 000 ₸ (бюджетіңізден 1 500 ₸ арзан), барлық түнге 40 000"
        " ₸, осы күндерге бос, Медеу ауданы, керекті жерге дейін 900 м, Wi-Fi"
        " бар, үй жануарымен болмайды, тұрақ жоқ, сипаттамасында: тыныш");
    ck_assert_str_eq(why(&criteria, LANGUAGE_EN),
                     "2 rooms, 20,000 ₸ a night (1,500 ₸ under your budget), 40,000 ₸ for the stay,"
                     " free on these dates, Medeu district, 900 m to the place, Wi-Fi, no"
                     " pets, no parking, in its description: quiet");
    apartments[0].availability = APARTMENT_UNKNOWN;
    ck_has(why(&criteria, LANGUAGE_RU), "свободна ли на эти даты, сейчас"
                                        " неизвестно");
}
