// SPDX-License-Identifier: MIT
/* Searches reveal nothing about other tenants, although frequencies are counted over all of them;
 * and deleted documents stay deleted. */
#include "query/query_terms.h"
#include "stand.h"

static struct answer ask(const struct api_caller *caller, const char *query)
{
    return ck_status(
        ask_post(post_search_messages, .body = textf("{'query':'%s'}", query), .caller = caller),
        200);
}

static size_t rewrites(const struct api_caller *caller, const char *query)
{
    return count_at(ask(caller, query).json, "rewrites");
}

static void write_down(const struct api_caller *caller, const char *id, int version,
                       const char *text)
{
    ck_status(ask_post(post_documents, .caller = caller,
                       .body = textf("{'items':[{'id':'%s','version':%d,'text':'%s',"
                                     "'sent_at':'2026-01-02T03:04:05Z'}]}",
                                     id, version, text)),
              200);
}

static const char *const misspelt[] = {"исконд", "bcrfylthjde", "iskanderovu"};

TEST_CASE("tenant_isolation", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(words_of_other_tenants_are_not_reported_as_rewrites)
{
    stand_say_one(1, 1, "Искандерову позвонить");
    stand_update_lexicon();
    for (size_t i = 0; i < ARRAY_LEN(misspelt); i++) {
        ck_assert_msg(rewrites(&stand_staff, misspelt[i]) > 0, "%s", misspelt[i]);
        ck_assert_msg(rewrites(&stand_other, misspelt[i]) == 0, "%s", misspelt[i]);
    }
    stand_erase("user_id=1");
    stand_update_lexicon();
    for (size_t i = 0; i < ARRAY_LEN(misspelt); i++)
        ck_assert_msg(rewrites(&stand_staff, misspelt[i]) == 0, "%s", misspelt[i]);
}

static void check_slips(const char *query, const char *first, const char *second)
{
    const json_t *rewrites = json_object_get(ask(&stand_staff, query).json, "rewrites");
    const char *expected[] = {first, second};

    ck_assert_uint_eq(json_array_size(rewrites), second != NULL ? 2 : 1);
    for (size_t i = 0; i < json_array_size(rewrites); i++) {
        const json_t *one = json_array_get(rewrites, i);
        ck_text(one, "kind", "slip");
        ck_text(one, "from", query);
        ck_text(one, "to", expected[i]);
    }
}

FIBER_TEST(fuzzy_match_is_reported_as_in_the_document)
{
    stand_put_message(1, 1, "Посмотрите на Кондиционеры у двери");
    stand_put_message(2, 1, "дверь и посуточно");
    write_down(&stand_other, "a", 1, "кондиционирование посуточная");
    stand_consume_messages();
    stand_update_lexicon();
    check_slips("кондцеонеры", "Кондиционеры", NULL);
    check_slips("дверипосуточно", "дверь", "посуточно");
}

static double best_score(const struct api_caller *caller, const char *query)
{
    return json_number_value(value_at(ask(caller, query).json, "items.0.score"));
}

FIBER_TEST(scores_do_not_reveal_frequencies_of_other_tenants)
{
    stand_say_one(1, 1, "+7 700 000 11 22 перезвоните");
    write_down(&stand_other, "a", 1, "+7 700 000 11 22");
    write_down(&stand_other, "b", 1, "+7 700 000 33 44");
    stand_update_lexicon();
    ck_assert_double_eq(best_score(&stand_other, "77000001122"), 1);
    ck_assert_double_eq(best_score(&stand_other, "77000003344"), 1);
}

FIBER_TEST(words_of_other_tenants_do_not_hide_common_words)
{
    stand_teach(1, QUERY_TERMS_COMMON_MIN + 1, 1, "квартира тихая");
    const char *expected = textf("%s", stand_found("квартира бегемот"));
    ck_assert_uint_eq(strlen(expected), 100 * strlen("0001 ") - 1);
    write_down(&stand_other, "a", 1, "бегемот");
    stand_update_lexicon();
    ck_assert_uint_eq(stand_df("бегем"), 1);
    ck_assert_str_eq(stand_found("квартира бегемот"), expected);
    ck_assert_str_eq(stand_found("квартира \\\"бегемот\\\""), expected);
    ck_assert_str_eq(stand_found_by(&stand_other, "{'query':'квартира бегемот'}"), "a");
}

FIBER_TEST(deleted_message_is_not_restored_by_any_version)
{
    stand_say_one(1, 1, "яблоко");
    const char *id = textf("%s", stand_text("SELECT id::text FROM bot.feed_messages"));
    stand_erase("user_id=1");
    stand_delete_message(1);
    stand_consume_messages();
    write_down(NULL, id, 9, "яблоко");
    ck_assert_str_eq(stand_found("яблоко"), "");
}

FIBER_TEST(unknown_words_do_not_displace_known_ones)
{
    stand_put_message(1, 1, "бегемот живет");
    stand_teach(2, 900, 1, "кто там живет");
    const char *found =
        stand_found("бегемот живет ыа ыб ыв ыг ыд ыж ыз ыи ык ыл ым ын ып ыр ыс ыт ыф");
    ck_assert_msg(strncmp(found, "0001", 4) == 0, "%.40s", found);
}
