// SPDX-License-Identifier: MIT
/* Comparisons when points of Qdrant differ from rows of PostgreSQL. */
#include "base/value.h"

#include "support/test.h"
#include "unit/search-api/in_fiber.h"
#include "vector_index_fixture.h"
#include "vectors/qdrant_compare.h"

enum { DIMENSIONS = 4, ROWS = 1300 };

static struct vector_index subject;
static struct vector_index_state state;
static struct qdrant_progress progress;
static const struct uuid tenant = {{1}};

/* --- PostgreSQL's side: revisions by number, 0: no such row --- */

static int64_t revisions[ROWS + 1];
static size_t sent;

static bool list_rows(void *self, int64_t after, int64_t until,
                      struct qdrant_known out[QDRANT_PAGE], size_t *count, struct fault *why)
{
    size_t found = 0;

    for (int64_t i = after + 1; i <= ROWS && i <= until && found < QDRANT_PAGE; i++) {
        if (revisions[i] != 0)
            out[found++] = (struct qdrant_known){i, revisions[i]};
    }
    *count = found;
    return true;
}

static bool put(const int64_t *numbers, size_t count)
{
    static const int8_t vector[DIMENSIONS] = {1, 2, 3, 4};
    struct vector_row rows[QDRANT_BATCH];

    for (size_t i = 0; i < count; i++)
        rows[i] = (struct vector_row){.number = numbers[i],
                                      .revision = revisions[numbers[i]],
                                      .tenant_id = tenant,
                                      .chat_id = FIELD_ABSENT,
                                      .user_id = FIELD_ABSENT,
                                      .language = -1,
                                      .vector = vector};
    return subject.kind->put(subject.self, rows, count, &fault);
}

static bool send_rows(void *self, const int64_t *numbers, size_t count, struct fault *why)
{
    ck_assert_uint_le(count, QDRANT_BATCH);
    sent += count;
    return put(numbers, count);
}

static const struct qdrant_source truth = {NULL, list_rows, send_rows};

static void put_from(int first, int last)
{
    int64_t numbers[QDRANT_BATCH];
    size_t count = 0;

    for (int i = first; i <= last; i++) {
        numbers[count++] = i;
        if (count == QDRANT_BATCH || i == last) {
            ck_assert_msg(put(numbers, count), "%s: %s", fault.code, fault.detail);
            count = 0;
        }
    }
}

static void set_from(int first, int last, int64_t revision)
{
    for (int i = first; i <= last; i++)
        revisions[i] = revision;
}

static int compare(void)
{
    int steps = 0;

    progress = (struct qdrant_progress){0};
    sent = 0;
    while (!progress.ended) {
        ck_assert_msg(qdrant_compare_page(&subject, &truth, &progress, &fault), "%s: %s",
                      fault.code, fault.detail);
        steps++;
    }
    subject.kind->state(subject.self, NULL, &state);
    return steps;
}

static void check_equal(int64_t rows)
{
    int64_t counted;

    ck_assert(subject.kind->count(subject.self, NULL, &counted, &fault));
    ck_assert_int_eq(counted, rows);
    compare();
    ck_assert_int_eq(progress.missing + progress.older + progress.newer + progress.orphans, 0);
    ck_assert_int_eq(progress.seen, rows);
    ck_assert_ptr_null(state.reason);
}

static void begin(void)
{
    stand_begin();
    memset(revisions, 0, sizeof revisions);
    vector_index_fixture_create(DIMENSIONS, &subject);
}

static bool remove_subject(void)
{
    return vector_index_fixture_remove(&subject);
}

static void end(void)
{
    ck_assert(in_fiber(remove_subject));
    subject.kind->destroy(subject.self);
    stand_end();
}

TEST_CASE("compare", .setup = begin, .teardown = end, .timeout_s = 120);

#define COMPARE_TEST(name, body)                                                                   \
    TEST(name)                                                                                     \
    {                                                                                              \
        ck_assert(in_fiber(body));                                                                 \
    }

/* --- tests --- */

static bool fill_empty(void)
{
    set_from(1, ROWS, 5);
    ck_assert_int_ge(compare(), 3);
    ck_assert_int_eq(progress.missing, ROWS);
    ck_assert_uint_eq(sent, ROWS);
    check_equal(ROWS);
    return true;
}
COMPARE_TEST(empty_collection_gets_all_rows, fill_empty)

static bool restore_older(void)
{
    set_from(1, 600, 5);
    put_from(1, 600);
    /* Changes since then: edits, new rows, deletions of rows that the old copy still has. */
    set_from(10, 19, 9);
    set_from(601, 700, 9);
    set_from(30, 39, 0);
    compare();
    ck_assert_int_eq(progress.older, 10);
    ck_assert_int_eq(progress.missing, 100);
    ck_assert_int_eq(progress.orphans, 10);
    check_equal(690);
    return true;
}
/* Case: Qdrant restarts with an older copy of its disk. */
COMPARE_TEST(restored_older_collection_is_updated, restore_older)

static bool restore_postgres(void)
{
    set_from(1, 50, 9);
    put_from(1, 50);
    set_from(1, 20, 3);
    compare();
    ck_assert_int_eq(progress.newer, 20);
    ck_assert_uint_eq(sent, 20);
    check_equal(50);
    return true;
}
COMPARE_TEST(restored_postgresql_is_authoritative, restore_postgres)

static bool drop_orphans(void)
{
    set_from(1, ROWS, 5);
    put_from(1, ROWS);
    set_from(1, ROWS - 1, 0);
    compare();
    ck_assert_int_eq(progress.orphans, ROWS - 1);
    check_equal(1);
    return true;
}
COMPARE_TEST(points_without_a_row_are_deleted_whatever_their_number, drop_orphans)
