// SPDX-License-Identifier: MIT
/* POST /v1/bookings on PostgreSQL: the rows written. */

#include "bookings/booking_store.h"
#include "stand.h"
#include "support/scratch.h"

#define PHONE ",'phone':'8 (701) 123-45-67'"

TEST_CASE("booking_place", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(booking_writes_history_event_and_audit)
{
    struct answer booked =
        ck_status(stand_book(&stand_owner, stand_apartment(), 10, 2, PHONE, ""), 201);

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

/* Books a night and returns the phone of the booking; "": none. */
static const char *phone_of(const struct api_caller *caller, int day, const char *guest)
{
    const struct answer booked =
        ck_status(stand_book(caller, stand_apartment(), day, 1, guest, ""), 201);

    return stand_text("SELECT coalesce(guest_phone, '') FROM booking WHERE id = '%s'", booked.id);
}

/* Books a night as the guest, who shares the phone. */
static void book_and_share(int day, const char *phone)
{
    const struct answer booked = ck_book(&stand_guest, stand_apartment(), day, 1);

    ck_status(stand_act(set_booking_contact, &stand_guest, booked.id,
                        textf("{'phone':'%s','phone_verified':true}", phone)),
              200);
}

FIBER_TEST(guest_without_a_phone_books_with_the_last_verified_one)
{
    ck_assert_str_eq(phone_of(&stand_guest, 10, ""), "");
    book_and_share(12, "+77011234567");
    ck_assert_str_eq(phone_of(&stand_guest, 14, ",'phone':null"), "+77011234567");
    ck_assert_str_eq(phone_of(&stand_guest8, 16, ""), "");
    ck_assert_str_eq(phone_of(NULL, 18, ",'telegram_id':8"), "");
    stand_sql("UPDATE occupancy SET status = 'confirmed', expires_at = NULL");
    stand_sql("UPDATE booking SET paid = 1");
    ck_assert_str_eq(phone_of(NULL, 20, ",'telegram_id':7"), "");
    book_and_share(22, "+77017654321");
    ck_assert_str_eq(phone_of(&stand_guest, 24, ""), "+77017654321");
    stand_sql("UPDATE occupancy SET status = 'cancelled', expires_at = NULL");
    ck_assert_str_eq(phone_of(&stand_guest, 26, ""), "+77017654321");
    ck_assert_str_eq(phone_of(NULL, 28, ",'telegram_id':7" PHONE), "+77011234567");
    ck_assert_str_eq(phone_of(&stand_guest, 30, ""), "+77011234567");
    stand_sql("UPDATE occupancy SET status = 'cancelled', expires_at = NULL");
    stand_sql("UPDATE booking SET guest_phone = NULL, guest_telegram_id = NULL");
    ck_assert_str_eq(phone_of(&stand_guest, 32, ""), "");
}

FIBER_TEST(typed_phone_stays_in_its_booking)
{
    const char *typed = "{'phone':'+77011234567'}";
    const struct answer asked = ck_book(&stand_guest, stand_apartment(), 10, 1);

    ck_status(stand_act(set_booking_contact, &stand_guest, asked.id, typed), 200);
    ck_assert_str_eq(phone_of(&stand_guest, 12, ""), "");
    ck_status(stand_act(cancel_booking, &stand_guest, asked.id, NULL), 200);
    ck_assert_str_eq(phone_of(&stand_guest, 14, PHONE), "+77011234567");
    const struct answer held = ck_book(&stand_guest, stand_apartment(), 16, 1);
    ck_sql_text("", "SELECT coalesce(guest_phone, '') FROM booking WHERE id = '%s'", held.id);
    ck_refused(stand_act(confirm_booking, &stand_guest, held.id, "{'phone_required':true}"), 422,
               "contact_missing");
    ck_status(stand_act(confirm_booking, &stand_guest, held.id, typed), 200);
    ck_assert_str_eq(phone_of(&stand_guest, 18, ""), "");
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
    ck_ok(api_task(stand_changes(), &booking.tenant_id, insert_with_code, &booking, &fault));
    ck_sql(2, "SELECT count(DISTINCT code) FROM booking");
}
