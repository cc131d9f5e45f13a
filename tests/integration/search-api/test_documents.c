// SPDX-License-Identifier: MIT
/* Uploaded documents. */
#include <stdatomic.h>

#include "loop/work.h"

#include "documents/upload.h"
#include "jobs/semaphore.h"
#include "stand.h"

#define SCHEMA "test_documents"

static atomic_bool released;

static void wait_for_release(void *arg)
{
    while (!atomic_load(&released))
        usleep(1000);
}

/* The only thread of the fixture's pool. */
static void hold_thread(void *data)
{
    char nothing = 0;

    ck_ok(work_run(stand_service()->work, wait_for_release, &nothing, 1, NULL, &fault));
}

static void post(void *data)
{
    bool *posted = data;
    struct answer answer;

    stand_ask_admitted(answer,
                       ask_post(post_documents, .body = "{'id':'a','version':1,'text':'слон',"
                                                        "'sent_at':'2026-01-02T03:04:05Z'}"));
    ck_status(answer, 200);
    *posted = true;
}

TEST_CASE("documents", .setup = stand_begin, .teardown = stand_finish);

/* A thread makes the terms; while it is busy, others need the connection. */
FIBER_TEST(no_connection_is_held_while_terms_are_made)
{
    static bool posted;

    posted = false;
    atomic_store(&released, false);
    stand_go(hold_thread, NULL);
    stand_go(post, &posted);
    for (int i = 0; i < 20; i++) {
        stand_sleep(5);
        ck_assert(!posted);
        ck_rows(0, "pg_stat_activity WHERE application_name = '" SCHEMA
                   "' AND state LIKE 'idle in transaction%%'");
    }
    atomic_store(&released, true);
    stand_until(posted, "posted");
    ck_assert_str_eq(stand_found("слон"), "a");
}

static struct answer post_one(const struct api_caller *caller, const char *id, int version)
{
    return ask_post(post_documents, .caller = caller,
                    .body = textf("{'id':'%s','version':%d,'text':'слон','user_id':1,"
                                  "'sent_at':'2026-01-02T03:04:05Z'}",
                                  id, version));
}

FIBER_TEST(documents_of_a_tenant_are_limited)
{
    struct search_app *app = stand_app();

    upload_limits_init(app->uploads, app->service, 2);
    stand_say(1, 3, 1, "слон");
    ck_status(post_one(NULL, "a", 1), 200);
    ck_status(post_one(NULL, "b", 1), 200);
    ck_refused(post_one(NULL, "c", 1), 422, "too_many_documents");
    ck_rows(2, "document WHERE source = 'api'");
    ck_status(post_one(NULL, "a", 2), 200);
    ck_status(post_one(&stand_other, "c", 1), 200);
    /* The limit is lower by now: existing documents can be replaced. */
    stand_sql("UPDATE document_count SET documents = 5");
    ck_status(post_one(NULL, "a", 3), 200);
    stand_sql("UPDATE document_count SET documents = 2");
    stand_erase("user_id=1");
    ck_status(post_one(NULL, "c", 1), 200);
}

enum { GREEDY = 10 };

static struct {
    int begun, ended;
    int place; /* of the small tenant's document among finished changes */
} line;

static void erase(void *data)
{
    struct answer answer;

    line.begun++;
    stand_ask_admitted(answer,
                       ask_delete(delete_documents, .caller = &stand_other, .params = "user_id=1"));
    ck_status(answer, 200);
    line.ended++;
}

static void modest_post(void *data)
{
    bool posted;

    line.begun++;
    post(&posted);
    line.place = ++line.ended;
}

/* Case: One tenant erases and writes without a pause. */
FIBER_TEST(changes_of_one_tenant_do_not_delay_another)
{
    struct semaphore *semaphore = &stand_app()->uploads->changes;
    const struct uuid *greedy = &stand_other.tenant_id;

    line.begun = line.ended = line.place = 0;
    for (int i = 0; i < UPLOAD_SLOTS; i++)
        ck_ok(semaphore_acquire(semaphore, stand_loop(), greedy, &fault));
    for (int i = 0; i < GREEDY; i++)
        stand_go(erase, NULL);
    stand_go(modest_post, NULL);
    stand_until(line.begun == GREEDY + 1, "all have begun");
    /* With one slot they end in the order of their admission. */
    semaphore_release(semaphore, greedy);
    stand_until(line.ended == GREEDY + 1, "%d have ended", line.ended);
    ck_assert_int_le(line.place, 2);
    for (int i = 1; i < UPLOAD_SLOTS; i++)
        semaphore_release(semaphore, greedy);
}
