// SPDX-License-Identifier: MIT
/* POST /v1/bookings on PostgreSQL: refusals, and the rows written. */
#include "base/now.h"

#include "bookings/booking_place_store.h"
#include "handlers/handlers.h"
#include "stand.h"
#include "support/test.h"

static void begin(void)
{
    stand_begin("test_booking_place");
}

TEST_CASE("place", .setup = begin, .teardown = stand_end, .timeout_s = 60);

#define PHONE ",\"phone\":\"8 (701) 123-45-67\""

STAND_TEST(booking_is_held_for_fifteen_minutes_and_reads_back)
{
    const char *apartment = stand_apartment();
    struct answer booked, read;

    stand_sql("UPDATE apartment SET cleaning_fee = 300000, prepayment_percent = 30");
    booked =
        stand_book(NULL, apartment, 10, 2, PHONE ",\"language\":\"kk\"", ",\"note\":\" Поздно \"");
    ck_status(booked, 201);
    read = stand_ask(&(struct ask){.handler = get_booking, .id = booked.id});
    ck_status(read, 200);
    ck_assert_str_eq(read.etag, booked.etag);
    ck_assert_str_eq(json_string_value(json_object_get(read.json, "status")), "held");
    ck_assert_str_eq(json_string_value(json_object_get(read.json, "note")), "Поздно");
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_object_get(read.json, "total"), "amount")),
        2300000);
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_object_get(read.json, "deposit"), "amount")),
        690000);
    ck_assert_uint_eq(json_array_size(json_object_get(read.json, "lines")), 3);
    ck_assert_str_eq(
        json_string_value(json_object_get(json_object_get(read.json, "guest"), "phone")),
        "+77011234567");
    ck_assert_str_eq(
        json_string_value(json_object_get(json_object_get(read.json, "guest"), "language")), "kz");
    ck_assert(json_is_string(json_object_get(read.json, "expires_at")));
    answer_drop(&read);
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM expires_at - created_at)"
                                  " FROM occupancy"),
                     900);
}

static void trace_body(void *data)
{
    struct answer booked = stand_book(NULL, stand_apartment(), 10, 2, PHONE, "");

    (void)data;
    ck_status(booked, 201);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking_history WHERE booking_id = '%s'"
                                  " AND version = 1 AND from_status IS NULL AND to_status = 'held'",
                                  booked.id),
                     1);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM outbox WHERE resource_id = '%s'"
                     " AND type = 'booking.held' AND sequence = 1"
                     " AND data ->> 'status' = 'held' AND data::text NOT LIKE '%%+7701%%'"
                     " AND NOT data ? 'guest'",
                     booked.id),
        1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE resource_id = '%s'"
                                  " AND action = 'booking.create' AND request_id = 'test'",
                                  booked.id),
                     1);
}

TEST(booking_writes_history_event_and_audit)
{
    stand_run(trace_body, NULL);
}

STAND_TEST(draft_that_breaks_rules_is_refused_with_codes)
{
    const char *apartment = stand_apartment();
    struct answer answer;

    answer = stand_book(NULL, "0198a000-0000-7000-8000-000000000000", 10, 2, "", "");
    ck_refused(answer, 422, "unknown_apartment");
    answer = stand_book(&stand_other, apartment, 10, 2, "", "");
    ck_refused(answer, 422, "unknown_apartment");
    answer = stand_book(NULL, apartment, -2, 2, "", "");
    ck_refused(answer, 422, "in_the_past");
    answer = stand_book(NULL, apartment, 0, 1, "", "");
    ck_status(answer, 201);
    answer = stand_book(NULL, apartment, 400, 2, "", "");
    ck_refused(answer, 422, "beyond_window");
    answer = stand_book(NULL, apartment, 10, 31, "", "");
    ck_refused(answer, 422, "max_nights");
    answer = stand_book(NULL, apartment, 400, 31, "", "");
    ck_refused(answer, 422, "invalid");
    answer = stand_book(NULL, apartment, 10, 0, "", "");
    ck_refused(answer, 422, "bad_range");
    answer = stand_book(NULL, apartment, 10, 2, "", ",\"promo_code\":\"x\"");
    ck_refused(answer, 422, "unknown_field");
    answer = stand_book(NULL, apartment, 10, 2, "",
                        ",\"quote_id\":\"0198a000-0000-7000-8000-000000000000\"");
    ck_refused(answer, 422, "invalid");
    answer = stand_book(NULL, apartment, 10, 2, ",\"phone\":\"12\"", "");
    ck_refused(answer, 422, "bad_phone");
    answer = stand_book(NULL, apartment, 10, 2, "", ",\"hold_minutes\":61");
    ck_refused(answer, 422, "out_of_range");
    answer = stand_book(&stand_guest, apartment, 10, 2, "", ",\"hold_seconds\":5");
    ck_refused(answer, 422, "test_key_only");
    stand_sql("UPDATE apartment SET is_active = false");
    answer = stand_book(NULL, apartment, 10, 2, "", "");
    ck_refused(answer, 422, "not_bookable");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking"), 1);
}

STAND_TEST(each_actor_books_and_sees_only_own_bookings)
{
    const char *apartment = stand_apartment();
    struct answer mine, answer;
    struct api_caller stranger = stand_owner;

    mine = stand_book(&stand_guest, apartment, 10, 1, "", "");
    ck_status(mine, 201);
    ck_assert_int_eq(stand_number("SELECT guest_telegram_id FROM booking"), 7);
    answer = stand_book(&stand_guest, apartment, 11, 1, ",\"telegram_id\":8", "");
    ck_refused(answer, 403, "forbidden");
    answer = stand_book(&stand_guest, apartment, 11, 1, ",\"telegram_id\":7", "");
    ck_status(answer, 201);
    answer =
        stand_status(&(struct ask){.handler = get_booking, .caller = &stand_guest8, .id = mine.id});
    ck_refused(answer, 404, "not_found");
    answer =
        stand_status(&(struct ask){.handler = get_booking, .caller = &stand_other, .id = mine.id});
    ck_refused(answer, 404, "not_found");
    answer =
        stand_status(&(struct ask){.handler = get_booking, .caller = &stand_owner, .id = mine.id});
    ck_status(answer, 200);
    stranger.actor_id = uuid_make();
    answer =
        stand_status(&(struct ask){.handler = get_booking, .caller = &stranger, .id = mine.id});
    ck_refused(answer, 404, "not_found");
    answer = stand_book(&stranger, apartment, 20, 1, "", "");
    ck_refused(answer, 422, "unknown_apartment");
    answer = stand_book(&stand_owner, apartment, 20, 1, "", "");
    ck_status(answer, 201);
}

/* Books a night and returns the phone of the booking; "": none. */
static const char *phone_of(const struct api_caller *caller, int day, const char *guest)
{
    struct answer booked = stand_book(caller, stand_apartment(), day, 1, guest, "");

    ck_status(booked, 201);
    return stand_text("SELECT coalesce(guest_phone, '') FROM booking WHERE id = '%s'", booked.id);
}

STAND_TEST(guest_without_a_phone_books_with_that_of_the_last_booking)
{
    ck_assert_str_eq(phone_of(&stand_guest, 10, ""), "");
    ck_assert_str_eq(phone_of(&stand_guest, 12, PHONE), "+77011234567");
    ck_assert_str_eq(phone_of(&stand_guest, 14, ",\"phone\":null"), "+77011234567");
    ck_assert_str_eq(phone_of(&stand_guest8, 16, ""), "");
    ck_assert_str_eq(phone_of(NULL, 18, ",\"telegram_id\":8"), "");
    stand_sql("UPDATE occupancy SET status = 'confirmed', expires_at = NULL");
    ck_assert_str_eq(phone_of(NULL, 20, ",\"telegram_id\":7"), "");
    ck_assert_str_eq(phone_of(&stand_guest, 22, ",\"phone\":\"+77017654321\""), "+77017654321");
    ck_assert_str_eq(phone_of(&stand_guest, 24, ""), "+77017654321");
    stand_sql("UPDATE occupancy SET status = 'cancelled', expires_at = NULL");
    ck_assert_str_eq(phone_of(&stand_guest, 26, ""), "+77017654321");
    stand_sql("UPDATE booking SET guest_phone = NULL, guest_telegram_id = NULL");
    ck_assert_str_eq(phone_of(&stand_guest, 28, ""), "");
}

STAND_TEST(request_expires_at_the_end_of_the_check_in_day)
{
    const char *apartment = stand_apartment();
    struct answer later, today;

    stand_sql("UPDATE apartment SET instant_book = false");
    later = stand_book(NULL, apartment, 10, 2, "", "");
    ck_status(later, 201);
    ck_assert_str_eq(stand_text("SELECT status FROM occupancy"), "requested");
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM expires_at - created_at)"
                                  " FROM occupancy"),
                     12 * 3600);
    today = stand_book(NULL, apartment, 0, 2, "", "");
    ck_status(today, 201);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE id = '%s' AND expires_at ="
                                  " least(created_at + interval '12 hours',"
                                  " (check_in + 1)::timestamp AT TIME ZONE 'Asia/Almaty')",
                                  today.id),
                     1);
    ck_refused(stand_book(NULL, apartment, 10, 2, "", ""), 409, "nights_taken");
}

STAND_TEST(repeated_key_books_once_and_dry_run_never)
{
    char body[1024];
    struct ask ask = {.handler = post_booking, .method = HTTP_POST, .body = body, .key = "k1"};
    const char *apartment = stand_apartment();
    struct answer first, again, pretended;

    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":1,"
             "\"guest\":{\"name\":\"B\"}}",
             apartment, stand_day(3), stand_day(5));
    struct ask dry = ask;
    dry.key = NULL;
    dry.query[0][0] = "dry_run";
    dry.query[0][1] = "true";
    pretended = stand_ask(&dry);
    ck_status(pretended, 200);
    ck_assert(json_is_object(json_object_get(pretended.json, "would")));
    answer_drop(&pretended);
    ck_assert_int_eq(stand_number("SELECT (SELECT count(*) FROM occupancy)"
                                  " + (SELECT count(*) FROM outbox)"
                                  " + (SELECT count(*) FROM audit)"),
                     0);
    first = stand_status(&ask);
    ck_status(first, 201);
    again = stand_status(&ask);
    ck_status(again, 201);
    ck_assert(again.replayed);
    ck_assert_str_eq(again.id, first.id);
    pretended = stand_status(&dry);
    ck_refused(pretended, 409, "nights_taken");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking"), 1);
}

/* --- a code that exists --- */

/* The first attempt uses a code that exists. */
static bool insert_with_code(struct change *change, void *arg, struct fault *fault)
{
    auto_rows struct db_rows ended = {0};
    struct booking *first = arg;
    struct booking booking = *first;
    const struct booking_basis basis = {
        .policy = SLICE("{}"),
        .check_in_time = 14 * 60,
        .timezone = SLICE("Asia/Almaty"),
    };
    struct booking_take take = {.basis = &basis, .ended = &ended};

    first->code = SLICE_NONE;
    return booking_place_store_take(change->tx, change->arena, &booking, &take, fault) &&
           (!take.taken || fault_set(fault, FAULT_CONFLICT, "nights_taken", "Taken."));
}

STAND_TEST(taken_code_is_generated_again)
{
    const char *apartment = stand_apartment();
    struct answer first = stand_book(NULL, apartment, 10, 1, "", "");
    struct booking booking = {
        .id = uuid_make(),
        .tenant_id = stand_owner.tenant_id,
        .owner_id = stand_owner.actor_id,
        .code = slice_of(stand_text("SELECT code FROM booking WHERE id = '%s'", first.id)),
        .status = BOOKING_HELD,
        .guests = 1,
        .guest = {.name = SLICE("B"), .telegram_id = FIELD_ABSENT},
        .lines = SLICE("[]"),
        .policy.text = SLICE("{}"),
        .expires_at = now_wall_us() + 60 * US_PER_S,
    };
    struct fault fault = {.code = ""};
    struct arena arena;

    ck_assert(uuid_parse(slice_of(apartment), &booking.apartment_id));
    booking.check_in = (int32_t)stand_number("SELECT current_date + 50 - date '1970-01-01'");
    booking.check_out = booking.check_in + 1;
    arena_init(&arena, 1 << 20);
    ck_assert_msg(
        api_task(stand_changes(), &booking.tenant_id, &arena, insert_with_code, &booking, &fault),
        "%s: %s", fault.code, fault.detail);
    arena_finish(&arena);
    ck_assert_int_eq(stand_number("SELECT count(DISTINCT code) FROM booking"), 2);
}

STAND_TEST(all_problems_of_a_body_are_named_for_any_key)
{
    static const char *const wanted[][2] = {
        {"guest/phone",  "bad_phone"    },
        {"check_out",    "bad_range"    },
        {"hold_seconds", "test_key_only"},
    };
    struct api_caller live = stand_staff;
    struct answer answer;
    char body[STAND_TEXT * 2];
    size_t found = 0, i;
    json_t *error;

    live.test_key = false;
    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":2,"
             "\"guest\":{\"name\":\"Данияр\",\"phone\":\"12\"},\"hold_seconds\":5}",
             stand_apartment(), stand_day(12), stand_day(10));
    answer = stand_ask(
        &(struct ask){.handler = post_booking, .caller = &live, .method = HTTP_POST, .body = body});
    ck_refused(answer, 422, "invalid");
    json_array_foreach(json_object_get(answer.json, "errors"), i, error)
    {
        ck_assert_uint_lt(i, 3);
        for (size_t k = 0; k < 3; k++)
            found +=
                strcmp(json_string_value(json_object_get(error, "field")), wanted[k][0]) == 0 &&
                strcmp(json_string_value(json_object_get(error, "code")), wanted[k][1]) == 0;
    }
    ck_assert_uint_eq(found, 3);
    answer_drop(&answer);
}
