// SPDX-License-Identifier: MIT
/* The history of a booking on PostgreSQL. */
#include "handlers/handlers.h"
#include "stand.h"
#include "support/test.h"

static void begin(void)
{
    stand_begin("test_booking_history");
}

TEST_CASE("history", .setup = begin, .teardown = stand_end, .timeout_s = 60);

STAND_TEST(cancellation_frees_the_nights_and_is_in_the_history)
{
    const char *apartment = stand_apartment();
    struct answer booked = stand_book(&stand_guest, apartment, 10, 2, "", "");
    struct answer answer;

    ck_refused(stand_book(NULL, apartment, 11, 1, "", ""), 409, "nights_taken");
    answer = stand_act(cancel_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    answer = stand_book(NULL, apartment, 11, 1, "", "");
    ck_status(answer, 201);
    answer = stand_status(
        &(struct ask){.handler = get_booking_history, .caller = &stand_guest8, .id = booked.id});
    ck_refused(answer, 404, "not_found");
    answer = stand_ask(&(struct ask){.handler = get_booking_history, .id = booked.id});
    ck_status(answer, 200);
    const json_t *items = json_object_get(answer.json, "items");
    ck_assert_uint_eq(json_array_size(items), 2);
    ck_assert(json_is_null(json_object_get(json_array_get(items, 0), "from_status")));
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(items, 1), "to_status")),
                     "cancelled");
    answer_drop(&answer);
}

/* Checks the versions of one page and returns its cursor, or "". */
static const char *history_page(const char *id, const char *limit, const char *cursor, int first,
                                int last)
{
    static char next[128];
    struct ask ask = {.handler = get_booking_history, .id = id};
    struct answer answer;
    size_t asked = 0, i;
    json_t *step;

    if (limit != NULL)
        memcpy(ask.query[asked++], (const char *[]){"limit", limit}, sizeof ask.query[0]);
    if (cursor != NULL)
        memcpy(ask.query[asked++], (const char *[]){"cursor", cursor}, sizeof ask.query[0]);
    answer = stand_ask(&ask);
    ck_status(answer, 200);
    ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "items")),
                      (size_t)(last - first + 1));
    json_array_foreach(json_object_get(answer.json, "items"), i, step)
    {
        ck_assert_int_eq(json_integer_value(json_object_get(step, "version")), first + (int)i);
    }
    const json_t *found = json_object_get(answer.json, "next_cursor");
    ck_assert(json_is_null(found) || json_is_string(found));
    snprintf(next, sizeof next, "%s", json_is_null(found) ? "" : json_string_value(found));
    answer_drop(&answer);
    return next;
}

STAND_TEST(long_history_is_paged_without_losing_steps)
{
    const struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
    const struct answer other = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
    static char cursor[128];
    struct answer answer;

    stand_sql("INSERT INTO booking_history (booking_id, version, from_status, to_status, actor)"
              " SELECT '%s', n, 'held', 'held', 'guest:7' FROM generate_series(2, 1011) AS n",
              booked.id);
    stand_sql("UPDATE occupancy SET version = 1011 WHERE id = '%s'", booked.id);
    ck_status(stand_act(cancel_booking, &stand_guest, booked.id, NULL), 200);
    snprintf(cursor, sizeof cursor, "%s", history_page(booked.id, NULL, NULL, 1, 500));
    ck_assert_str_ne(cursor, "");
    answer = stand_status(&(struct ask){
        .handler = get_booking_history, .id = other.id, .query = {{"cursor", cursor}}});
    ck_refused(answer, 422, "bad_cursor");
    answer = stand_status(
        &(struct ask){.handler = get_booking_history, .id = other.id, .query = {{"limit", "101"}}});
    ck_refused(answer, 422, "out_of_range");
    snprintf(cursor, sizeof cursor, "%s", history_page(booked.id, NULL, cursor, 501, 1000));
    ck_assert_str_ne(history_page(booked.id, "5", cursor, 1001, 1005), "");
    ck_assert_str_eq(history_page(booked.id, "12", cursor, 1001, 1012), "");
    ck_assert_str_eq(history_page(booked.id, NULL, cursor, 1001, 1012), "");
    ck_assert_str_eq(history_page(other.id, NULL, NULL, 1, 1), "");
}
