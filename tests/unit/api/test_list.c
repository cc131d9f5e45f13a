// SPDX-License-Identifier: MIT
#include "api/list.h"
#include "http/request.h"

#include "support/scratch.h"

static const char filters[] = "city=almaty&sort=price";

/* The end of 2099 in microseconds: the greatest time that a row can have. */
#define LATEST INT64_C(4102444799999999)
static const int64_t numbers[] = {0, 1, 2500000, LATEST};
static const int64_t forged[] = {-1, LATEST + 1, INT64_MAX, INT64_MIN, INT64_MIN + 1};

static struct list_cursor cursor_of(int64_t number)
{
    struct list_cursor cursor = {.set = true, .number = number};

    for (size_t i = 0; i < sizeof cursor.id.bytes; i++)
        cursor.id.bytes[i] = (uint8_t)(i * 37 + 1);
    return cursor;
}

TEST_ROWS(cursor_decodes_to_its_position, numbers)
{
    struct list_cursor cursor = cursor_of(*row);
    struct list_cursor got = {0};

    list_cursor_encode(&cursor, slice_of(filters), &scratch);
    ck_assert_uint_le(scratch.len, LIST_CURSOR_MAX);
    ck_assert(list_cursor_decode(buf_as_slice(&scratch), "cursor", slice_of(filters), &arena, &got,
                                 &fault));
    ck_assert(got.set);
    ck_assert_int_eq(got.number, *row);
    ck_assert(uuid_equal(&got.id, &cursor.id));
}

TEST_ROWS(cursor_with_a_number_of_no_row_is_refused, forged)
{
    struct list_cursor cursor = cursor_of(*row);
    struct list_cursor got = {.number = 99};

    list_cursor_encode(&cursor, slice_of(filters), &scratch);
    ck_fault(list_cursor_decode(buf_as_slice(&scratch), "cursor", slice_of(filters), &arena, &got,
                                &fault),
             "bad_cursor", FAULT_INVALID);
    ck_assert_int_eq(got.number, 99);
}

TEST(invalid_cursor_is_reported_with_its_parameter)
{
    struct list_cursor got = {.number = 99};

    ck_assert(!list_cursor_decode(SLICE("x"), "after", slice_of(filters), &arena, &got, &fault));
    ck_assert_str_eq(fault.code, "bad_cursor");
    ck_assert_uint_eq(fault.field_count, 1);
    ck_assert_str_eq(fault.fields[0].field, "after");
    ck_assert_int_eq(got.number, 99);
    got.set = true;
    ck_assert(list_cursor_decode(SLICE_NONE, "after", slice_of(filters), &arena, &got, &fault));
    ck_assert(!got.set);
}

TEST(truncated_extended_or_foreign_cursor_is_refused)
{
    static const char *const bad[] = {
        "",
        "x",
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAA\320\260AAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    };
    struct list_cursor cursor = cursor_of(7);
    struct list_cursor got;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(
            !list_cursor_decode(slice_of(bad[i]), "cursor", SLICE(""), &arena, &got, &fault), "%s",
            bad[i]);
    list_cursor_encode(&cursor, SLICE(""), &scratch);
    ck_assert(!list_cursor_decode((struct slice){scratch.data, scratch.len - 1}, "cursor",
                                  SLICE(""), &arena, &got, &fault));
    buf_char(&scratch, 'A');
    ck_assert(
        !list_cursor_decode(buf_as_slice(&scratch), "cursor", SLICE(""), &arena, &got, &fault));
}

TEST(list_has_items_and_next_cursor)
{
    struct list_cursor cursor = cursor_of(1);

    list_begin(&scratch);
    for (size_t i = 0; i < 2; i++) {
        list_separator(&scratch, i);
        buf_text(&scratch, "{}");
    }
    list_end(&scratch, NULL, SLICE(""));
    ck_assert_slice(buf_as_slice(&scratch), "{\"items\":[{},{}],\"next_cursor\":null}");
    buf_clear(&scratch);
    list_begin(&scratch);
    list_end(&scratch, &cursor, SLICE(""));
    ck_begins(scratch.data, "{\"items\":[],\"next_cursor\":\"");
    ck_begins(scratch.data + scratch.len - 2, "\"}");
}

static const struct {
    const char *query[3][2];
    const char *filters;
} filtered[] = {
    {{{0}},                                    "flats"            },
    {{{"city", "almaty"}, {"limit", "5"}},     "flats&city=almaty"},
    {{{"cursor", "x"}, {"a", "1"}, {"b", ""}}, "flats&a=1&b="     },
    {{{"b", ""}, {"ab", "2"}, {"a", "1"}},     "flats&a=1&ab=2&b="},
};

TEST_ROWS(filters_are_the_query_without_cursor_and_limit, filtered)
{
    struct http_request req = {.arena = &arena};
    struct list_page page = {0};

    for (size_t i = 0; i < 3 && row->query[i][0] != NULL; i++)
        req.query[req.query_count++] =
            (struct field_pair){slice_of(row->query[i][0]), slice_of(row->query[i][1])};
    ck_assert(list_page_read(&req, SLICE("flats"), &page, &fault));
    ck_assert_slice(page.filters, row->filters);
    ck_assert(!page.after.set);
    page.cursor = SLICE("x");
    ck_assert(!list_page_read(&req, SLICE("flats"), &page, &fault));
    ck_assert_str_eq(fault.code, "bad_cursor");
}

TEST(lists_of_two_parents_have_no_common_cursor)
{
    struct http_request req = {
        .arena = &arena, .params = {SLICE("courier"), SLICE("7")}
    };
    struct list_page page = {0};
    struct list_cursor cursor = cursor_of(1);

    ck_assert(list_page_read(&req, SLICE("history"), &page, &fault));
    ck_assert_slice(page.filters, "history/courier/7");
    list_cursor_encode(&cursor, page.filters, &scratch);
    page.cursor = buf_as_slice(&scratch);
    ck_assert(list_page_read(&req, SLICE("history"), &page, &fault));
    req.params[1] = SLICE("8");
    ck_assert(!list_page_read(&req, SLICE("history"), &page, &fault));
    ck_assert_str_eq(fault.code, "bad_cursor");
}
