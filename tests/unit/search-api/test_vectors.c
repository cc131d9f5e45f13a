// SPDX-License-Identifier: MIT
/* The index in this process: searches in threads while rows are put and dropped. */

#include <semaphore.h>

#include "base/value.h"
#include "loop/work.h"

#include "jobs/job.h"
#include "unit/loop/suite.h"
#include "vectors/matrix.h"
#include "vectors/memory_index.h"

enum { DIMENSIONS = 64, LIMIT = 50, SEARCHERS = 6, SEARCHES = 30, ROWS = 32, THREADS = 3 };

static struct work *work;
static struct vector_index vectors;
static int left; /* fibers */

static void setup(void)
{
    suite_begin();
    ck_ok((work = work_create(loop, THREADS, 16, &fault)) != NULL);
    ck_ok(memory_index_create(work, DIMENSIONS, 1, &vectors, &fault));
}

static void teardown(void)
{
    vectors.kind->destroy(vectors.self);
    work_destroy(work);
    suite_end();
}

TEST_CASE("vectors", .setup = setup, .teardown = teardown);

/* Every 251st number has the same vector. */
static void set_vector(int64_t number, int8_t out[DIMENSIONS])
{
    for (int i = 0; i < DIMENSIONS; i++)
        out[i] = (int8_t)(number * (i + 7) * 31 % 251 - 125);
}

static void set_query(int64_t number, float out[DIMENSIONS])
{
    int8_t vector[DIMENSIONS];

    set_vector(number, vector);
    for (int i = 0; i < DIMENSIONS; i++)
        out[i] = vector[i];
}

static void leave(void)
{
    if (--left == 0)
        loop_stop(loop);
}

static void put_rows(int64_t first, int64_t count)
{
    static int8_t made[ROWS][DIMENSIONS];
    struct vector_row rows[ROWS];

    for (int64_t i = 0; i < count; i++) {
        set_vector(first + i, made[i]);
        rows[i] = (struct vector_row){.number = first + i,
                                      .chat_id = FIELD_ABSENT,
                                      .user_id = FIELD_ABSENT,
                                      .language = -1,
                                      .vector = made[i]};
    }
    ck_ok(vectors.kind->put(vectors.self, rows, (size_t)count, &fault));
}

static const struct vector_filter everything = {.chat_id = FIELD_ABSENT,
                                                .user_id = FIELD_ABSENT,
                                                .from = FIELD_ABSENT,
                                                .to = FIELD_ABSENT,
                                                .language = -1};

static size_t search(int64_t number, struct vector_hit hits[LIMIT])
{
    float query[DIMENSIONS];
    size_t count = 0;

    set_query(number, query);
    ck_ok(vectors.kind->nearest(vectors.self, &everything, query, LIMIT, hits, &count, &fault));
    return count;
}

/* --- searches in threads while the loop changes rows --- */

static unsigned short seed[3];
static int64_t newest;

static void check_hits(int64_t asked, const struct vector_hit *hits, size_t count)
{
    float query[DIMENSIONS], other[DIMENSIONS];

    set_query(asked, query);
    for (size_t i = 0; i < count; i++) {
        double dot = 0, own = 0, others = 0;
        set_query(hits[i].number, other);
        for (int k = 0; k < DIMENSIONS; k++) {
            dot += (double)query[k] * (double)other[k];
            own += (double)query[k] * (double)query[k];
            others += (double)other[k] * (double)other[k];
        }
        ck_assert(fabs((double)hits[i].similarity - dot / sqrt(own * others)) < 0.01);
    }
}

static void search_on(void *data)
{
    struct vector_hit hits[LIMIT];

    for (int i = 0; i < SEARCHES; i++) {
        const int64_t asked = 1 + nrand48(seed) % 250;
        check_hits(asked, hits, search(asked, hits));
    }
    leave();
}

static void change_on(void *data)
{
    while (left > 1) {
        put_rows(newest, ROWS);
        put_rows(newest - nrand48(seed) % 2000, ROWS);
        newest += ROWS;
        for (int i = 0; i < ROWS; i++)
            ck_assert(vectors.kind->drop(vectors.self, (int64_t[]){newest - nrand48(seed) % 5000},
                                         1, &fault));
        ck_assert(fiber_sleep(0, &fault));
    }
    leave();
}

TEST(searches_see_complete_rows_during_changes)
{
    for (newest = 1; newest < 2000; newest += ROWS)
        put_rows(newest, ROWS);
    left = SEARCHERS + 1;
    for (int i = 0; i <= SEARCHERS; i++)
        ck_assert(fiber_start(loop, i < SEARCHERS ? search_on : change_on, NULL, suite_in_ms(60000),
                              "test", &fault));
    loop_run(loop);
    struct vector_index_state state;
    vectors.kind->state(vectors.self, NULL, &state);
    ck_assert_int_le(state.count, 4096);
}

TEST(state_reports_evicted_rows)
{
    struct vector_index_state state;

    vectors.kind->state(vectors.self, NULL, &state);
    ck_assert_ptr_null(state.reason);
    newest = 1;
    for (; newest < 5000; newest += ROWS)
        put_rows(newest, ROWS);
    vectors.kind->state(vectors.self, NULL, &state);
    ck_assert_str_eq(state.reason, "vector_memory");
}

static bool gave_up;

static void search_in_no_time(void *data)
{
    struct vector_hit hits[LIMIT];
    float query[DIMENSIONS];
    size_t count = 77;

    set_query(1, query);
    gave_up = !vectors.kind->nearest(vectors.self, &everything, query, LIMIT, hits, &count, &fault);
    ck_assert_uint_eq(count, 77);
    loop_stop(loop);
}

TEST(expired_deadline_is_a_fault_and_leaks_nothing)
{
    put_rows(1, ROWS);
    ck_assert(fiber_start(loop, search_in_no_time, NULL, loop_now_ns(loop) - 1, "test", &fault));
    loop_run(loop);
    ck_assert(gave_up);
    ck_assert_int_eq(fault.kind, FAULT_TIMEOUT);
}

/* --- a put that waits for a scan --- */

static sem_t released;
static int64_t pause_ns = -1; /* of the first wait after it was set to 0 */

bool __real_fiber_sleep(int64_t ns, struct fault *why);
bool __wrap_fiber_sleep(int64_t ns, struct fault *why);
bool __wrap_fiber_sleep(int64_t ns, struct fault *why)
{
    if (ns > 0 && pause_ns == 0) {
        pause_ns = ns;
        for (int i = 0; i < THREADS; i++)
            sem_post(&released);
    }
    return __real_fiber_sleep(ns, why);
}

static bool wait_in_thread(void *data, struct fault *why)
{
    return sem_wait(&released) == 0;
}

static void occupy_thread(void *data)
{
    ck_ok(job_run(work, wait_in_thread, NULL, suite_nothing, &fault));
    leave();
}

static void search_once(void *data)
{
    struct vector_hit hits[LIMIT];

    search(1, hits);
    leave();
}

static void put_one(void *data)
{
    put_rows(newest, 1);
    leave();
}

/* The scan has no thread until the put has waited once. */
TEST(put_pauses_for_milliseconds_while_a_scan_needs_the_slots)
{
    for (newest = 1; newest <= MATRIX_CHUNK; newest += ROWS)
        put_rows(newest, ROWS);
    ck_assert(sem_init(&released, 0, 0) == 0);
    pause_ns = 0;
    left = THREADS + 2;
    for (int i = 0; i < THREADS; i++)
        ck_assert(fiber_start(loop, occupy_thread, NULL, suite_in_ms(60000), "busy", &fault));
    ck_assert(fiber_start(loop, search_once, NULL, suite_in_ms(60000), "scan", &fault));
    ck_assert(fiber_start(loop, put_one, NULL, suite_in_ms(60000), "put", &fault));
    loop_run(loop);
    ck_assert_int_ge(pause_ns, MS);
    sem_destroy(&released);
}
