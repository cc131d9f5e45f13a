// SPDX-License-Identifier: MIT
/* Which candidates PostgreSQL selects if too many match; and pages of results while documents come
 * and go. */

#include "jobs/semaphore.h"
#include "messages/message_search.h"
#include "stand.h"
#include "support/scratch.h"
#include "text/words.h"

enum { MANY = MESSAGE_RESULTS_MAX + 100 };

/* Message 1, older than `many` others with the same text. */
static void say(const char *text, int many, const char *others)
{
    stand_say_one(1, 1, text);
    stand_teach(2, 1 + many, 1, others);
}

TEST_CASE("message_search", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(excluded_word_leaves_room_for_other_candidates)
{
    say("квартира у моря", MANY, "квартира тихая");
    ck_assert_str_eq(stand_found("квартира -тихую"), "0001");
    ck_assert_str_eq(stand_found("квартира -nb[fz"), "0001");
    ck_assert_str_eq(stand_found("\\\"квартира\\\" -тихая"), "0001");
    ck_assert_str_eq(stand_found("квартира -гараж -тихая"), "0001");
}

FIBER_TEST(excluded_phrase_leaves_room_for_other_candidates)
{
    say("квартира у моря", MANY, "квартира у леса");
    ck_assert_str_eq(stand_found("квартира -\\\"квартира у леса\\\""), "0001");
    ck_assert_str_eq(stand_found("квартира -\\\"тихого леса\\\" -\\\"квартира у леса\\\""), "0001");
}

/* They share a term, by which PostgreSQL cannot distinguish them. */
FIBER_TEST(word_with_the_stem_of_an_excluded_word_is_found)
{
    say("хорошая кондитерская рядом", 30, "хорошая погода");
    ck_has(stand_found("хорошая -кондиционер"), "0001");
    ck_lacks(stand_found("хорошая -кондитерская"), "0001");
}

static bool reports_common(const char *query)
{
    return stand_reports(post_search_messages, textf("{'query':'%s'}", query), "words_common");
}

static bool is_found(const char *id, const char *query)
{
    return strstr(stand_found(query), id) != NULL;
}

/* The oldest is the best. */
FIBER_TEST(very_common_words_are_searched_in_the_newest)
{
    stand_say_one(1, 1, "квартира");
    stand_say_one(9001, 1, "квартира море");
    stand_teach(2, 1 + QUERY_TERMS_COMMON_MIN, 1, "квартира тихая");
    /* Documents that are not counted: they come last and have no words. */
    stand_sql("INSERT INTO document (tenant_id, id, source, version, text, sent_at, length,"
              " normaliser, terms) SELECT '%s', 'other' || n, 'api', 1, 'дом', now(), 1, %d, 'дом'"
              " FROM generate_series(1, %d) n",
              stand_tenant(), WORDS_VERSION, QUERY_TERMS_NEWEST - QUERY_TERMS_COMMON_MIN - 2);
    ck_assert(is_found("0001", "квартира"));
    ck_assert(!reports_common("квартира"));
    stand_say_one(9000, 1, "квартира тихая");
    ck_assert(!is_found("0001", "квартира"));
    ck_assert(is_found("9000", "тихая квартира"));
    ck_assert(reports_common("квартира"));
    ck_assert(!is_found("0001", "\\\"квартира\\\""));
    ck_assert(reports_common("\\\"квартира\\\""));
    ck_assert(!is_found("0001", "\\\"квартира\\\" море"));
    ck_assert(reports_common("\\\"квартира\\\" море"));
    ck_assert(is_found("9001", "\\\"квартира море\\\""));
    ck_assert(!reports_common("\\\"квартира море\\\""));
}

enum { PAGE = 20, EACH = 30, TALKS = 2 * EACH };

/* How often each message was returned. */
struct walk {
    int times[TALKS + 1];
    int others;
    char cursor[2048]; /* empty: that was the last page */
};

static void take_page(struct walk *walk, const char *query)
{
    size_t index;
    const json_t *item;

    const char *body = textf("{'query':'%s','limit':%d%s%s%s}", query, PAGE,
                             walk->cursor[0] != '\0' ? ",'cursor':'" : "", walk->cursor,
                             walk->cursor[0] != '\0' ? "'" : "");
    struct answer answer = ck_status(ask_post(post_search_messages, .body = body), 200);
    json_array_foreach(json_object_get(answer.json, "items"), index, item)
    {
        const char *id = text_at(item, "id");
        const int number = atoi(id + strlen(id) - 4);
        if (number <= TALKS)
            walk->times[number]++;
        else
            walk->others++;
    }
    const json_t *cursor = json_object_get(answer.json, "next_cursor");
    snprintf(walk->cursor, sizeof walk->cursor, "%s",
             json_is_string(cursor) ? json_string_value(cursor) : "");
}

/* Case: Documents come and go between two pages, and the order reverses. The last result of the
 * first page is then behind all others. */
FIBER_TEST(pages_neither_skip_nor_repeat_while_the_order_changes)
{
    struct walk walk = {.others = 0};

    stand_put_messages(1, EACH, 1, "слон");
    stand_put_messages(EACH + 1, TALKS, 1, "жираф");
    stand_say_one(TALKS + 1, 1, "жираф и слон");
    stand_update_lexicon();
    take_page(&walk, "слон жираф");
    const bool elephants = walk.times[1] + walk.times[EACH] > 0;
    /* By another tenant, so that only the frequency of the word changes. */
    buf_text(&scratch, "{'items':[");
    for (int i = 0; i < 90; i++)
        buf_printf(&scratch,
                   "%s{'id':'%d','version':1,'text':'%s','sent_at':'2026-01-02T03:04:05Z'}",
                   i > 0 ? "," : "", i, elephants ? "слон" : "жираф");
    buf_text(&scratch, "]}");
    ck_status(ask_post(post_documents, .body = scratch_text(), .caller = &stand_other), 200);
    stand_update_lexicon();
    stand_put_message(TALKS + 2, 1, "слон жираф");
    stand_delete_message(elephants ? EACH + 5 : 5);
    stand_consume_messages();
    stand_update_lexicon();
    while (walk.cursor[0] != '\0')
        take_page(&walk, "слон жираф");
    for (int i = 1; i <= TALKS; i++)
        ck_assert_msg(walk.times[i] == (i != (elephants ? EACH + 5 : 5)), "%d: %d", i,
                      walk.times[i]);
    ck_assert_int_eq(walk.others, 2);
}

FIBER_TEST(search_ends_although_documents_arrive)
{
    struct walk walk = {.others = 0};
    int pages = 0;

    stand_teach(TALKS + 1, TALKS + MANY, 1, "слон");
    do {
        take_page(&walk, "слон");
        pages++;
        stand_put_messages(TALKS + MANY + pages * PAGE + 1, TALKS + MANY + (pages + 1) * PAGE, 1,
                           "слон");
        stand_consume_messages();
    } while (walk.cursor[0] != '\0' && pages < MANY);
    ck_assert_int_eq(pages, MESSAGE_RESULTS_MAX / PAGE);
    ck_assert_int_eq(walk.others, MESSAGE_RESULTS_MAX);
}

/* More text than PostgreSQL sends at once. */
FIBER_TEST(all_pages_of_long_texts_are_reached)
{
    struct walk walk = {.others = 0};

    stand_put_messages(1, EACH, 1, "договор");
    stand_sql("UPDATE bot.feed_messages SET text = 'договор ' || repeat('слово ', 1300)");
    stand_consume_messages();
    stand_update_lexicon();
    ck_rows(EACH, "document WHERE octet_length(text) > 14000");
    do
        take_page(&walk, "договор");
    while (walk.cursor[0] != '\0');
    for (int i = 1; i <= EACH; i++)
        ck_assert_msg(walk.times[i] == 1, "%d: %d", i, walk.times[i]);
}

enum { GREEDY = 10 };

static struct {
    int begun, ended;
    int place; /* of the small tenant's search among finished ones; 0: not yet */
} line;

static struct answer search_as(const struct api_caller *caller)
{
    struct answer answer;

    stand_ask_admitted(answer, ask_post(post_search_messages, .caller = caller,
                                        .body = "{'query':'квартира','mode':'text'}"));
    line.ended++;
    return answer;
}

static void greedy_search(void *data)
{
    line.begun++;
    ck_status(search_as(&stand_other), 200);
}

static void modest_search(void *data)
{
    line.begun++;
    ck_status(search_as(&stand_staff), 200);
    line.place = line.ended;
}

/* Case: One tenant searches without a pause. */
FIBER_TEST(searches_of_one_tenant_do_not_delay_another)
{
    const struct search_app *app = stand_app();
    const struct uuid *greedy = &stand_other.tenant_id;

    line.begun = line.ended = line.place = 0;
    for (int i = 0; i < SEMAPHORE_SEARCHES; i++)
        ck_ok(semaphore_acquire(app->search_semaphore, app->service->loop, greedy, &fault));
    for (int i = 0; i < GREEDY; i++)
        stand_go(greedy_search, NULL);
    stand_go(modest_search, NULL);
    stand_until(line.begun == GREEDY + 1, "all have begun");
    for (int i = 0; i < SEMAPHORE_SEARCHES; i++)
        semaphore_release(app->search_semaphore, greedy);
    stand_until(line.ended == GREEDY + 1, "%d have ended", line.ended);
    ck_assert_int_le(line.place, SEMAPHORE_SEARCHES);
}
