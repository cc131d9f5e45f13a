// SPDX-License-Identifier: MIT

#include "base/value.h"

#include "unit/search-api/in_fiber.h"
#include "vector_index_fixture.h"

enum {
    DIMENSIONS = 32,
    ROWS = 400,
    TENANTS = 3,
    SPARE = 100, /* numbers that are not put at first */
    QUERIES = 6,
    STEPS = 120 /* of random changes */
};
#define BEGUN_US (INT64_C(1767225600) * US_PER_S)

/* --- the reference: an exact scan --- */

static struct row {
    struct vector_row row;
    int8_t vector[DIMENSIONS];
    bool here;
} rows[ROWS + SPARE + 1]; /* by number; 0 is none */
static float queries[QUERIES][DIMENSIONS];
static struct vector_index subject;

static const char *const bots[] = {NULL, "taxi", "stay", "stay \"2\""};

static struct uuid tenant_of(int i)
{
    return (struct uuid){
        {(uint8_t)(i % TENANTS + 1), [6] = 0x40, [8] = 0x80}
    };
}

/* Ten clusters, so that some are near each other. */
static void draw(int cluster, int8_t *out)
{
    for (int i = 0; i < DIMENSIONS; i++) {
        const int center = (cluster * 37 + i * i * 11) % 161 - 80;
        out[i] = (int8_t)(center + (int)(drand48() * 80) - 40);
    }
}

/* Rows differ in most attributes; some share the vector of another row of the same tenant, so that
 * they are equally near to anything. */
static void make_row(int number, int64_t revision)
{
    struct row *row = &rows[number];

    if (number % 20 == 0 && rows[number - TENANTS].here)
        memcpy(row->vector, rows[number - TENANTS].vector, DIMENSIONS);
    else
        draw(number % 10, row->vector);
    row->row = (struct vector_row){.number = number,
                                   .revision = revision,
                                   .tenant_id = tenant_of(number),
                                   .bot = slice_of(bots[number / 3 % 4]),
                                   .chat_id = number % 11 == 0 ? FIELD_ABSENT
                                                               : -1001000000000 - number % 7,
                                   .user_id = number % 5 == 0 ? FIELD_ABSENT : 700 + number % 13,
                                   .sent_at = BEGUN_US + number % 50 * US_PER_S + number % 3,
                                   .language = number / 3 % 4 - 1,
                                   .vector = row->vector};
    row->here = true;
}

/* Times are after 1970. */
static int64_t down(int64_t time_us)
{
    return time_us - time_us % vector_index_fixture_grain_us;
}

static bool fits(const struct row *row, const struct vector_filter *filter)
{
    const struct vector_row *it = &row->row;

    return row->here && uuid_equal(&it->tenant_id, &filter->tenant_id) &&
           (filter->bot.at == NULL || slice_equal(filter->bot, it->bot)) &&
           (filter->chat_id == FIELD_ABSENT || filter->chat_id == it->chat_id) &&
           (filter->user_id == FIELD_ABSENT || filter->user_id == it->user_id) &&
           (filter->from == FIELD_ABSENT || it->sent_at >= down(filter->from)) &&
           (filter->to == FIELD_ABSENT ||
            it->sent_at < down(filter->to + vector_index_fixture_grain_us - 1)) &&
           (filter->language < 0 || filter->language == it->language);
}

static double cosine(const float *query, const int8_t *vector)
{
    double dot = 0, a = 0, b = 0;

    for (int i = 0; i < DIMENSIONS; i++) {
        dot += (double)query[i] * vector[i];
        a += (double)query[i] * (double)query[i];
        b += (double)vector[i] * vector[i];
    }
    return dot / sqrt(a * b);
}

static int falling(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* The similarities of all matching rows, the largest first. */
static size_t scan(const struct vector_filter *filter, const float *query, double out[ROWS + SPARE])
{
    size_t count = 0;

    for (int i = 1; i <= ROWS + SPARE; i++) {
        if (fits(&rows[i], filter))
            out[count++] = cosine(query, rows[i].vector);
    }
    qsort(out, count, sizeof *out, falling);
    return count;
}

/* --- comparison of the index with it --- */

static struct vector_hit hits[VECTOR_HITS_MAX];

/* Checks that the number is right, that all rows match with their similarities, and that no nearer
 * row is missing. Of equally near rows any may be last. */
static void check_nearest(const struct vector_filter *filter, const float *query, size_t limit)
{
    double exact[ROWS + SPARE];
    const size_t all = scan(filter, query, exact);
    bool seen[ROWS + SPARE + 1] = {false};
    size_t found = 0;

    ck_ok(subject.kind->nearest(subject.self, filter, query, limit, hits, &found, &fault));
    ck_assert_uint_eq(found, all < limit ? all : limit);
    for (size_t i = 1; i < found; i++) {
        const bool equal = hits[i - 1].similarity == hits[i].similarity;
        ck_assert(hits[i - 1].similarity >= hits[i].similarity);
        ck_assert(!equal || hits[i - 1].number > hits[i].number);
    }
    for (size_t i = 0; i < found; i++) {
        ck_assert(hits[i].number >= 1 && hits[i].number <= ROWS + SPARE && !seen[hits[i].number]);
        const struct row *row = &rows[hits[i].number];
        seen[hits[i].number] = true;
        ck_assert_msg(fits(row, filter), "%lld does not fit", (long long)hits[i].number);
        const double error = fabs((double)hits[i].similarity - cosine(query, row->vector));
        ck_assert_msg(error <= vector_index_fixture_error, "%lld is said to be %g off",
                      (long long)hits[i].number, error);
        ck_assert((double)hits[i].similarity >= exact[i] - vector_index_fixture_error);
    }
}

static const struct vector_filter none = {
    {{0}},
    { NULL,  0},
    FIELD_ABSENT, FIELD_ABSENT, FIELD_ABSENT, FIELD_ABSENT, -1
};

static void check_all(void)
{
    int64_t counted = -1, right = 0;

    for (int t = 0; t < TENANTS; t++) {
        struct vector_filter filter = none;
        filter.tenant_id = tenant_of(t);
        for (int q = 0; q < QUERIES; q++)
            check_nearest(&filter, queries[q], q == 0 ? VECTOR_HITS_MAX : 10);
    }
    for (int i = 1; i <= ROWS + SPARE; i++)
        right += rows[i].here;
    ck_assert_msg(subject.kind->count(subject.self, &counted, &fault), "%s", fault.code);
    ck_assert_int_eq(counted, right);
}

static void put(const int *numbers, size_t count)
{
    struct vector_row list[VECTOR_ROWS_MAX];

    for (size_t i = 0; i < count; i++)
        list[i] = rows[numbers[i]].row;
    ck_ok(subject.kind->put(subject.self, list, count, &fault));
}

static void drop(const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rows[numbers[i]].here = false;
    ck_assert_msg(subject.kind->drop(subject.self, numbers, count, &fault), "%s", fault.code);
}

static void put_all(void)
{
    int numbers[VECTOR_ROWS_MAX];
    size_t count = 0;

    for (int i = 1; i <= ROWS + SPARE; i++) {
        if (rows[i].here)
            numbers[count++] = i;
        if (count > 0 && (count == VECTOR_ROWS_MAX || i == ROWS + SPARE)) {
            put(numbers, count);
            count = 0;
        }
    }
}

static void begin(void)
{
    stand_begin();
    srand48(15);
    memset(rows, 0, sizeof rows);
    for (int i = 1; i <= ROWS; i++)
        make_row(i, i / 10 + 1);
    for (int q = 0; q < QUERIES; q++) {
        int8_t vector[DIMENSIONS];
        draw(q, vector);
        for (int i = 0; i < DIMENSIONS; i++)
            queries[q][i] = vector[i] * 0.01F;
    }
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

TEST_CASE("vector_index", .setup = begin, .teardown = end, .timeout_s = 120);

/* --- tests --- */

static void (*test_body)(void *data);
static void *test_data;

static bool run_test(void)
{
    test_body(test_data);
    return true;
}

static void run_in_fiber(void (*body)(void *data), void *data)
{
    test_body = body;
    test_data = data;
    ck_assert(in_fiber(run_test));
}
#define FIBER_RUN run_in_fiber

FIBER_TEST(empty_index_finds_nothing)
{
    memset(rows, 0, sizeof rows);
    check_all();
}

#define AT(second, us) (BEGUN_US + (second)*US_PER_S + (us))

static const struct {
    const char *why;
    struct vector_filter filter; /* with the tenant of row 1 */
} filters[] = {
#define NONE FIELD_ABSENT
#define TENANT                                                                                     \
    {                                                                                              \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define NO_BOT                                                                                     \
    {                                                                                              \
        NULL, 0                                                                                    \
    }
    {"a tenant",                {TENANT, NO_BOT, NONE, NONE, NONE, NONE, -1}                      },
    {"a bot",                   {TENANT, {"taxi", 4}, NONE, NONE, NONE, NONE, -1}                 },
    {"a bot with quotes",       {TENANT, {"stay \"2\"", 8}, NONE, NONE, NONE, NONE, -1}           },
    {"a bot that is not there", {TENANT, {"tax", 3}, NONE, NONE, NONE, NONE, -1}                  },
    {"a chat",                  {TENANT, NO_BOT, -1001000000003, NONE, NONE, NONE, -1}            },
    {"a user",                  {TENANT, NO_BOT, NONE, 703, NONE, NONE, -1}                       },
    {"a language",              {TENANT, NO_BOT, NONE, NONE, NONE, NONE, 0}                       },
    {"another language",        {TENANT, NO_BOT, NONE, NONE, NONE, NONE, 2}                       },
    {"from a row's own time",   {TENANT, NO_BOT, NONE, NONE, AT(31, 1), NONE, -1}                 },
    {"from just behind it",     {TENANT, NO_BOT, NONE, NONE, AT(31, 2), NONE, -1}                 },
    {"to a row's own time",     {TENANT, NO_BOT, NONE, NONE, NONE, AT(31, 1), -1}                 },
    {"to just behind it",       {TENANT, NO_BOT, NONE, NONE, NONE, AT(31, 2), -1}                 },
    {"one microsecond",         {TENANT, NO_BOT, NONE, NONE, AT(31, 1), AT(31, 2), -1}            },
    {"no time at all",          {TENANT, NO_BOT, NONE, NONE, AT(31, 1), AT(31, 1), -1}            },
    {"long ago",                {TENANT, NO_BOT, NONE, NONE, NONE, 0, -1}                         },
    {"chat and user",           {TENANT, NO_BOT, -1001000000003, 703, NONE, NONE, -1}             },
    {"bot and language",        {TENANT, {"stay", 4}, NONE, NONE, NONE, NONE, 1}                  },
    {"all of it",               {TENANT, {"stay", 4}, -1001000000003, 710, AT(0, 0), AT(50, 0), 1}},
};

FIBER_TEST_ROWS_WHY(each_filter_matches_an_exact_scan, filters)
{
    static const size_t limits[] = {1, 7, VECTOR_HITS_MAX};
    struct vector_filter filter = row->filter;

    put_all();
    filter.tenant_id = tenant_of(1);
    for (int q = 0; q < QUERIES; q++) {
        for (int i = 0; i < COUNT(limits); i++)
            check_nearest(&filter, queries[q], limits[i]);
    }
}

FIBER_TEST(no_tenant_and_unknown_tenant_find_nothing)
{
    struct vector_filter stranger = none;

    put_all();
    stranger.tenant_id = (struct uuid){{9}};
    check_nearest(&none, queries[0], 10);
    check_nearest(&stranger, queries[0], 10);
}

FIBER_TEST(of_equally_near_rows_the_newer_comes_first)
{
    struct vector_filter filter = none;
    double exact[ROWS + SPARE];

    put_all();
    for (int number = 20; number <= ROWS; number += 20) {
        float query[DIMENSIONS];
        filter.tenant_id = tenant_of(number);
        for (int i = 0; i < DIMENSIONS; i++)
            query[i] = rows[number].vector[i];
        ck_assert_uint_ge(scan(&filter, query, exact), 2);
        ck_assert(exact[0] == exact[1]);
        check_nearest(&filter, query, 10);
        ck_assert_int_eq(hits[0].number, number);
        ck_assert_int_eq(hits[1].number, number - TENANTS);
    }
}

FIBER_TEST(repeated_put_replaces_the_whole_row)
{
    put_all();
    for (int i = 1; i <= 30; i++) {
        make_row(i, 1000);
        /* Another tenant's, without a bot, in another chat. */
        rows[i].row.tenant_id = tenant_of(i + 1);
        rows[i].row.bot = SLICE_NONE;
        rows[i].row.chat_id = 5;
    }
    put((const int[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 10);
    for (int i = 11; i <= 30; i++)
        put(&i, 1);
    check_all();
    struct vector_filter filter = none;
    filter.tenant_id = tenant_of(2);
    filter.chat_id = 5;
    check_nearest(&filter, queries[1], 100);
}

FIBER_TEST(late_older_revision_changes_nothing)
{
    put_all();
    if (!vector_index_fixture_has_revisions(&subject)) {
        printf("    %s keeps no revisions here\n", vector_index_fixture_name);
        return;
    }
    struct row late = rows[7];
    make_row(7, 2000);
    put((const int[]){7}, 1);
    draw(3, late.vector);
    late.row.vector = late.vector;
    late.row.revision = 1999;
    late.row.chat_id = 77;
    ck_assert(subject.kind->put(subject.self, &late.row, 1, &fault));
    check_all();
    /* In one call with others, some of them new. */
    make_row(ROWS + 1, 1999);
    make_row(8, 2001);
    const struct vector_row list[] = {late.row, rows[ROWS + 1].row, rows[8].row};
    ck_assert(subject.kind->put(subject.self, list, 3, &fault));
    check_all();
}

FIBER_TEST(dropped_rows_are_not_found)
{
    int64_t numbers[VECTOR_ROWS_MAX];

    put_all();
    for (int i = 0; i < VECTOR_ROWS_MAX; i++)
        numbers[i] = i + 1;
    drop((const int64_t[]){ROWS + 9, 3, 3}, 3);
    check_all();
    drop(numbers, VECTOR_ROWS_MAX);
    check_all();
    /* Back again, with its former revision. */
    make_row(3, 1);
    put((const int[]){3}, 1);
    check_all();
}

FIBER_TEST(restart_changes_nothing)
{
    put_all();
    drop((const int64_t[]){5, 6}, 2);
    if (!vector_index_fixture_restart(&subject))
        put_all();
    check_all();
    make_row(5, 3000);
    put((const int[]){5}, 1);
    check_all();
}

/* Random puts, edits and drops, with checks in between. */
FIBER_TEST(random_changes_end_in_the_expected_state)
{
    int64_t revision = 5000;

    put_all();
    for (int step = 0; step < STEPS; step++) {
        int numbers[8];
        int64_t gone[4];
        revision++;
        for (int i = 0; i < COUNT(numbers); i++) {
            numbers[i] = (int)(drand48() * (ROWS + SPARE)) + 1;
            make_row(numbers[i], revision);
        }
        put(numbers, COUNT(numbers));
        for (int i = 0; i < COUNT(gone); i++)
            gone[i] = (int)(drand48() * (ROWS + SPARE)) + 1;
        drop(gone, COUNT(gone));
        if (step % 20 == 19)
            check_all();
    }
}
