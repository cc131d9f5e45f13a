// SPDX-License-Identifier: MIT
/* Which flats fit a wish, in which order they are shown, and why. */
#include <math.h>
#include <string.h>

#include <check.h>

#include "base/uuid.h"

#include "unit/base/suite.h"
#include "wishes/judge.h"
#include "wishes/why.h"

enum { ROOM = 1 << 20, FLATS = 12 };

static struct arena arena;
static struct flat flats[FLATS];
static struct judgement judged;

static void begin(void)
{
    arena_init(&arena, ROOM);
    for (size_t i = 0; i < FLATS; i++) {
        flats[i] = (struct flat){
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

static void end(void)
{
    arena_finish(&arena);
}

static struct wish wish_of_nothing(void)
{
    const struct wish_asked asked = {
        .guests = FIELD_ABSENT,
        .max_price = FIELD_ABSENT,
        .check_in = FIELD_ABSENT32,
        .check_out = FIELD_ABSENT32,
        .near = {(double)NAN, 0}
    };
    struct wish wish;

    wish_make(&asked, NULL, NULL, NULL, 0, &wish);
    return wish;
}

static void judge(const struct wish *wish, size_t limit)
{
    struct fault fault;

    ck_assert(judge_flats(wish, flats, FLATS, limit, &arena, &judged, &fault));
}

static int shown(size_t place)
{
    return judged.fits[place].flat->id.bytes[0];
}

START_TEST(each_constraint_is_one_and_giving_it_up_adds_what_misses_it_alone)
{
    struct wish wish = wish_of_nothing();

    wish.city = SLICE("almaty");
    wish.guests = 4;
    wish.rooms = 1 << 2 | 1 << 3;
    wish.max_price = 2000000;
    wish.must[wish.must_count++] = SLICE("wifi");
    flats[0].city = SLICE("astana");
    flats[1].max_guests = 3;
    flats[8].free = FLAT_TOO_SMALL; /* it became so while our copy was on its way */
    flats[2].rooms = 1;
    flats[3].base_price = 2000100;
    flats[4].base_price = 9900000;
    flats[5].amenities = SLICE("[\"tv\", \"wifi-free\"]");
    flats[6].free = FLAT_TAKEN;
    flats[7].rooms = flats[7].max_guests = 1; /* two: no step leads there */
    judge(&wish, 20);
    ck_assert_uint_eq(judged.found, 3);
    ck_assert_uint_eq(judged.count, 3);
    ck_assert_uint_eq(judged.relaxation_count, 6);
    ck_assert_int_eq(judged.relaxations[0].drop, RULE_PRICE);
    ck_assert_uint_eq(judged.relaxations[0].adds, 2);
    ck_assert_int_eq(judged.relaxations[0].needed, 2000100);
    ck_assert_int_eq(judged.relaxations[4].drop, RULE_AMENITY);
    ck_assert(slice_is(judged.relaxations[4].amenity, "wifi"));
    ck_assert_int_eq(judged.relaxations[5].drop, RULE_CITY);
}
END_TEST

/* A stay whose total is known is judged by it, any other by the ordinary price. */
START_TEST(the_price_of_a_stay_counts)
{
    struct wish wish = wish_of_nothing();

    wish.check_in = 20000;
    wish.check_out = 20004;
    wish.max_price = 1000000;
    for (size_t i = 0; i < FLATS; i++)
        flats[i].free = FLAT_FREE;
    flats[3].total = 4000000;
    flats[4].total = 4000100;
    judge(&wish, 20);
    ck_assert_uint_eq(judged.found, 1);
    ck_assert_int_eq(shown(0), 4);
    ck_assert_int_eq(judged.fits[0].night, 1000000);
    ck_assert_int_eq(judged.relaxations[0].needed, 1000025);
}
END_TEST

START_TEST(a_cheaper_flat_is_better_but_only_so_much)
{
    struct wish wish = wish_of_nothing();

    wish.max_price = 2000000;
    flats[0].base_price = 1500000;
    flats[1].base_price = 1000000;
    flats[2].base_price = 100000;
    judge(&wish, 4);
    ck_assert_int_eq(shown(0), 3); /* of equal ones the cheaper */
    ck_assert_int_eq(shown(1), 2);
    ck_assert_int_eq(shown(2), 1);
    ck_assert_double_eq(judged.fits[0].score, judged.fits[1].score);
    ck_assert(judged.fits[1].score > judged.fits[2].score);
}
END_TEST

/* Whoever is near a flat that names the landmark is near it. */
START_TEST(a_landmark_is_where_the_flats_are_that_name_it)
{
    struct wish wish = wish_of_nothing();

    wish.words[wish.word_count++] = (struct wish_word){SLICE("байтерек"), WISH_LANDMARK, false};
    flats[6].matched = 1;
    flats[9].matched = 1;
    flats[9].city = SLICE("astana");
    wish.city = SLICE("almaty");
    judge(&wish, 3);
    ck_assert_int_eq(shown(0), 7);
    ck_assert_double_eq(judged.fits[0].km, 0);
    ck_assert(shown(1) == 6 || shown(1) == 8);
    ck_assert(fabs(judged.fits[1].km - 1.11) < 0.01);
    ck_assert(!judged.nowhere);
    flats[6].matched = 0;
    judge(&wish, 3);
    ck_assert(judged.nowhere);
    ck_assert(isnan(judged.fits[0].parts[PART_DISTANCE]));
}
END_TEST

/* A word that all have tells nothing; one that nobody has is not held against anybody. */
START_TEST(rare_words_count_for_more)
{
    struct wish wish = wish_of_nothing();

    for (size_t i = 0; i < 3; i++)
        wish.words[wish.word_count++] = (struct wish_word){SLICE("слово"), WISH_TEXT, false};
    for (size_t i = 0; i < FLATS; i++)
        flats[i].matched = i < 8 ? 1 : 0;
    flats[11].matched = 2;
    judge(&wish, 3);
    ck_assert_int_eq(shown(0), 12);
    ck_assert(judged.fits[0].parts[PART_TEXT] > 0.7);
    ck_assert(judged.fits[1].parts[PART_TEXT] < 0.3);
}
END_TEST

START_TEST(flats_of_one_house_leave_room_for_others)
{
    struct wish wish = wish_of_nothing();

    for (size_t i = 0; i < 9; i++) {
        flats[i].place = flats[0].place;
        flats[i].base_price = 1000000 + (int64_t)i;
    }
    flats[10].place = flats[11].place = (struct field_geo){(double)NAN, 0};
    flats[10].address = flats[11].address = SLICE("ул. Абая, 1");
    judge(&wish, 7);
    ck_assert_int_eq(shown(0), 1);
    ck_assert_int_eq(shown(1), 2);
    ck_assert_int_eq(shown(2), 10);
    ck_assert_int_eq(shown(5), 3);
    ck_assert_uint_eq(judged.found, FLATS);
    ck_assert(flat_same_house(&flats[10], &flats[11]));
    ck_assert(!flat_same_house(&flats[9], &flats[11]));
}
END_TEST

START_TEST(a_flat_that_is_alike_is_near_in_price_rooms_and_amenities)
{
    struct wish wish = wish_of_nothing();
    const struct flat example = flats[0];

    wish.like = &example;
    for (size_t i = 0; i < FLATS; i++) {
        flats[i].place = (struct field_geo){43.2 + (double)i / 100000, 76.9};
        flats[i].base_price = 6000000;
    }
    flats[4].base_price = 2100000;
    flats[5].base_price = 2100000;
    flats[5].rooms = 4;
    flats[6].base_price = 2100000;
    flats[6].amenities = SLICE("[\"wifi\", \"tv\", \"parking\", \"crib\"]");
    judge(&wish, 3);
    ck_assert_int_eq(shown(0), 5);
    ck_assert_int_ne(shown(1), 5);
    ck_assert_double_eq(judged.fits[0].parts[PART_AMENITIES], 1);
    for (size_t i = 0; i < 3; i++)
        if (shown(i) == 7)
            ck_assert_double_eq(judged.fits[i].parts[PART_AMENITIES], 0.25);
}
END_TEST

static const char *why(const struct wish *wish, enum language language)
{
    static char text[WHY_MAX + 1];
    struct buf out;

    memset(text, 0, sizeof text);
    buf_init_over(&out, text, WHY_MAX);
    why_write(wish, &judged.fits[0], language, &out);
    return text;
}

START_TEST(why_says_it_in_three_languages)
{
    struct wish wish = wish_of_nothing();

    wish.max_price = 2150000;
    wish.check_in = 20000;
    wish.check_out = 20002;
    wish.district = SLICE("Медеуский");
    wish.near = (struct field_geo){43.2126, 76.9};
    wish.amenities.items[wish.amenities.count++] = SLICE("wifi");
    wish.amenities.items[wish.amenities.count++] = SLICE("parking");
    wish.words[wish.word_count++] = (struct wish_word){SLICE("тих"), WISH_TEXT, false};
    for (size_t i = 0; i < FLATS; i++)
        flats[i].free = i == 0 ? FLAT_FREE : FLAT_TAKEN;
    flats[0].total = 4000000;
    flats[0].matched = 1;
    judge(&wish, 1);
    ck_assert_str_eq(why(&wish, LANGUAGE_RU),
                     "комнат: 2; 20 000 ₸ за ночь; на 1 500 ₸ дешевле предела; за всё проживание"
                     " 40 000 ₸; свободна на эти даты; район: Медеуский; до нужного места 1,4 км;"
                     " есть: Wi-Fi; нет: парковка; в описании: тихо");
    ck_assert_str_eq(why(&wish, LANGUAGE_KZ),
                     "бөлме саны: 2; бір түнге 20 000 ₸; шектен 1 500 ₸ арзан; барлық түнге 40 000"
                     " ₸; осы күндерге бос; ауданы: Медеуский; керекті жерге дейін 1,4 км; бар:"
                     " Wi-Fi; жоқ: тұрақ; сипаттамасында: тыныш");
    ck_assert_str_eq(why(&wish, LANGUAGE_EN),
                     "rooms: 2; 20,000 ₸ a night; 1,500 ₸ below the limit; 40,000 ₸ for the stay;"
                     " free on these dates; district: Медеуский; 1.4 km to the place; it has:"
                     " Wi-Fi; it lacks: parking; in its description: quiet");
    flats[0].free = FLAT_UNASKED;
    ck_assert_ptr_nonnull(strstr(why(&wish, LANGUAGE_RU), "свободна ли на эти даты, сейчас"
                                                          " неизвестно"));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("judge");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, each_constraint_is_one_and_giving_it_up_adds_what_misses_it_alone);
    tcase_add_test(tests, the_price_of_a_stay_counts);
    tcase_add_test(tests, a_cheaper_flat_is_better_but_only_so_much);
    tcase_add_test(tests, a_landmark_is_where_the_flats_are_that_name_it);
    tcase_add_test(tests, rare_words_count_for_more);
    tcase_add_test(tests, flats_of_one_house_leave_room_for_others);
    tcase_add_test(tests, a_flat_that_is_alike_is_near_in_price_rooms_and_amenities);
    tcase_add_test(tests, why_says_it_in_three_languages);
    return suite_main("judge", tests);
}
