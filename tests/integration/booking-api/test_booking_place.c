// SPDX-License-Identifier: MIT
/* POST /v1/bookings on PostgreSQL: refusals, and the rows written. */

#include "bookings/booking_store.h"
#include "stand.h"
#include "support/scratch.h"

#define PHONE ",'phone':'8 (701) 123-45-67'"

TEST_CASE("booking_place", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(booking_is_held_for_fifteen_minutes_and_reads_back)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET cleaning_fee = 300000, prepayment_percent = 30");
    struct answer booked = ck_status(
        stand_book(NULL, apartment, 10, 2, PHONE ",'language':'kk'", ",'note':' Поздно '"), 201);
    struct answer read = ck_status(ask_get(get_booking, .id = booked.id), 200);
    ck_assert_str_eq(read.etag, booked.etag);
    ck_text(read.json, "status", "held");
    ck_text(read.json, "note", "Поздно");
    ck_number(read.json, "total.amount", 2300000);
    ck_number(read.json, "deposit.amount", 690000);
    ck_count(read.json, "lines", 3);
    ck_text(read.json, "guest.phone", "+77011234567");
    ck_text(read.json, "guest.language", "kz");
    ck_assert(json_is_string(json_object_get(read.json, "expires_at")));
    ck_sql(900, "SELECT extract(epoch FROM expires_at - created_at) FROM occupancy");
}

FIBER_TEST(booking_writes_history_event_and_audit)
{
    struct answer booked = ck_status(stand_book(NULL, stand_apartment(), 10, 2, PHONE, ""), 201);
    ck_rows(1,
            "booking_history WHERE booking_id = '%s'"
            " AND version = 1 AND from_status IS NULL AND to_status = 'held'",
            booked.id);
    ck_rows(1,
            "outbox WHERE resource_id = '%s' AND type = 'booking.held' AND sequence = 1"
            " AND data ->> 'status' = 'held' AND data::text NOT LIKE '%%+7701%%'"
            " AND NOT data ? 'guest'",
            booked.id);
    ck_rows(1,
            "audit WHERE resource_id = '%s' AND action = 'booking.create' AND request_id = 'test'",
            booked.id);
}

FIBER_TEST(draft_that_breaks_rules_is_refused_with_codes)
{
    const char *apartment = stand_apartment();

    ck_refused(book(NULL, "0198a000-0000-7000-8000-000000000000", 10, 2), 422, "unknown_apartment");
    ck_refused(book(&stand_other, apartment, 10, 2), 422, "unknown_apartment");
    ck_refused(book(NULL, apartment, -2, 2), 422, "in_the_past");
    ck_book(NULL, apartment, 0, 1);
    ck_refused(book(NULL, apartment, 400, 2), 422, "beyond_window");
    ck_refused(book(NULL, apartment, 10, 31), 422, "max_nights");
    ck_refused(book(NULL, apartment, 400, 31), 422, "invalid");
    ck_refused(book(NULL, apartment, 10, 0), 422, "bad_range");
    ck_refused(stand_book(NULL, apartment, 10, 2, "", ",'promo_code':'x'"), 422, "unknown_field");
    ck_refused(stand_book(NULL, apartment, 10, 2, "",
                          ",'quote_id':'0198a000-0000-7000-8000-000000000000'"),
               422, "invalid");
    ck_refused(stand_book(NULL, apartment, 10, 2, ",'phone':'12'", ""), 422, "bad_phone");
    ck_refused(stand_book(NULL, apartment, 10, 2, "", ",'hold_minutes':61"), 422, "out_of_range");
    ck_refused(stand_book(&stand_guest, apartment, 10, 2, "", ",'hold_seconds':5"), 422,
               "test_key_only");
    stand_sql("UPDATE apartment SET is_active = false");
    ck_refused(book(NULL, apartment, 10, 2), 422, "not_bookable");
    ck_rows(1, "booking");
}

FIBER_TEST(each_actor_books_and_sees_only_own_bookings)
{
    const char *apartment = stand_apartment();
    struct api_caller stranger = stand_owner;

    struct answer mine = ck_book(&stand_guest, apartment, 10, 1);
    ck_sql(7, "SELECT guest_telegram_id FROM booking");
    ck_refused(stand_book(&stand_guest, apartment, 11, 1, ",'telegram_id':8", ""), 403,
               "forbidden");
    ck_status(stand_book(&stand_guest, apartment, 11, 1, ",'telegram_id':7", ""), 201);
    ck_refused(ask_get(get_booking, .caller = &stand_guest8, .id = mine.id), 404, "not_found");
    ck_refused(ask_get(get_booking, .caller = &stand_other, .id = mine.id), 404, "not_found");
    ck_status(ask_get(get_booking, .caller = &stand_owner, .id = mine.id), 200);
    stranger.actor_id = uuid_make();
    ck_refused(ask_get(get_booking, .caller = &stranger, .id = mine.id), 404, "not_found");
    ck_refused(book(&stranger, apartment, 20, 1), 422, "unknown_apartment");
    ck_book(&stand_owner, apartment, 20, 1);
}

/* Books a night and returns the phone of the booking; "": none. */
static const char *phone_of(const struct api_caller *caller, int day, const char *guest)
{
    const struct answer booked =
        ck_status(stand_book(caller, stand_apartment(), day, 1, guest, ""), 201);

    return stand_text("SELECT coalesce(guest_phone, '') FROM booking WHERE id = '%s'", booked.id);
}

FIBER_TEST(guest_without_a_phone_books_with_that_of_the_last_booking)
{
    ck_assert_str_eq(phone_of(&stand_guest, 10, ""), "");
    ck_assert_str_eq(phone_of(&stand_guest, 12, PHONE), "+77011234567");
    ck_assert_str_eq(phone_of(&stand_guest, 14, ",'phone':null"), "+77011234567");
    ck_assert_str_eq(phone_of(&stand_guest8, 16, ""), "");
    ck_assert_str_eq(phone_of(NULL, 18, ",'telegram_id':8"), "");
    stand_sql("UPDATE occupancy SET status = 'confirmed', expires_at = NULL");
    stand_sql("UPDATE booking SET paid = 1");
    ck_assert_str_eq(phone_of(NULL, 20, ",'telegram_id':7"), "");
    ck_assert_str_eq(phone_of(&stand_guest, 22, ",'phone':'+77017654321'"), "+77017654321");
    ck_assert_str_eq(phone_of(&stand_guest, 24, ""), "+77017654321");
    stand_sql("UPDATE occupancy SET status = 'cancelled', expires_at = NULL");
    ck_assert_str_eq(phone_of(&stand_guest, 26, ""), "+77017654321");
    stand_sql("UPDATE booking SET guest_phone = NULL, guest_telegram_id = NULL");
    ck_assert_str_eq(phone_of(&stand_guest, 28, ""), "");
}

FIBER_TEST(request_expires_at_the_end_of_the_check_in_day)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET instant_book = false");
    ck_book(NULL, apartment, 10, 2);
    ck_sql_text("requested", "SELECT status FROM occupancy");
    ck_sql(12 * 3600, "SELECT extract(epoch FROM expires_at - created_at) FROM occupancy");
    struct answer today = ck_book(NULL, apartment, 0, 2);
    ck_rows(1,
            "occupancy WHERE id = '%s' AND expires_at = least(created_at + interval '12 hours',"
            " (check_in + 1)::timestamp AT TIME ZONE 'Asia/Almaty')",
            today.id);
    ck_refused(book(NULL, apartment, 10, 2), 409, "nights_taken");
}

FIBER_TEST(repeated_key_books_once_and_dry_run_never)
{
    char body[1024];
    struct ask ask = {.handler = post_booking, .method = HTTP_POST, .body = body, .key = "k1"};
    const char *apartment = stand_apartment();

    snprintf(body, sizeof body,
             "{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':1,"
             "'guest':{'name':'B'}}",
             apartment, stand_day(3), stand_day(5));
    struct ask dry = ask;
    dry.key = NULL;
    dry.params = "dry_run=true";
    struct answer pretended = ck_status(stand_ask(&dry), 200);
    ck_assert(json_is_object(json_object_get(pretended.json, "would")));
    ck_sql(0, "SELECT (SELECT count(*) FROM occupancy) + (SELECT count(*) FROM outbox)"
              " + (SELECT count(*) FROM audit)");
    struct answer first = ck_status(stand_ask(&ask), 201);
    struct answer again = ck_status(stand_ask(&ask), 201);
    ck_assert(again.replayed);
    ck_assert_str_eq(again.id, first.id);
    ck_refused(stand_ask(&dry), 409, "nights_taken");
    ck_rows(1, "booking");
}

/* --- a code that exists --- */

/* The first attempt uses a code that exists. */
static bool insert_with_code(struct change *change, void *arg, struct fault *why)
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
    return booking_place_store_insert(change->tx, change->arena, &booking, &take, why) &&
           (!take.taken || fault_set(why, FAULT_CONFLICT, "nights_taken", "Taken."));
}

FIBER_TEST(taken_code_is_generated_again)
{
    const char *apartment = stand_apartment();
    struct answer first = book(NULL, apartment, 10, 1);
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

    ck_assert(uuid_parse(slice_of(apartment), &booking.apartment_id));
    booking.check_in = (int32_t)stand_number("SELECT current_date + 50 - date '1970-01-01'");
    booking.check_out = booking.check_in + 1;
    ck_ok(
        api_task(stand_changes(), &booking.tenant_id, &arena, insert_with_code, &booking, &fault));
    ck_sql(2, "SELECT count(DISTINCT code) FROM booking");
}

FIBER_TEST(all_problems_of_a_body_are_named_for_any_key)
{
    static const char *const wanted[][2] = {
        {"guest/phone",  "bad_phone"    },
        {"check_out",    "bad_range"    },
        {"hold_seconds", "test_key_only"},
    };
    struct api_caller live = stand_staff;
    struct answer answer;
    size_t found = 0, i;
    json_t *error;

    live.test_key = false;
    const char *body = textf("{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':2,"
                             "'guest':{'name':'Данияр','phone':'12'},'hold_seconds':5}",
                             stand_apartment(), stand_day(12), stand_day(10));
    answer = ck_refused(ask_post(post_booking, .caller = &live, .body = body), 422, "invalid");
    json_array_foreach(json_object_get(answer.json, "errors"), i, error)
    {
        ck_assert_uint_lt(i, 3);
        for (size_t k = 0; k < 3; k++)
            found += strcmp(text_at(error, "field"), wanted[k][0]) == 0 &&
                     strcmp(text_at(error, "code"), wanted[k][1]) == 0;
    }
    ck_assert_uint_eq(found, 3);
}
