// SPDX-License-Identifier: MIT
/* Places collected from answers, within their limits. */

#include "places/places.h"
#include "places/places_json.h"
#include "support/scratch.h"

enum { BODY_MAX = 256 * 1024, WORK_MAX = 4 * 1024 * 1024, PAGES = 50 };

static struct places *places;
static struct arena work;

static void begin(void)
{
    arena_init(&work, WORK_MAX);
    ck_ok((places = places_create(&fault)) != NULL);
}

static void end(void)
{
    places_release(places);
    arena_finish(&work);
}

TEST_CASE("places", .setup = begin, .teardown = end);

/* Three names per number in letters, unique and of the maximum length. */
static void put_apartment(struct buf *body, size_t number, size_t letters)
{
    char name[3 * PLACES_NAME_MAX] = "";

    for (size_t i = 0; i < letters; i++) {
        const size_t digit = i < 4 ? number >> (4 * i) & 15 : (number + i) % 16;
        name[i] = (char)('a' + digit);
    }
    buf_printf(body,
               "{\"title\":{\"ru\":\"Flat X%s\"},\"district\":\"d%s\",\"address\":\"s%s, 1\"}",
               name, name, name);
}

static bool add_page(size_t from, size_t letters, const char *next)
{
    struct slice cursor;
    struct buf body = BUF(BODY_MAX);

    buf_text(&body, "{\"items\":[");
    for (size_t i = 0; i < PLACES_PAGE_MAX; i++) {
        buf_text(&body, i > 0 ? "," : "");
        put_apartment(&body, from + i, letters);
    }
    buf_printf(&body, "],\"next_cursor\":%s}", next);
    arena_reset(&work);
    const bool well = places_add_apartments(places, buf_as_slice(&body), &work, &cursor, &fault);
    ck_assert(!well || (cursor.len > 0) == (next[0] == '"'));
    buf_finish(&body);
    return well;
}

TEST(places_are_limited_and_compile)
{
    for (size_t page = 0; page < PAGES; page++)
        ck_assert(add_page(PLACES_PAGE_MAX * page, PLACES_NAME_MAX - 1, "\"YQ\""));
    ck_assert_uint_eq(places_count(places), PLACES_MAX);
    ck_assert_msg(places_compile(places, &fault), "%s", fault.code);
}

TEST(places_are_unique_and_not_too_long)
{
    ck_assert(add_page(0, 10, "null"));
    ck_assert_uint_eq(places_count(places), 3 * PLACES_PAGE_MAX);
    ck_assert(add_page(0, 10, "null"));
    ck_assert_uint_eq(places_count(places), 3 * PLACES_PAGE_MAX);
    ck_assert(add_page(1000, PLACES_NAME_MAX, "null"));
    ck_assert_uint_eq(places_count(places), 3 * PLACES_PAGE_MAX);
}

static const struct {
    const char *body;
    bool well;
} answers[] = {
    {"{\"items\":[]}",                                             true },
    {"{\"items\":[{}]}",                                           true },
    {"{\"items\":[{\"title\":7,\"district\":[],\"address\":{}}]}", true },
    {"{\"items\":[null,7,\"x\"]}",                                 true },
    {"{\"items\":7}",                                              false},
    {"{}",                                                         false},
    {"[]",                                                         false},
    {"",                                                           false},
};

TEST_ROWS(invalid_answer_is_refused, answers)
{
    struct slice next;

    ck_assert_int_eq(places_add_apartments(places, slice_of(row->body), &work, &next, &fault),
                     row->well);
    ck_assert_int_eq(places_add_cities(places, slice_of(row->body), &work, &fault), row->well);
    ck_assert_uint_eq(places_count(places), 0);
}
