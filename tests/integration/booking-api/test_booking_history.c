// SPDX-License-Identifier: MIT
/* The history of a booking on PostgreSQL. */
#include "stand.h"

TEST_CASE("booking_history", .setup = stand_begin, .teardown = stand_end);

/* Checks the versions of one page and returns its cursor, or "". */
static const char *history_page(const char *id, const char *limit, const char *cursor, int first,
                                int last)
{
    const char *page = limit != NULL ? textf("limit=%s", limit) : "";
    const char *after = cursor != NULL ? textf("&cursor=%s", cursor) : "";
    struct answer answer = ck_status(
        ask_get(get_booking_history, .id = id, .params = textf("%s%s", page, after)), 200);
    size_t i;
    json_t *step;

    ck_count(answer.json, "items", (size_t)(last - first + 1));
    json_array_foreach(json_object_get(answer.json, "items"), i, step)
    {
        ck_number(step, "version", first + (int)i);
    }
    const json_t *found = json_object_get(answer.json, "next_cursor");
    ck_assert(json_is_null(found) || json_is_string(found));
    return textf("%s", json_is_null(found) ? "" : json_string_value(found));
}

FIBER_TEST(long_history_is_paged_without_losing_steps)
{
    const struct answer booked = book(&stand_guest, stand_apartment(), 10, 2);
    const struct answer other = book(&stand_guest, stand_apartment(), 10, 2);

    stand_sql("INSERT INTO booking_history (booking_id, version, from_status, to_status, actor)"
              " SELECT '%s', n, 'held', 'held', 'guest:7' FROM generate_series(2, 1011) AS n",
              booked.id);
    stand_sql("UPDATE occupancy SET version = 1011 WHERE id = '%s'", booked.id);
    ck_act(cancel_booking, &stand_guest, booked.id, NULL);
    const char *cursor = history_page(booked.id, NULL, NULL, 1, 500);
    ck_assert_str_ne(cursor, "");
    ck_refused(ask_get(get_booking_history, .id = other.id, .params = textf("cursor=%s", cursor)),
               422, "bad_cursor");
    ck_refused(ask_get(get_booking_history, .id = other.id, .params = "limit=101"), 422,
               "out_of_range");
    cursor = history_page(booked.id, NULL, cursor, 501, 1000);
    ck_assert_str_ne(history_page(booked.id, "5", cursor, 1001, 1005), "");
    ck_assert_str_eq(history_page(booked.id, "12", cursor, 1001, 1012), "");
    ck_assert_str_eq(history_page(booked.id, NULL, cursor, 1001, 1012), "");
    ck_assert_str_eq(history_page(other.id, NULL, NULL, 1, 1), "");
}
