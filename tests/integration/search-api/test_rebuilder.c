// SPDX-License-Identifier: MIT
/* The rebuild of terms: of older rules, and on request. */
#include "documents/rebuild_store.h"
#include "documents/rebuilder.h"
#include "stand.h"
#include "text/words.h"

static void run(void *data)
{
    ck_ok(rebuilder_run(stand_app()->rebuilder, &fault));
}

static void rebuild(void)
{
    run(NULL);
}

/* Sets terms as if rules of that number had made them; they match nothing. */
static void made_by(int normaliser, const char *which)
{
    stand_sql("UPDATE document SET normaliser = %d, length = 9, terms = '''x''' WHERE %s",
              normaliser, which);
}

static json_t *request_json(enum http_method method, http_handler *handler,
                            const struct api_caller *caller, int status)
{
    return ck_status(stand_ask(&(struct ask){
                         .handler = handler, .method = method, .caller = caller, .action = true}),
                     status)
        .json;
}

static void ck_rebuild(json_t *shown, const char *state, int done, int total)
{
    ck_text(shown, "state", state);
    ck_number(shown, "done", done);
    ck_number(shown, "total", total);
}

static void ck_index(const char *state, int done, int total, int outdated)
{
    json_t *index = request_json(HTTP_GET, get_index, NULL, 200);

    ck_rebuild(json_object_get(index, "rebuild"), state, done, total);
    ck_number(index, "outdated", outdated);
}

static void ask(const struct api_caller *caller, int done, int total)
{
    ck_rebuild(request_json(HTTP_POST, post_index_rebuild, caller, 202), "running", done, total);
}

/* Whether a search reports outdated words. */
static bool is_reported(void)
{
    return stand_reports(post_search_messages, "{'query':'слон'}", "words_outdated");
}

static long long count_of(const char *term)
{
    return stand_number("SELECT count(*) FROM document WHERE terms @@ '''%s'''::tsquery AND"
                        " length = 1 AND normaliser = %d",
                        term, WORDS_VERSION);
}

TEST_CASE("rebuilder", .setup = stand_begin, .teardown = stand_finish);

/* Case: The tokenizer has changed. */
FIBER_TEST(terms_of_older_rules_are_rebuilt_in_the_background)
{
    stand_say(1, 700, 1, "слон");
    const long long changes = stand_number("SELECT sum(tx::text::bigint) FROM document");
    made_by(0, "user_id <= 650");
    ck_assert(is_reported());
    ck_index("running", 50, 700, 650);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 700);
    ck_assert(!is_reported());
    ck_index("none", 0, 0, 0);
    ck_sql(changes, "SELECT sum(tx::text::bigint) FROM document");
}

/* Case: Instances with older and newer tokenizers run side by side. Terms of the newer one stay,
 * also on request. */
FIBER_TEST(terms_of_newer_rules_stay)
{
    stand_say(1, 20, 1, "слон");
    made_by(WORDS_VERSION + 1, "user_id <= 5");
    made_by(0, "user_id > 15");
    ask(NULL, 0, 20);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 15);
    ck_rows(5, "document WHERE normaliser = %d", WORDS_VERSION + 1);
    ck_assert(is_reported());
    ck_index("done", 20, 20, 0);
}

FIBER_TEST(requested_rebuild_covers_all_terms_of_the_tenant)
{
    char other[UUID_TEXT_LEN + 1];

    uuid_format(&stand_other.tenant_id, other);
    stand_say(1, 700, 1, "слон");
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
    /* A repeated request starts a new rebuild. */
    made_by(WORDS_VERSION, "true");
    ask(NULL, 0, 600);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 600);
}

/* Records which documents are written, in order. */
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

/* Case: Several instances rebuild terms. Each document is written once. */
FIBER_TEST(instances_share_the_rebuild_without_duplicates)
{
    stand_say(1, 1500, 1, "слон");
    made_by(0, "true");
    begin_notes();
    stand_race(3, run);
    ck_assert_int_eq(count_of("слон"), 1500);
    ck_rows(1500, "rewritten");
    end_notes();
}

/* Rebuilt documents lie before the cursor, so that no page scans them again. */
FIBER_TEST(outdated_documents_are_scanned_once)
{
    stand_say(1, 3 * REBUILD_ROWS_MAX, 1, "слон");
    made_by(0, "true");
    /* The tenant with the newest documents comes first. */
    stand_sql("UPDATE document SET tenant_id = CASE WHEN user_id > %d"
              " THEN '00000000-0000-7000-8000-000000000001'"
              " ELSE '00000000-0000-7000-8000-000000000002' END::uuid",
              REBUILD_ROWS_MAX);
    begin_notes();
    rebuild();
    ck_rows(0,
            "(SELECT place,"
            "  row_number() OVER (ORDER BY number) AS wanted FROM rewritten)"
            " noted WHERE (place - 1) / %d <> (wanted - 1) / %d",
            REBUILD_ROWS_MAX, REBUILD_ROWS_MAX);
    end_notes();
    ck_assert_int_eq(count_of("слон"), 3 * REBUILD_ROWS_MAX);
}

/* Case: An instance is killed during a rebuild. Exactly one page of the request is done. */
FIBER_TEST(next_instance_resumes_the_rebuild)
{
    stand_say(1, 2 * REBUILD_ROWS_MAX + 50, 1, "слон");
    made_by(WORDS_VERSION, "true");
    ask(NULL, 0, 2 * REBUILD_ROWS_MAX + 50);
    stand_sql("UPDATE rebuild SET done = %d, place = (SELECT id FROM document ORDER BY id"
              " LIMIT 1 OFFSET %d)",
              REBUILD_ROWS_MAX, REBUILD_ROWS_MAX - 1);
    /* A repeated request joins the running rebuild. */
    ask(NULL, REBUILD_ROWS_MAX, 2 * REBUILD_ROWS_MAX + 50);
    rebuild();
    ck_assert_int_eq(count_of("слон"), REBUILD_ROWS_MAX + 50);
    ck_index("done", 2 * REBUILD_ROWS_MAX + 50, 2 * REBUILD_ROWS_MAX + 50, 0);
}

/* A document locked by a writer is skipped, and rebuilt after the writer has ended. */
FIBER_TEST(locked_documents_do_not_block_the_rebuild)
{
    stand_say(1, 10, 1, "слон");
    made_by(0, "true");
    PGconn *held = stand_hold("SELECT FROM search_rebuilder.document WHERE user_id = 3 FOR UPDATE");
    rebuild();
    ck_assert_int_eq(count_of("слон"), 9);
    ck_assert(is_reported());
    stand_commit(held);
    rebuild();
    ck_assert_int_eq(count_of("слон"), 10);
}

/* A page has fewer long texts. */
FIBER_TEST(long_texts_are_rebuilt_too)
{
    stand_put_texts(50, "repeat('слово ', 1365)");
    stand_consume_messages();
    stand_sql("UPDATE document SET normaliser = 0, terms = '''x'''");
    rebuild();
    ck_rows(50, "document WHERE normaliser = %d AND terms = '''слов''' AND length = 1365",
            WORDS_VERSION);
}
