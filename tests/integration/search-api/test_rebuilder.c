// SPDX-License-Identifier: MIT
/* Terms are made anew: of older rules, and on request. */
#include "documents/rebuild_store.h"
#include "documents/rebuilder.h"
#include "handlers/handlers.h"
#include "stand.h"
#include "text/words.h"

static void begin(void)
{
    stand_begin("test_rebuild");
}

#define REBUILD_TEST(name, body)                                                                   \
    START_TEST(name)                                                                               \
    {                                                                                              \
        stand_run(body, NULL);                                                                     \
    }                                                                                              \
    END_TEST

static void rebuild(void)
{
    struct fault fault = {.code = ""};

    ck_assert_msg(rebuilder_run(stand_app()->rebuilder, &fault), "%s", fault.detail);
}

/* As rules of that number, which find nothing, have made them. */
static void made_by(int normaliser, const char *which)
{
    stand_sql("UPDATE document SET normaliser = %d, length = 9, terms = '''x''' WHERE %s",
              normaliser, which);
}

static json_t *told(enum http_method method, http_handler *handler, const struct api_caller *caller,
                    int status)
{
    struct answer answer = stand_ask(
        &(struct ask){.handler = handler, .method = method, .caller = caller, .action = true});

    ck_status(answer, status);
    return answer.json;
}

static void ck_rebuild(json_t *seen_ids, const char *state, int done, int total)
{
    ck_assert_str_eq(json_string_value(json_object_get(seen_ids, "state")), state);
    ck_assert_int_eq(json_integer_value(json_object_get(seen_ids, "done")), done);
    ck_assert_int_eq(json_integer_value(json_object_get(seen_ids, "total")), total);
}

static void ck_index(const char *state, int done, int total, int outdated)
{
    json_t *index = told(HTTP_GET, get_index, NULL, 200);

    ck_rebuild(json_object_get(index, "rebuild"), state, done, total);
    ck_assert_int_eq(json_integer_value(json_object_get(index, "outdated")), outdated);
    json_decref(index);
}

static void ask(const struct api_caller *caller, int done, int total)
{
    json_t *seen_ids = told(HTTP_POST, post_index_rebuild, caller, 202);

    ck_rebuild(seen_ids, "running", done, total);
    json_decref(seen_ids);
}

/* Whether a search says that documents may be missed. */
static bool is_told(void)
{
    struct answer answer = stand_ask(&(struct ask){
        .handler = post_search_messages, .method = HTTP_POST, .body = "{\"query\":\"слон\"}"});
    const json_t *reason;
    size_t index;
    bool told = false;

    ck_status(answer, 200);
    json_array_foreach(json_object_get(answer.json, "reasons"), index, reason) told =
        told || strcmp(json_string_value(reason), "words_outdated") == 0;
    answer_drop(&answer);
    return told;
}

static long long count_of(const char *term)
{
    return stand_number("SELECT count(*) FROM document WHERE terms @@ '''%s'''::tsquery AND"
                        " length = 1 AND normaliser = %d",
                        term, WORDS_VERSION);
}

/* Case: The rules by which words are read have changed. */
static void outdated_body(void *data)
{
    (void)data;
    stand_said_all(1, 700, 1, "слон");
    stand_feed();
    const long long changes = stand_number("SELECT sum(tx::text::bigint) FROM document");
    made_by(0, "user_id <= 650");
    ck_assert(is_told());
    ck_index("running", 50, 700, 650);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 700);
    ck_assert(!is_told());
    ck_index("none", 0, 0, 0);
    ck_assert_int_eq(stand_number("SELECT sum(tx::text::bigint) FROM document"), changes);
}
REBUILD_TEST(what_older_rules_have_made_is_made_anew, outdated_body)

/* Case: Copies with older and newer rules run side by side. What is newer is left alone, on request
 * too. */
static void newer_body(void *data)
{
    (void)data;
    stand_said_all(1, 20, 1, "слон");
    stand_feed();
    made_by(WORDS_VERSION + 1, "user_id <= 5");
    made_by(0, "user_id > 15");
    ask(NULL, 0, 20);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 15);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM document WHERE normaliser = %d", WORDS_VERSION + 1), 5);
    ck_assert(is_told());
    ck_index("done", 20, 20, 0);
}
REBUILD_TEST(what_newer_rules_have_made_is_left_alone, newer_body)

static void asked_body(void *data)
{
    char other[UUID_TEXT_LEN + 1];

    (void)data;
    uuid_format(&stand_other.tenant_id, other);
    stand_said_all(1, 700, 1, "слон");
    stand_feed();
    stand_sql("UPDATE document SET tenant_id = '%s' WHERE user_id > 600", other);
    made_by(WORDS_VERSION, "true");
    ask(NULL, 0, 600);
    ck_index("running", 0, 600, 0);
    rebuild();
    ck_index("done", 600, 600, 0);
    ck_assert_int_eq(count_of("слон"), 600);
    ask(&stand_other, 0, 100);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 700);
    /* Once more is a new one. */
    made_by(WORDS_VERSION, "true");
    ask(NULL, 0, 600);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 600);
}
REBUILD_TEST(all_terms_of_the_tenant_that_asks_are_made_anew, asked_body)

/* Which documents are written, one behind the other. */
static void begin_notes(void)
{
    stand_script(
        "CREATE TABLE rewritten (number bigint, place bigint GENERATED ALWAYS AS IDENTITY);"
        "CREATE FUNCTION note_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO rewritten (number) VALUES (NEW.number); RETURN NEW; END $$;"
        "CREATE TRIGGER note BEFORE UPDATE ON document FOR EACH ROW"
        " EXECUTE FUNCTION note_rewritten()",
        "the trigger");
}

static void end_notes(void)
{
    stand_script(
        "DROP TRIGGER note ON document; DROP FUNCTION note_rewritten; DROP TABLE rewritten",
        "the trigger");
}

struct race {
    int left;
};

static void one_of_three(void *data)
{
    struct race *race = data;

    rebuild();
    race->left--;
}

/* Case: Several copies make terms anew. Each document is written once. */
static void race_body(void *data)
{
    static struct race race;

    (void)data;
    stand_said_all(1, 1500, 1, "слон");
    stand_feed();
    made_by(0, "true");
    begin_notes();
    race.left = 3;
    for (int i = 0; i < 3; i++)
        stand_go(one_of_three, &race);
    stand_until(race.left == 0, "race.left is %d", race.left);
    ck_assert_int_eq(count_of("слон"), 1500);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM rewritten"), 1500);
    end_notes();
}
REBUILD_TEST(copies_that_share_the_work_do_nothing_twice, race_body)

/* What was made anew lies behind the place, so that no page passes over it again. */
static void place_body(void *data)
{
    (void)data;
    stand_said_all(1, 3 * REBUILD_ROWS_MAX, 1, "слон");
    stand_feed();
    made_by(0, "true");
    /* The tenant whose documents came last is the first. */
    stand_sql("UPDATE document SET tenant_id = CASE WHEN user_id > %d"
              " THEN '00000000-0000-7000-8000-000000000001'"
              " ELSE '00000000-0000-7000-8000-000000000002' END::uuid",
              REBUILD_ROWS_MAX);
    begin_notes();
    rebuild();
    ck_assert_int_eq(stand_number("SELECT count(*) FROM (SELECT place,"
                                  "  row_number() OVER (ORDER BY number) AS wanted FROM rewritten)"
                                  " noted WHERE (place - 1) / %d <> (wanted - 1) / %d",
                                  REBUILD_ROWS_MAX, REBUILD_ROWS_MAX),
                     0);
    end_notes();
    ck_assert_int_eq(count_of("слон"), 3 * REBUILD_ROWS_MAX);
}
REBUILD_TEST(documents_of_older_rules_are_walked_through_once, place_body)

/* Case: A copy is killed while it makes terms anew. A page of the request is done, no more. */
static void killed_body(void *data)
{
    (void)data;
    stand_said_all(1, 2 * REBUILD_ROWS_MAX + 50, 1, "слон");
    stand_feed();
    made_by(WORDS_VERSION, "true");
    ask(NULL, 0, 2 * REBUILD_ROWS_MAX + 50);
    stand_sql("UPDATE rebuild SET done = %d, place = (SELECT id FROM document ORDER BY id"
              " LIMIT 1 OFFSET %d)",
              REBUILD_ROWS_MAX, REBUILD_ROWS_MAX - 1);
    /* Asked once more, it is the same. */
    ask(NULL, REBUILD_ROWS_MAX, 2 * REBUILD_ROWS_MAX + 50);
    rebuild();
    ck_assert_int_eq(count_of("слон"), REBUILD_ROWS_MAX + 50);
    ck_index("done", 2 * REBUILD_ROWS_MAX + 50, 2 * REBUILD_ROWS_MAX + 50, 0);
}
REBUILD_TEST(whoever_comes_next_goes_on_where_it_stopped, killed_body)

/* A document that somebody writes just now is passed over, and done when he has ended. */
static void locked_body(void *data)
{
    (void)data;
    stand_said_all(1, 10, 1, "слон");
    stand_feed();
    made_by(0, "true");
    PGconn *held = stand_hold("SELECT FROM test_rebuild.document WHERE user_id = 3 FOR UPDATE");
    rebuild();
    ck_assert_int_eq(count_of("слон"), 9);
    ck_assert(is_told());
    stand_commit(held);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 10);
}
REBUILD_TEST(what_is_being_written_is_waited_for_by_nobody, locked_body)

/* Long texts are fewer of a page. */
static void long_body(void *data)
{
    (void)data;
    stand_sql(
        "INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, direction, text, sent_at,"
        " version) SELECT gen_random_uuid(), gen_random_uuid(), 'taxi', 1, 'in',"
        " repeat('слово ', 1365), now(), 1 FROM generate_series(1, 50)");
    stand_feed();
    stand_sql("UPDATE document SET normaliser = 0, terms = '''x'''");
    rebuild();
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document WHERE normaliser = %d AND"
                                  " terms = '''слов''' AND length = 1365",
                                  WORDS_VERSION),
                     50);
}
REBUILD_TEST(long_texts_are_made_anew_too, long_body)

int main(void)
{
    Suite *suite = suite_create("rebuild");
    TCase *tests = tcase_create("rebuild");

    tcase_add_checked_fixture(tests, begin, stand_finish);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, what_older_rules_have_made_is_made_anew);
    tcase_add_test(tests, what_newer_rules_have_made_is_left_alone);
    tcase_add_test(tests, all_terms_of_the_tenant_that_asks_are_made_anew);
    tcase_add_test(tests, copies_that_share_the_work_do_nothing_twice);
    tcase_add_test(tests, documents_of_older_rules_are_walked_through_once);
    tcase_add_test(tests, whoever_comes_next_goes_on_where_it_stopped);
    tcase_add_test(tests, what_is_being_written_is_waited_for_by_nobody);
    tcase_add_test(tests, long_texts_are_made_anew_too);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
