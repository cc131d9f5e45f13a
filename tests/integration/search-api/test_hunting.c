// SPDX-License-Identifier: MIT
/* Which documents PostgreSQL gives to be put in order, where more fit than can be. */
#include <stdio.h>

#include "search/search.h"
#include "stand.h"

enum { MANY = SEARCH_FOUND_MAX + 100 };

static void begin(void)
{
    stand_begin("test_hunting");
}

#define HUNTING_TEST(name, body)                                                                   \
    START_TEST(name)                                                                               \
    {                                                                                              \
        stand_run(body, NULL);                                                                     \
    }                                                                                              \
    END_TEST

/* Message 1, older than `many` others of one text. */
static void say(const char *text, int many, const char *others)
{
    stand_said(1, 1, text);
    stand_feed();
    stand_said_all(2, 1 + many, 1, others);
    stand_feed();
    stand_learn();
}

static void word_body(void *data)
{
    (void)data;
    say("квартира у моря", MANY, "квартира тихая");
    ck_assert_str_eq(stand_found("квартира -тихую"), "0001");
    ck_assert_str_eq(stand_found("квартира -nb[fz"), "0001");
    ck_assert_str_eq(stand_found("\\\"квартира\\\" -тихая"), "0001");
    ck_assert_str_eq(stand_found("квартира -гараж -тихая"), "0001");
}
HUNTING_TEST(a_word_that_must_not_be_there_leaves_room_for_others, word_body)

static void phrase_body(void *data)
{
    (void)data;
    say("квартира у моря", MANY, "квартира у леса");
    ck_assert_str_eq(stand_found("квартира -\\\"квартира у леса\\\""), "0001");
    ck_assert_str_eq(stand_found("квартира -\\\"тихого леса\\\" -\\\"квартира у леса\\\""), "0001");
}
HUNTING_TEST(a_phrase_that_must_not_be_there_leaves_room_for_others, phrase_body)

/* They share a term, by which PostgreSQL cannot tell them apart. */
static void term_body(void *data)
{
    (void)data;
    say("хорошая кондитерская рядом", 30, "хорошая погода");
    ck_assert_ptr_nonnull(strstr(stand_found("хорошая -кондиционер"), "0001"));
    ck_assert_ptr_null(strstr(stand_found("хорошая -кондитерская"), "0001"));
}
HUNTING_TEST(a_word_that_begins_as_one_that_must_not_be_there_is_found, term_body)

int main(void)
{
    Suite *suite = suite_create("hunting");
    TCase *tests = tcase_create("hunting");

    tcase_add_checked_fixture(tests, begin, stand_finish);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_word_that_must_not_be_there_leaves_room_for_others);
    tcase_add_test(tests, a_phrase_that_must_not_be_there_leaves_room_for_others);
    tcase_add_test(tests, a_word_that_begins_as_one_that_must_not_be_there_is_found);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
