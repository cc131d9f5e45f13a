// SPDX-License-Identifier: MIT
/* Quotes: their terms in lists, their guarantee, and how long they are usable. */
#include "db/batches.h"

#include "bookings/quote.h"
#include "quotes.h"

TEST_CASE("quote", .setup = stand_begin, .teardown = stand_finish);

static const struct {
    const char *policy;
    int from;
    bool is_free;
} terms[] = {
    {"flexible", 3,  true },
    {"flexible", 0,  false},
    {"moderate", 40, true },
    {"moderate", 3,  false},
    {"strict",   40, false},
};

/* Prepayment and end of free cancellation of a list's item are those of a quote. A day of
 * stand_day(), which is Almaty's, has never ended in London. */
FIBER_TEST(list_shows_the_terms_of_the_quote)
{
    const char *apartment = stand_apartment();

    for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
        stand_sql("UPDATE apartment SET cancellation_policy = '%s', base_price = 1000100,"
                  " prepayment_percent = 33, timezone = 'Europe/London'",
                  terms[i].policy);
        struct answer quote =
            ck_status(quotes_request(&stand_guest, apartment, terms[i].from, 2, 2), 201);
        json_t *first = value_at(quote.json, "cancellation.tiers.0");
        struct answer list = ck_status(
            ask_get(get_apartments, .caller = &stand_guest,
                    .params = textf("id=%s&check_in=%s&check_out=%s&guests=2", apartment,
                                    stand_day(terms[i].from), stand_day(terms[i].from + 2))),
            200);
        ck_count(list.json, "items", 1);
        json_t *item = value_at(list.json, "items.0");
        ck_assert(json_equal(json_object_get(item, "total"), value_at(quote.json, "total")));
        ck_assert(json_equal(json_object_get(item, "deposit"), value_at(quote.json, "deposit")));
        ck_assert_int_eq(json_object_get(item, "free_until") != NULL, terms[i].is_free);
        ck_assert_int_eq(number_at(first, "kept.amount") == 0, terms[i].is_free);
        if (terms[i].is_free)
            ck_text(item, "free_until", text_at(first, "until"));
    }
}

FIBER_TEST(quote_outlives_changes_of_prices_and_policies)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET cleaning_fee = 500000, prepayment_percent = 30");
    struct answer offer = ck_status(quotes_request(&stand_guest, apartment, 40, 2, 2), 201);
    stand_sql("UPDATE apartment SET base_price = 9900000, cleaning_fee = 0, prepayment_percent = 0,"
              " cancellation_policy = 'strict', check_in_time = '20:00'");
    struct answer booked = ck_status(quotes_book(&stand_guest, offer.id, ""), 201);
    ck_assert(json_equal(value_at(offer.json, "lines"), value_at(booked.json, "lines")));
    ck_assert(json_equal(value_at(offer.json, "total"), value_at(booked.json, "total")));
    ck_assert(json_equal(value_at(offer.json, "deposit"), value_at(booked.json, "deposit")));
    ck_assert(
        json_equal(value_at(offer.json, "cancellation"), value_at(booked.json, "cancellation")));
    ck_sql(500000, "SELECT cleaning FROM booking");
    struct answer inlined = ck_book(&stand_guest, apartment, 50, 2);
    ck_sql(19800000, "SELECT total FROM booking WHERE id = '%s'", inlined.id);
    ck_sql_text("strict", "SELECT policy ->> 'policy' FROM booking WHERE id = '%s'", inlined.id);
}

FIBER_TEST(booking_keeps_its_policy)
{
    struct answer booked = book(&stand_guest, stand_apartment(), 40, 2);

    stand_sql("UPDATE cancellation_policy SET tiers = '[{\"keep_percent\": 100}]'");
    stand_sql("UPDATE apartment SET cancellation_policy = 'strict'");
    stand_sql("UPDATE booking SET paid = 2000000");
    struct answer answer = ck_status(
        ask_get(get_booking_cancel_preview, .caller = &stand_guest, .id = booked.id), 200);
    ck_number(answer.json, "fee.amount", 0);
    ck_text(answer.json, "policy", "moderate");
}

FIBER_TEST(quote_is_usable_only_before_it_expires_and_without_its_fields)
{
    struct answer offer = quotes_create(NULL, stand_apartment(), 40, 2);
    struct answer booked;

    ck_refused(quotes_book(NULL, offer.id, ",'guests':2"), 422, "contradiction");
    ck_refused(quotes_book(NULL, offer.id, ",'check_in':'2027-01-01','check_out':'2027-01-02'"),
               422, "invalid");
    ck_refused(quotes_book(NULL, offer.id, ",'promo_code':'x'"), 422, "unknown_field");
    booked = ck_status(quotes_book(NULL, offer.id, ",'note':'поздно','hold_minutes':5"), 201);
    ck_sql_text("поздно", "SELECT note FROM booking");
    ck_refused(quotes_book(NULL, offer.id, ""), 409, "nights_taken");
    ck_act(cancel_booking, NULL, booked.id, NULL);
    ck_status(quotes_book(NULL, offer.id, ""), 201);
    stand_sql("UPDATE quote SET expires_at = now()");
    ck_refused(quotes_book(NULL, offer.id, ""), 410, "quote_expired");
    stand_sql("UPDATE quote SET expires_at = now() + interval '1 minute',"
              " check_in = check_in - 60, check_out = check_out - 60");
    ck_refused(quotes_book(NULL, offer.id, ""), 422, "in_the_past");
}

FIBER_TEST(quotes_are_deleted_a_day_after_they_expire)
{
    const char *apartment = stand_apartment();
    struct fault fault;
    int64_t due = 0;

    quotes_create(NULL, apartment, 40, 2);
    stand_sql("UPDATE quote SET expires_at = now() - interval '25 hours'");
    quotes_create(NULL, apartment, 40, 2);
    stand_sql("UPDATE quote SET expires_at = now() - interval '23 hours' WHERE expires_at > now()");
    ck_assert(quote_store_has_old(stand_db(), &due, &fault) && due > 0);
    ck_assert(db_batches_run(stand_service()->pool, &quote_store_delete_old, 10, &fault));
    ck_assert(quote_store_has_old(stand_db(), &due, &fault) && due == 0);
    ck_rows(1, "quote");
}
