// SPDX-License-Identifier: MIT
/* Refusals of quotes: reasons per night, and alternatives. */

#include "quotes.h"
#include "stays.h"

/* Formats the nights as "2026-12-01 booked,min_nights" and so on. */
static const char *nights_text(const struct answer *answer)
{
    static char text[2048];
    size_t i, k;
    json_t *night, *reason;

    text[0] = '\0';
    json_array_foreach(value_at(answer->json, "nights"), i, night)
    {
        strcat(text, i > 0 ? ";" : "");
        json_array_foreach(json_object_get(night, "reasons"), k, reason)
        {
            strcat(text, k > 0 ? "," : "");
            strcat(text, json_string_value(reason));
        }
    }
    return text;
}

TEST_CASE("quote_refused", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(refusal_gives_reasons_per_night)
{
    const char *apartment = stand_apartment();
    struct answer answer;

    stand_sql("UPDATE apartment SET buffer_days = 1, max_nights = 10");
    answer = ck_status(stand_book(NULL, apartment, 20, 2, ",'telegram_id':1", ""), 201);
    answer = ck_act(confirm_booking, NULL, answer.id, NULL);
    ck_status(stand_book(NULL, apartment, 26, 1, ",'telegram_id':1", ""), 201);
    answer = ck_refused(quotes_request(&stand_guest, apartment, 19, 5, 2), 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "booked;booked;buffer");
    ck_assert_str_eq(text_at(answer.json, "nights.0.date"), stand_day(20));
    answer = ck_refused(quotes_request(&stand_guest, apartment, 24, 2, 2), 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "buffer_ahead");
    answer = ck_refused(quotes_request(&stand_guest, apartment, 26, 11, 5), 422, "not_available");
    ck_begins(nights_text(&answer), "held,max_nights,too_many_guests;buffer,");
    ck_count(answer.json, "nights", 11);
    answer = ck_refused(quotes_request(&stand_guest, apartment, -1, 1, 2), 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "in_the_past");
    stand_sql("UPDATE apartment SET is_active = false");
    answer = ck_refused(quotes_request(&stand_guest, apartment, 40, 1, 2), 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "not_bookable");
    ck_count(answer.json, "alternatives", 0);
    ck_rows(0, "quote");
}

FIBER_TEST(buffer_of_a_completed_stay_is_given_as_the_reason)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET buffer_days = 2, check_out_time = '23:59'");
    const struct answer booked = stay_make_confirmed(apartment, -2, 6);
    ck_act(check_in_booking, &stand_owner, booked.id, NULL);
    ck_act(check_out_booking, &stand_owner, booked.id, NULL);
    const struct answer answer =
        ck_refused(quotes_request(&stand_guest, apartment, 1, 3, 2), 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "buffer");
    ck_assert_str_eq(text_at(answer.json, "nights.0.date"), stand_day(1));
}

static bool is_hit(int nights)
{
    struct answer answer =
        ask_get(get_apartments,
                .params = textf("check_in=%s&check_out=%s", stand_day(30), stand_day(30 + nights)));

    ck_status(answer, 200);
    return count_at(answer.json, "items") == 1;
}

static void available(const char *apartment, int nights, const char *reason)
{
    const char *body = textf("{'apartment_ids':['%s'],'check_in':'%s','check_out':'%s','guests':2}",
                             apartment, stand_day(30), stand_day(30 + nights));
    struct answer answer = ck_status(ask_post(post_availability, .body = body), 200);
    const json_t *reasons = value_at(answer.json, "items.0.reasons");

    ck_assert_uint_eq(json_array_size(reasons), reason != NULL);
    if (reason != NULL)
        ck_text(reasons, "0", reason);
}

/* Two nights cost exactly the maximum, three exceed it. */
FIBER_TEST(stay_above_the_maximum_total_is_refused)
{
    const char *apartment = stand_apartment();
    struct answer answer, booked;

    stand_sql("UPDATE apartment SET base_price = 500000000000");
    answer = ck_refused(quotes_request(NULL, apartment, 30, 3, 2), 422, "total_too_high");
    ck_assert_str_eq(nights_text(&answer), "total_too_high;total_too_high;total_too_high");
    answer = ck_refused(quotes_request(NULL, apartment, 30, 3, 5), 422, "not_available");
    ck_refused(book(NULL, apartment, 30, 3), 422, "total_too_high");
    available(apartment, 3, "total_too_high");
    ck_assert(!is_hit(3));
    available(apartment, 2, NULL);
    ck_assert(is_hit(2));
    booked = quotes_create(NULL, apartment, 30, 2);
    ck_book(&stand_guest, apartment, 30, 2);
    ck_refused(quotes_book(NULL, booked.id, ""), 409, "nights_taken");
    stand_sql("UPDATE apartment SET base_price = 1000000");
    booked = book(&stand_guest, apartment, 40, 2);
    stand_sql("UPDATE apartment SET base_price = 500000000000");
    for (int nights = 3; nights >= 2; nights--) {
        const char *body =
            textf("{'check_in':'%s','check_out':'%s'}", stand_day(45), stand_day(45 + nights));
        answer = ask_post(change_booking_dates, .id = booked.id, .body = body);
        if (nights == 3)
            ck_refused(answer, 422, "total_too_high");
        else
            ck_status(answer, 200);
    }
    answer = ck_act(confirm_booking, NULL, booked.id, "{'paid':KZT(1000000000000)}");
}

FIBER_TEST(alternatives_are_available)
{
    const char *apartment = stand_apartment();
    const char *similar = stand_apartment();
    const char *expensive = stand_apartment();

    stand_sql("UPDATE apartment SET base_price = 1100000 WHERE id = '%s'", similar);
    stand_sql("UPDATE apartment SET base_price = 9000000 WHERE id = '%s'", expensive);
    struct answer answer = ck_book(NULL, apartment, 20, 2);
    answer = ck_refused(quotes_request(&stand_guest, apartment, 21, 2, 2), 422, "not_available");
    json_t *list = value_at(answer.json, "alternatives");
    /* Three later dates, one earlier date, the similar apartment. */
    ck_count(answer.json, "alternatives", 5);
    ck_text(list, "0.check_in", stand_day(22));
    ck_number(list, "0.total.amount", 2000000);
    ck_text(list, "4.apartment_id", similar);
    ck_number(list, "4.total.amount", 2200000);
    for (int shift = 1; shift <= 3; shift++) {
        answer = ck_status(quotes_request(&stand_guest, apartment, 21 + shift, 2, 2), 201);
    }
}
