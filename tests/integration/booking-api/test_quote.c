// SPDX-License-Identifier: MIT
/* Quotes: contents, guarantee, and who may use them. */
#include "db/batches.h"

#include "bookings/quote.h"
#include "handlers/handlers.h"
#include "quotes.h"
#include "stand.h"
#include "support/test.h"

static void begin(void)
{
    stand_begin("test_quote");
}

TEST_CASE("quote", .setup = begin, .teardown = stand_end, .timeout_s = 60);

static long long sum_of_lines(const struct answer *answer)
{
    long long sum = 0;
    size_t i;
    json_t *line;

    json_array_foreach(answer_at(answer, "lines"), i, line)
    {
        sum += money_of(json_object_get(line, "amount"));
    }
    return sum;
}

STAND_TEST(quote_itemises_the_price_and_starts_in_the_current_tier)
{
    const char *apartment = stand_apartment();
    struct answer answer;
    json_t *tiers;

    stand_sql("UPDATE apartment SET cleaning_fee = 500000, included_guests = 1,"
              " extra_guest_fee = 200000, prepayment_percent = 30");
    answer = quotes_request(&stand_guest, apartment, 40, 2, 3);
    ck_status(answer, 201);
    ck_assert_int_eq(money_of(answer_at(&answer, "total")), 2 * 1000000 + 2 * 2 * 200000 + 500000);
    ck_assert_int_eq(sum_of_lines(&answer), money_of(answer_at(&answer, "total")));
    ck_assert_int_eq(money_of(answer_at(&answer, "deposit")), 990000);
    ck_assert_str_eq(
        json_string_value(json_object_get(answer_at(&answer, "cancellation"), "policy")),
        "moderate");
    tiers = json_object_get(answer_at(&answer, "cancellation"), "tiers");
    ck_assert_uint_eq(json_array_size(tiers), 2);
    ck_assert_int_eq(money_of(json_object_get(json_array_get(tiers, 0), "kept")), 0);
    ck_assert_int_eq(money_of(json_object_get(json_array_get(tiers, 1), "kept")), 1400000);
    ck_assert(json_is_null(json_object_get(json_array_get(tiers, 1), "until")));
    answer_drop(&answer);
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM expires_at - created_at) FROM quote"),
                     QUOTE_LIFE_S);
    ck_assert_int_eq(stand_number("SELECT guest_telegram_id FROM quote"), 7);
    ck_assert_int_eq(stand_number("SELECT first_night FROM quote"), 1400000);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'quote.create'"), 1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy"), 0);
    answer = quotes_request(&stand_guest, apartment, 2, 2, 3);
    ck_status(answer, 201);
    tiers = json_object_get(answer_at(&answer, "cancellation"), "tiers");
    ck_assert_uint_eq(json_array_size(tiers), 1);
    ck_assert_int_eq(money_of(json_object_get(json_array_get(tiers, 0), "kept")), 1400000);
    answer_drop(&answer);
}

STAND_TEST(quote_outlives_changes_of_prices_and_policies)
{
    const char *apartment = stand_apartment();
    struct answer offer, booked, inlined;

    stand_sql("UPDATE apartment SET cleaning_fee = 500000, prepayment_percent = 30");
    offer = quotes_request(&stand_guest, apartment, 40, 2, 2);
    ck_status(offer, 201);
    stand_sql("UPDATE apartment SET base_price = 9900000, cleaning_fee = 0, prepayment_percent = 0,"
              " cancellation_policy = 'strict', check_in_time = '20:00'");
    booked = quotes_book(&stand_guest, offer.id, "");
    ck_status(booked, 201);
    ck_assert(json_equal(answer_at(&offer, "lines"), answer_at(&booked, "lines")));
    ck_assert(json_equal(answer_at(&offer, "total"), answer_at(&booked, "total")));
    ck_assert(json_equal(answer_at(&offer, "deposit"), answer_at(&booked, "deposit")));
    ck_assert(json_equal(answer_at(&offer, "cancellation"), answer_at(&booked, "cancellation")));
    ck_assert_int_eq(stand_number("SELECT cleaning FROM booking"), 500000);
    inlined = stand_book(&stand_guest, apartment, 50, 2, "", "");
    ck_status(inlined, 201);
    ck_assert_int_eq(stand_number("SELECT total FROM booking WHERE id = '%s'", inlined.id),
                     19800000);
    ck_assert_str_eq(
        stand_text("SELECT policy ->> 'policy' FROM booking WHERE id = '%s'", inlined.id),
        "strict");
    answer_drop(&offer);
    answer_drop(&booked);
    stand_check_traces();
}

STAND_TEST(booking_keeps_its_policy)
{
    struct answer booked = stand_book(&stand_guest, stand_apartment(), 40, 2, "", "");
    struct answer answer;

    stand_sql("UPDATE cancellation_policy SET tiers = '[{\"keep_percent\": 100}]'");
    stand_sql("UPDATE apartment SET cancellation_policy = 'strict'");
    stand_sql("UPDATE booking SET paid = 2000000");
    answer = stand_ask(&(struct ask){
        .handler = get_booking_cancel_preview, .caller = &stand_guest, .id = booked.id});
    ck_status(answer, 200);
    ck_assert_int_eq(money_of(answer_at(&answer, "fee")), 0);
    ck_assert_str_eq(json_string_value(answer_at(&answer, "policy")), "moderate");
    answer_drop(&answer);
}

STAND_TEST(quote_of_another_guest_or_tenant_is_unknown)
{
    const char *apartment = stand_apartment();
    struct answer mine = quotes_create(&stand_guest, apartment, 40, 2);
    struct answer anybodys = quotes_create(NULL, apartment, 50, 2);
    struct answer answer;

    answer = quotes_book_status(&stand_other, mine.id, "");
    ck_refused(answer, 422, "unknown_quote");
    answer = quotes_book_status(&stand_guest8, mine.id, "");
    ck_refused(answer, 422, "unknown_quote");
    answer = quotes_book_status(NULL, "0198a000-0000-7000-8000-000000000000", "");
    ck_refused(answer, 422, "unknown_quote");
    answer = quotes_book_status(NULL, mine.id, "");
    ck_status(answer, 201);
    answer = quotes_book_status(&stand_guest8, anybodys.id, "");
    ck_status(answer, 201);
    stand_sql("UPDATE apartment SET owner_id = (SELECT id FROM owner WHERE id <> owner_id LIMIT 1)"
              " WHERE EXISTS (SELECT FROM owner o WHERE o.id <> apartment.owner_id)");
    answer = quotes_request(&stand_other, apartment, 60, 2, 2);
    ck_refused(answer, 422, "unknown_apartment");
    answer_drop(&answer);
}

STAND_TEST(quote_is_usable_only_before_it_expires_and_without_its_fields)
{
    const char *apartment = stand_apartment();
    struct answer offer = quotes_create(NULL, apartment, 40, 2);
    struct answer booked, answer;

    answer = quotes_book_status(NULL, offer.id, ",\"guests\":2");
    ck_refused(answer, 422, "contradiction");
    answer = quotes_book_status(NULL, offer.id,
                                ",\"check_in\":\"2027-01-01\",\"check_out\":\"2027-01-02\"");
    ck_refused(answer, 422, "invalid");
    answer = quotes_book_status(NULL, offer.id, ",\"promo_code\":\"x\"");
    ck_refused(answer, 422, "unknown_field");
    booked = quotes_book_status(NULL, offer.id, ",\"note\":\"поздно\",\"hold_minutes\":5");
    ck_status(booked, 201);
    ck_assert_str_eq(stand_text("SELECT note FROM booking"), "поздно");
    answer = quotes_book_status(NULL, offer.id, "");
    ck_refused(answer, 409, "nights_taken");
    answer = stand_act(cancel_booking, NULL, booked.id, NULL);
    ck_status(answer, 200);
    answer = quotes_book_status(NULL, offer.id, "");
    ck_status(answer, 201);
    stand_sql("UPDATE quote SET expires_at = now()");
    answer = quotes_book_status(NULL, offer.id, "");
    ck_refused(answer, 410, "quote_expired");
    stand_sql("UPDATE quote SET expires_at = now() + interval '1 minute',"
              " check_in = check_in - 60, check_out = check_out - 60");
    answer = quotes_book_status(NULL, offer.id, "");
    ck_refused(answer, 422, "in_the_past");
    stand_check_traces();
}

STAND_TEST(quotes_are_deleted_a_day_after_they_expire)
{
    const char *apartment = stand_apartment();
    struct fault fault;
    bool due = false;

    quotes_create(NULL, apartment, 40, 2);
    stand_sql("UPDATE quote SET expires_at = now() - interval '25 hours'");
    quotes_create(NULL, apartment, 40, 2);
    stand_sql("UPDATE quote SET expires_at = now() - interval '23 hours' WHERE expires_at > now()");
    ck_assert(quote_store_delete_due(stand_db(), &due, &fault) && due);
    ck_assert(db_batches(stand_service()->pool, &quote_store_delete_old, 10, &fault));
    ck_assert(quote_store_delete_due(stand_db(), &due, &fault) && !due);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM quote"), 1);
}

STAND_TEST(repeated_quote_with_one_key_is_created_once)
{
    const char *apartment = stand_apartment();
    char body[QUOTES_BODY];
    struct answer answer;

    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":2}",
             apartment, stand_day(5), stand_day(6));
    answer = stand_status(&(struct ask){
        .handler = post_quote, .method = HTTP_POST, .body = body, .query = {{"dry_run", "true"}}});
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM quote"), 0);
    for (int i = 0; i < 2; i++) {
        answer = stand_status(
            &(struct ask){.handler = post_quote, .method = HTTP_POST, .body = body, .key = "k"});
        ck_status(answer, 201);
        ck_assert_int_eq(answer.replayed, i == 1);
    }
    ck_assert_int_eq(stand_number("SELECT count(*) FROM quote"), 1);
}
