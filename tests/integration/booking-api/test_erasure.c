// SPDX-License-Identifier: MIT
/* A guest is erased from every table, and nobody else is. */
#include "erasures.h"

/* The booking of guest 7, which the client may send again. */
static struct answer book_keyed(const char *apartment)
{
    const char *body = textf("{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':1,"
                             "'guest':{'name':'Забытый Человек','phone':'+77015550001'},"
                             "'note':'Забытый Человек приедет поздно','source':'от Забытый'}",
                             apartment, stand_day(10), stand_day(12));

    return ask_post(post_booking, .caller = &stand_guest, .body = body, .key = "k-1");
}

TEST_CASE("erasure", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(guest_is_erased_everywhere_and_money_stays)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    struct answer made = ck_status(book_keyed(apartment), 201);
    ck_act(claim_booking_payment, &stand_guest, made.id,
           "{'receipt':'telegram:bot:photo:Забытый'}");
    ck_act(cancel_booking, &stand_guest, made.id, "{'reason':'Забытый Человек заболел'}");
    ck_status(stand_book(&stand_guest8, apartment, 20, 2, ",'phone':'+77015550008'", ""), 201);
    /* Booked by phone only, by the same person. */
    ck_status(stand_book(NULL, apartment, 30, 1, ",'phone':'+77015550001'", ""), 201);

    verify_phones();
    struct answer answer = ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_assert_int_eq(erased_rows(&answer, "booking"), 2);
    ck_assert_int_eq(erased_rows(&answer, "idempotency"), 1);
    ck_assert_int_ge(erased_rows(&answer, "booking_history"), 2);
    ck_assert_int_eq(erased_rows(&answer, "audit"), 3);
    ck_rows(1, "erasure WHERE id = '%s'", answer.id);
    ck_rows(1, "audit WHERE resource_id = '%s' AND action = 'guest.erase'", answer.id);
    ck_assert_int_eq(count_mentions("Забытый"), 0);
    ck_assert_int_eq(count_mentions("77015550001"), 0);
    ck_assert_int_eq(count_mentions("guest:7"), 0);
    ck_rows(0, "booking WHERE guest_telegram_id = 7");
    ck_sql(2000000, "SELECT total FROM booking WHERE id = '%s'", made.id);
    ck_rows(1, "booking WHERE guest_telegram_id = 8 AND guest_phone = '+77015550008'");

    struct answer again = ck_status(book_keyed(apartment), 201);
    ck_assert(again.replayed);
    ck_assert_str_eq(again.id, made.id);
    ck_text(again.json, "guest.name", "erased");
    ck_assert(json_is_null(json_object_get(again.json, "note")));
    ck_assert(json_is_null(json_object_get(again.json, "source")));

    answer = ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_assert_int_eq(erased_rows(&answer, "booking") + erased_rows(&answer, "booking_history") +
                         erased_rows(&answer, "audit") + erased_rows(&answer, "idempotency") +
                         erased_rows(&answer, "outbox") + erased_rows(&answer, "quote"),
                     0);
    stand_check_traces();
}

struct waiting {
    const char *id;
    struct answer answer;
    bool done;
};

static void confirm_body(void *data)
{
    struct waiting *waiting = data;

    waiting->answer =
        stand_act(confirm_booking, &stand_guest, waiting->id, "{'phone':'+77011234567'}");
    waiting->done = true;
}

/* Does to the rows what an erasure does, while the guest confirms. */
FIBER_TEST(request_waiting_for_the_erasure_sees_its_result)
{
    struct answer made = book(&stand_guest, stand_apartment(), 10, 2);
    struct waiting waiting = {.id = made.id};

    ck_status(made, 201);
    stand_sql("BEGIN");
    stand_sql("SELECT FROM occupancy WHERE id = '%s' FOR UPDATE", made.id);
    stand_sql("UPDATE booking SET guest_name = 'erased', guest_phone = NULL,"
              " guest_telegram_id = NULL WHERE id = '%s'",
              made.id);
    stand_go(confirm_body, &waiting);
    stand_sleep(200);
    ck_assert(!waiting.done);
    stand_sql("COMMIT");
    stand_until(waiting.done, "waiting.done");
    ck_refused(waiting.answer, 404, "not_found");
    ck_rows(0, "occupancy WHERE status = 'confirmed'");
}

FIBER_TEST(guest_is_erased_by_account_but_not_by_unverified_phone)
{
    const char *apartment = stand_apartment();

    ck_status(stand_book(&stand_guest, apartment, 10, 2, ",'phone':'+77015550001'", ""), 201);
    ck_status(stand_book(NULL, apartment, 20, 2, ",'phone':'+77015550001'", ""), 201);
    ck_refused(erase(&stand_guest8, "{'telegram_id':7}"), 403, "forbidden");
    ck_refused(erase(&stand_guest, "{'phone':'+77015550001'}"), 403, "forbidden");
    ck_refused(erase(&stand_owner, "{'telegram_id':7}"), 403, "forbidden");
    struct answer answer = ck_status(erase(&stand_guest, "{'telegram_id':7}"), 200);
    ck_assert_int_eq(erased_rows(&answer, "booking"), 1);
    ck_rows(1, "booking WHERE guest_phone IS NOT NULL");
    ck_assert_int_eq(count_mentions("guest:7"), 0);
    ck_rows(1, "audit WHERE action = 'guest.erase' AND actor = 'guest:erased'");
}

FIBER_TEST(agreed_stay_forbids_the_erasure)
{
    struct answer made = book(&stand_guest, stand_apartment(), 10, 2);

    ck_act(confirm_booking, &stand_guest, made.id, "{'phone':'+77011234567'}");
    struct answer answer = ck_refused(erase(NULL, "{'telegram_id':7}"), 409, "has_live_bookings");
    ck_text(answer.json, "bookings.0", made.id);
    ck_rows(1, "booking WHERE guest_telegram_id = 7");
    ck_act(cancel_booking, &stand_guest, made.id, NULL);
    ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_rows(0, "booking WHERE guest_telegram_id = 7");
}

FIBER_TEST(claimed_payment_of_a_past_stay_forbids_nothing)
{
    enum { CLAIMS = 3 };
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    for (int i = 0; i < CLAIMS; i++)
        ck_act(claim_booking_payment, &stand_guest, book(&stand_guest, apartment, 10 + i, 1).id,
               NULL);
    ck_refused(book(&stand_guest, apartment, 20, 1), 409, "too_many_holds");
    ck_refused(erase(NULL, "{'telegram_id':7}"), 409, "has_live_bookings");
    stand_sql("UPDATE occupancy SET check_in = check_in - 30, check_out = check_out - 30");
    ck_status(book(&stand_guest, apartment, 20, 1), 201);
    ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_rows(0, "booking WHERE guest_telegram_id = 7");
    ck_rows(CLAIMS, "occupancy WHERE status = 'payment_claimed'");
}

/* More bookings than one request erases: older ones of the account, newer ones by phone only. */
static void make_many(const char *apartment, int of_account, int of_phone)
{
    ck_status(stand_book(&stand_guest, apartment, 10, 2, ",'phone':'+77015550001'", ""), 201);
    stand_sql("UPDATE occupancy SET status = 'completed'");
    verify_phones();
    stand_sql("CREATE TEMP TABLE made AS SELECT gen_random_uuid() AS id, n"
              " FROM generate_series(1, %d) n",
              of_account + of_phone);
    stand_sql("UPDATE made SET id = ('01000000' || substr(id::text, 9))::uuid WHERE n <= %d",
              of_account);
    stand_sql("UPDATE made SET id = ('ff000000' || substr(id::text, 9))::uuid WHERE n > %d",
              of_account);
    stand_sql("INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in,"
              " check_out) SELECT made.id, tenant_id, apartment_id, kind, status, check_in,"
              " check_out FROM made, occupancy");
    stand_sql("INSERT INTO booking (id, tenant_id, code, apartment_id, owner_id, guest_name,"
              " guest_telegram_id, guest_phone, guests, lines, total, deposit)"
              " SELECT made.id, tenant_id, 'M' || n, apartment_id, owner_id, guest_name,"
              " CASE WHEN n <= %d THEN guest_telegram_id END, guest_phone, 1, lines, total, deposit"
              " FROM made, booking",
              of_account);
}

static const char *const erased_by[] = {"{'telegram_id':7}", "{'phone':'+77015550001'}"};

FIBER_TEST_ROWS(thousands_of_bookings_are_refused_together_and_erased_in_batches, erased_by)
{
    const char *apartment = stand_apartment();

    make_many(apartment, 1100, 300);
    struct answer live = book(&stand_guest, apartment, 20, 2);
    ck_act(confirm_booking, &stand_guest, live.id, "{'phone':'+77011234567'}");
    struct answer answer = ck_refused(erase(NULL, *row), 409, "has_live_bookings");
    ck_count(answer.json, "bookings", 1);
    ck_text(answer.json, "bookings.0", live.id);
    ck_rows(0, "booking WHERE guest_name = 'erased'");
    ck_act(cancel_booking, &stand_guest, live.id, NULL);
    ck_status(erase(NULL, *row), 200);
    ck_status(erase(NULL, *row), 200);
    ck_rows(0, "booking WHERE guest_name <> 'erased'");
}

FIBER_TEST(phone_of_two_accounts_identifies_neither)
{
    const char *apartment = stand_apartment();

    ck_status(stand_book(&stand_guest, apartment, 10, 1, ",'phone':'+77015550001'", ""), 201);
    ck_status(stand_book(&stand_guest8, apartment, 12, 1, ",'phone':'+77015550001'", ""), 201);
    ck_book(&stand_guest8, apartment, 14, 1);
    verify_phones();
    struct answer answer = ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_assert_int_eq(erased_rows(&answer, "booking"), 1);
    answer = ck_status(erase(NULL, "{'phone':'8 701 555 00 01'}"), 200);
    /* Now the phone has one account, so that account's other booking belongs to the person. */
    ck_assert_int_eq(erased_rows(&answer, "booking"), 2);
}

/* Guest 7 typed the phone of guest 8 in a booking that the client may repeat. Columns: request;
 * bookings erased, with the phone removed; the phone in the bookings of 7, 8 and of no account. */
static const struct {
    const char *body;
    int erased;
    const char *left;
} typed_phones[] = {
    {"{'telegram_id':7}",        1, "8=+77015550001 0=+77015550001"},
    {"{'telegram_id':8}",        2, "7=+77015550001"               },
    {"{'phone':'+77015550001'}", 3, "7=none"                       },
};

FIBER_TEST_ROWS(typed_phone_of_another_guest_does_not_join_them, typed_phones)
{
    const char *apartment = stand_apartment();

    ck_status(book_keyed(apartment), 201);
    ck_status(stand_book(NULL, apartment, 20, 1, ",'phone':'+77015550001','telegram_id':8", ""),
              201);
    ck_status(stand_book(NULL, apartment, 30, 1, ",'phone':'+77015550001'", ""), 201);
    struct answer answer = ck_status(erase(NULL, row->body), 200);
    ck_assert_int_eq(erased_rows(&answer, "booking"), row->erased);
    ck_sql_text(row->left, "SELECT string_agg(concat(coalesce(guest_telegram_id, 0), '=',"
                           " coalesce(guest_phone, 'none')), ' ' ORDER BY id) FROM booking"
                           " WHERE guest_name <> 'erased'");
    ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_assert_int_eq(count_mentions("Забытый"), 0);
}

FIBER_TEST(exactly_one_identifier_is_required_and_other_tenants_are_unaffected)
{
    struct answer made = book(&stand_guest, stand_apartment(), 10, 2);

    ck_refused(erase(NULL, "{}"), 422, "required");
    const struct answer both =
        ck_refused(erase(NULL, "{'telegram_id':7,'phone':'+77015550001'}"), 422, "invalid");
    ck_text(both.json, "errors.0.field", "telegram_id");
    ck_text(both.json, "errors.1.field", "phone");
    ck_refused(erase(NULL, "{'name':'x'}"), 422, "unknown_field");
    struct answer answer = ck_status(erase(&stand_other, "{'telegram_id':7}"), 200);
    ck_assert_int_eq(erased_rows(&answer, "booking"), 0);
    ck_status(ask_post(post_guest_erase, .body = "{'telegram_id':7}", .params = "dry_run=true"),
              200);
    ck_rows(1, "booking WHERE guest_telegram_id = 7");
    ck_rows(0, "erasure WHERE tenant_id = (SELECT tenant_id FROM booking WHERE id = '%s')",
            made.id);
}
