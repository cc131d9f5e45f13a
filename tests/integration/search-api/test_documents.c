// SPDX-License-Identifier: MIT
/* Uploaded documents. */
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "loop/work.h"

#include "documents/upload.h"
#include "handlers/handlers.h"
#include "jobs/semaphore.h"
#include "stand.h"
#include "support/test.h"

#define SCHEMA "test_documents"

static void begin(void)
{
    stand_begin(SCHEMA);
}

TEST_CASE("documents", .setup = begin, .teardown = stand_finish, .timeout_s = 120);

static atomic_bool released;

static void wait_for_release(void *arg)
{
    (void)arg;
    while (!atomic_load(&released))
        usleep(1000);
}

/* The only thread of the fixture's pool. */
static void hold_thread(void *data)
{
    char nothing = 0;
    struct fault fault;

    (void)data;
    ck_assert(work_run(stand_service()->work, wait_for_release, &nothing, 1, NULL, &fault));
}

static void post(void *data)
{
    bool *posted = data;

    ck_status(stand_status(&(struct ask){.handler = post_documents,
                                         .method = HTTP_POST,
                                         .body = "{\"id\":\"a\",\"version\":1,\"text\":\"слон\","
                                                 "\"sent_at\":\"2026-01-02T03:04:05Z\"}"}),
              200);
    *posted = true;
}

/* A thread makes the terms; while it is busy, others need the connection. */
STAND_TEST(no_connection_is_held_while_terms_are_made)
{
    static bool posted;

    posted = false;
    atomic_store(&released, false);
    stand_go(hold_thread, NULL);
    stand_go(post, &posted);
    for (int i = 0; i < 20; i++) {
        stand_sleep(5);
        ck_assert(!posted);
        ck_assert_int_eq(stand_number("SELECT count(*) FROM pg_stat_activity WHERE"
                                      " application_name = '" SCHEMA
                                      "' AND state LIKE 'idle in transaction%%'"),
                         0);
    }
    atomic_store(&released, true);
    stand_until(posted, "posted");
    ck_assert_str_eq(stand_found("слон"), "a");
}

/* --- limits --- */

static struct answer post_one(const struct api_caller *caller, const char *id, int version)
{
    char body[200];

    snprintf(body, sizeof body,
             "{\"id\":\"%s\",\"version\":%d,\"text\":\"слон\","
             "\"sent_at\":\"2026-01-02T03:04:05Z\",\"user_id\":1}",
             id, version);
    return stand_status(&(struct ask){
        .handler = post_documents, .method = HTTP_POST, .caller = caller, .body = body});
}

STAND_TEST(documents_of_a_tenant_are_limited)
{
    struct search_app *app = stand_app();
    struct fault fault;

    upload_limits_destroy(app->uploads);
    app->uploads = upload_limits_create(app->service, 2, &fault);
    ck_assert_ptr_nonnull(app->uploads);
    stand_put_messages(1, 3, 1, "слон");
    stand_consume_messages();
    ck_status(post_one(NULL, "a", 1), 200);
    ck_status(post_one(NULL, "b", 1), 200);
    ck_refused(post_one(NULL, "c", 1), 422, "too_many_documents");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document WHERE source = 'api'"), 2);
    ck_status(post_one(NULL, "a", 2), 200);
    ck_status(post_one(&stand_other, "c", 1), 200);
    /* The limit is lower by now: existing documents can be replaced. */
    stand_sql("UPDATE document_count SET documents = 5");
    ck_status(post_one(NULL, "a", 3), 200);
    stand_sql("UPDATE document_count SET documents = 2");
    ck_status(stand_status(&(struct ask){
                  .handler = delete_documents, .method = HTTP_DELETE, .query = {{"user_id", "1"}}}),
              200);
    ck_status(post_one(NULL, "c", 1), 200);
}

/* --- tenants --- */

enum { GREEDY = 10 };

static struct {
    int begun;
    int ended;
    int place; /* of the small tenant's document among finished changes */
} line;

static void erase(void *data)
{
    (void)data;
    line.begun++;
    ck_status(stand_status(&(struct ask){.handler = delete_documents,
                                         .method = HTTP_DELETE,
                                         .caller = &stand_other,
                                         .query = {{"user_id", "1"}}}),
              200);
    line.ended++;
}

static void modest_post(void *data)
{
    bool posted;

    (void)data;
    line.begun++;
    post(&posted);
    line.place = ++line.ended;
}

/* Case: One tenant erases and writes without a pause. */
STAND_TEST(changes_of_one_tenant_do_not_delay_another)
{
    struct semaphore *semaphore = upload_semaphore(stand_app()->uploads);
    const struct uuid *greedy = &stand_other.tenant_id;
    struct fault fault;

    line.begun = line.ended = line.place = 0;
    for (int i = 0; i < UPLOAD_SLOTS; i++)
        ck_assert(semaphore_acquire(semaphore, stand_loop(), greedy, &fault));
    for (int i = 0; i < GREEDY; i++)
        stand_go(erase, NULL);
    stand_go(modest_post, NULL);
    stand_until(line.begun == GREEDY + 1, "all have begun");
    for (int i = 0; i < UPLOAD_SLOTS; i++)
        semaphore_release(semaphore, greedy);
    stand_until(line.ended == GREEDY + 1, "%d have ended", line.ended);
    ck_assert_int_le(line.place, UPLOAD_SLOTS + 1);
}
