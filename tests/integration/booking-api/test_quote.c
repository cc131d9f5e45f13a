// SPDX-License-Identifier: MIT
/* Quotes: what they say, what they promise, who may use them, and what is told instead of one. */
#include <string.h>

#include "apartment_handlers.h"
#include "availability_handlers.h"
#include "booking_handlers.h"
#include "quote.h"
#include "quote_handlers.h"
#include "stand.h"

enum { BODY_MAX = 1024 };

static void begin(void)
{
    stand_begin("test_quote");
}

static struct answer quote(const struct api_caller *caller, const char *flat, int from, int nights,
                           int guests)
{
    char body[BODY_MAX];

    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":%d}",
             flat, stand_day(from), stand_day(from + nights), guests);
    return stand_ask(
        &(struct ask){.handler = post_quote, .caller = caller, .method = HTTP_POST, .body = body});
}

/* Only its id. */
static struct answer quoted(const struct api_caller *caller, const char *flat, int from, int nights)
{
    struct answer answer = quote(caller, flat, from, nights, 2);

    ck_status(answer, 201);
    answer_drop(&answer);
    return answer;
}

static struct answer book(const struct api_caller *caller, const char *quote_id, const char *more)
{
    char body[BODY_MAX];

    snprintf(body, sizeof body, "{\"quote_id\":\"%s\",\"guest\":{\"name\":\"Данияр\"}%s}", quote_id,
             more);
    return stand_ask(&(struct ask){
        .handler = post_booking, .caller = caller, .method = HTTP_POST, .body = body});
}

static struct answer book_status(const struct api_caller *caller, const char *quote_id,
                                 const char *more)
{
    struct answer answer = book(caller, quote_id, more);

    answer_drop(&answer);
    return answer;
}

static json_t *at(const struct answer *answer, const char *name)
{
    return json_object_get(answer->json, name);
}

static long long money(const json_t *sum)
{
    return json_integer_value(json_object_get(sum, "amount"));
}

static long long sum_of_lines(const struct answer *answer)
{
    long long sum = 0;
    size_t i;
    json_t *line;

    json_array_foreach(at(answer, "lines"), i, line)
    {
        sum += money(json_object_get(line, "amount"));
    }
    return sum;
}

static void says_body(void *data)
{
    const char *flat = stand_flat();
    struct answer answer;
    json_t *tiers;

    (void)data;
    stand_sql("UPDATE apartment SET cleaning_fee = 500000, included_guests = 1,"
              " extra_guest_fee = 200000, prepayment_percent = 30");
    answer = quote(&stand_guest, flat, 40, 2, 3);
    ck_status(answer, 201);
    ck_assert_int_eq(money(at(&answer, "total")), 2 * 1000000 + 2 * 2 * 200000 + 500000);
    ck_assert_int_eq(sum_of_lines(&answer), money(at(&answer, "total")));
    ck_assert_int_eq(money(at(&answer, "deposit")), 990000);
    ck_assert_str_eq(json_string_value(json_object_get(at(&answer, "cancellation"), "policy")),
                     "moderate");
    tiers = json_object_get(at(&answer, "cancellation"), "tiers");
    ck_assert_uint_eq(json_array_size(tiers), 2);
    ck_assert_int_eq(money(json_object_get(json_array_get(tiers, 0), "kept")), 0);
    ck_assert_int_eq(money(json_object_get(json_array_get(tiers, 1), "kept")), 1400000);
    ck_assert(json_is_null(json_object_get(json_array_get(tiers, 1), "until")));
    answer_drop(&answer);
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM expires_at - created_at) FROM quote"),
                     QUOTE_LIFE_S);
    ck_assert_int_eq(stand_number("SELECT guest_telegram_id FROM quote"), 7);
    ck_assert_int_eq(stand_number("SELECT first_night FROM quote"), 1400000);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'quote.create'"), 1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy"), 0);
    answer = quote(&stand_guest, flat, 2, 2, 3);
    ck_status(answer, 201);
    tiers = json_object_get(at(&answer, "cancellation"), "tiers");
    ck_assert_uint_eq(json_array_size(tiers), 1);
    ck_assert_int_eq(money(json_object_get(json_array_get(tiers, 0), "kept")), 1400000);
    answer_drop(&answer);
}

START_TEST(a_quote_itemises_the_price_and_starts_in_the_tier_of_today)
{
    stand_run(says_body, NULL);
}
END_TEST

static void promise_body(void *data)
{
    const char *flat = stand_flat();
    struct answer offer, booked, inlined;

    (void)data;
    stand_sql("UPDATE apartment SET cleaning_fee = 500000, prepayment_percent = 30");
    offer = quote(&stand_guest, flat, 40, 2, 2);
    ck_status(offer, 201);
    stand_sql("UPDATE apartment SET base_price = 9900000, cleaning_fee = 0, prepayment_percent = 0,"
              " cancellation_policy = 'strict', check_in_time = '20:00'");
    booked = book(&stand_guest, offer.id, "");
    ck_status(booked, 201);
    ck_assert(json_equal(at(&offer, "lines"), at(&booked, "lines")));
    ck_assert(json_equal(at(&offer, "total"), at(&booked, "total")));
    ck_assert(json_equal(at(&offer, "deposit"), at(&booked, "deposit")));
    ck_assert(json_equal(at(&offer, "cancellation"), at(&booked, "cancellation")));
    ck_assert_int_eq(stand_number("SELECT cleaning FROM booking"), 500000);
    inlined = stand_book(&stand_guest, flat, 50, 2, "", "");
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

START_TEST(row_12_a_quote_wins_over_prices_and_policies_of_later)
{
    stand_run(promise_body, NULL);
}
END_TEST

static void terms_body(void *data)
{
    struct answer booked = stand_book(&stand_guest, stand_flat(), 40, 2, "", "");
    struct answer answer;

    (void)data;
    stand_sql("UPDATE cancellation_policy SET tiers = '[{\"keep_percent\": 100}]'");
    stand_sql("UPDATE apartment SET cancellation_policy = 'strict'");
    stand_sql("UPDATE booking SET paid = 2000000");
    answer = stand_ask(&(struct ask){
        .handler = get_booking_cancel_preview, .caller = &stand_guest, .id = booked.id});
    ck_status(answer, 200);
    ck_assert_int_eq(money(at(&answer, "fee")), 0);
    ck_assert_str_eq(json_string_value(at(&answer, "policy")), "moderate");
    answer_drop(&answer);
}

START_TEST(row_12_a_booking_keeps_the_policy_it_was_made_with)
{
    stand_run(terms_body, NULL);
}
END_TEST

static void rights_body(void *data)
{
    const char *flat = stand_flat();
    struct answer mine = quoted(&stand_guest, flat, 40, 2);
    struct answer anybodys = quoted(NULL, flat, 50, 2);
    struct answer answer;

    (void)data;
    answer = book_status(&stand_other, mine.id, "");
    ck_refused(answer, 422, "unknown_quote");
    answer = book_status(&stand_guest8, mine.id, "");
    ck_refused(answer, 422, "unknown_quote");
    answer = book_status(NULL, "0198a000-0000-7000-8000-000000000000", "");
    ck_refused(answer, 422, "unknown_quote");
    answer = book_status(NULL, mine.id, "");
    ck_status(answer, 201);
    answer = book_status(&stand_guest8, anybodys.id, "");
    ck_status(answer, 201);
    stand_sql("UPDATE apartment SET owner_id = (SELECT id FROM owner WHERE id <> owner_id LIMIT 1)"
              " WHERE EXISTS (SELECT FROM owner o WHERE o.id <> apartment.owner_id)");
    answer = quote(&stand_other, flat, 60, 2, 2);
    ck_refused(answer, 422, "unknown_apartment");
    answer_drop(&answer);
}

START_TEST(a_quote_of_another_guest_or_tenant_is_unknown)
{
    stand_run(rights_body, NULL);
}
END_TEST

static void use_body(void *data)
{
    const char *flat = stand_flat();
    struct answer offer = quoted(NULL, flat, 40, 2);
    struct answer booked, answer;

    (void)data;
    answer = book_status(NULL, offer.id, ",\"guests\":2");
    ck_refused(answer, 422, "contradiction");
    answer =
        book_status(NULL, offer.id, ",\"check_in\":\"2027-01-01\",\"check_out\":\"2027-01-02\"");
    ck_refused(answer, 422, "invalid");
    answer = book_status(NULL, offer.id, ",\"promo_code\":\"x\"");
    ck_refused(answer, 422, "unknown_field");
    booked = book_status(NULL, offer.id, ",\"note\":\"поздно\",\"hold_minutes\":5");
    ck_status(booked, 201);
    ck_assert_str_eq(stand_text("SELECT note FROM booking"), "поздно");
    answer = book_status(NULL, offer.id, "");
    ck_refused(answer, 409, "nights_taken");
    answer = stand_act(cancel_booking, NULL, booked.id, NULL);
    ck_status(answer, 200);
    answer = book_status(NULL, offer.id, "");
    ck_status(answer, 201);
    stand_sql("UPDATE quote SET expires_at = now()");
    answer = book_status(NULL, offer.id, "");
    ck_refused(answer, 410, "quote_expired");
    stand_sql("UPDATE quote SET expires_at = now() + interval '1 minute',"
              " check_in = check_in - 60, check_out = check_out - 60");
    answer = book_status(NULL, offer.id, "");
    ck_refused(answer, 422, "in_the_past");
    stand_check_traces();
}

START_TEST(a_quote_is_used_while_it_lives_and_alone)
{
    stand_run(use_body, NULL);
}
END_TEST

/* "2026-12-01 booked,min_nights" and so on, one a night. */
static const char *nights_text(const struct answer *answer)
{
    static char text[2048];
    size_t i, k;
    json_t *night, *reason;

    text[0] = '\0';
    json_array_foreach(at(answer, "nights"), i, night)
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

static const char *first_night(const struct answer *answer)
{
    return json_string_value(json_object_get(json_array_get(at(answer, "nights"), 0), "date"));
}

static void reasons_body(void *data)
{
    const char *flat = stand_flat();
    struct answer answer;

    (void)data;
    stand_sql("UPDATE apartment SET buffer_days = 1, max_nights = 10");
    answer = stand_book(NULL, flat, 20, 2, ",\"telegram_id\":1", "");
    ck_status(answer, 201);
    answer = stand_act(confirm_booking, NULL, answer.id, NULL);
    ck_status(answer, 200);
    answer = stand_book(NULL, flat, 26, 1, ",\"telegram_id\":1", "");
    ck_status(answer, 201);
    answer = quote(&stand_guest, flat, 19, 5, 2);
    ck_refused(answer, 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "booked;booked;buffer");
    ck_assert_str_eq(first_night(&answer), stand_day(20));
    answer_drop(&answer);
    answer = quote(&stand_guest, flat, 24, 2, 2);
    ck_refused(answer, 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "buffer_ahead");
    answer_drop(&answer);
    answer = quote(&stand_guest, flat, 26, 11, 5);
    ck_refused(answer, 422, "not_available");
    ck_assert_int_eq(strncmp(nights_text(&answer), "held,max_nights,too_many_guests;buffer,", 39),
                     0);
    ck_assert_uint_eq(json_array_size(at(&answer, "nights")), 11);
    answer_drop(&answer);
    answer = quote(&stand_guest, flat, -1, 1, 2);
    ck_refused(answer, 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "in_the_past");
    answer_drop(&answer);
    stand_sql("UPDATE apartment SET is_active = false");
    answer = quote(&stand_guest, flat, 40, 1, 2);
    ck_refused(answer, 422, "not_available");
    ck_assert_str_eq(nights_text(&answer), "not_bookable");
    ck_assert_uint_eq(json_array_size(at(&answer, "alternatives")), 0);
    answer_drop(&answer);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM quote"), 0);
}

START_TEST(what_cannot_be_had_is_told_night_by_night)
{
    stand_run(reasons_body, NULL);
}
END_TEST

static bool is_hit(int nights)
{
    struct answer answer = stand_ask(&(struct ask){
        .handler = get_apartments,
        .query = {{"check_in", stand_day(30)}, {"check_out", stand_day(30 + nights)}}
    });
    bool hit;

    ck_status(answer, 200);
    hit = json_array_size(at(&answer, "items")) == 1;
    answer_drop(&answer);
    return hit;
}

static void available(const char *flat, int nights, const char *reason)
{
    char body[BODY_MAX];
    struct answer answer;
    const json_t *reasons;

    snprintf(body, sizeof body,
             "{\"apartment_ids\":[\"%s\"],\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":2}",
             flat, stand_day(30), stand_day(30 + nights));
    answer =
        stand_ask(&(struct ask){.handler = post_availability, .method = HTTP_POST, .body = body});
    ck_status(answer, 200);
    reasons = json_object_get(json_array_get(at(&answer, "items"), 0), "reasons");
    ck_assert_uint_eq(json_array_size(reasons), reason != NULL);
    if (reason != NULL)
        ck_assert_str_eq(json_string_value(json_array_get(reasons, 0)), reason);
    answer_drop(&answer);
}

/* Two nights cost just as much as a stay may, three cost more. */
static void dear_body(void *data)
{
    const char *flat = stand_flat();
    char body[BODY_MAX];
    struct answer answer, booked;

    (void)data;
    stand_sql("UPDATE apartment SET base_price = 500000000000");
    answer = quote(NULL, flat, 30, 3, 2);
    ck_refused(answer, 422, "total_too_high");
    ck_assert_str_eq(nights_text(&answer), "total_too_high;total_too_high;total_too_high");
    answer_drop(&answer);
    answer = quote(NULL, flat, 30, 3, 5);
    ck_refused(answer, 422, "not_available");
    answer_drop(&answer);
    ck_refused(stand_book(NULL, flat, 30, 3, "", ""), 422, "total_too_high");
    available(flat, 3, "total_too_high");
    ck_assert(!is_hit(3));
    available(flat, 2, NULL);
    ck_assert(is_hit(2));
    booked = quoted(NULL, flat, 30, 2);
    ck_status(stand_book(&stand_guest, flat, 30, 2, "", ""), 201);
    ck_refused(book_status(NULL, booked.id, ""), 409, "nights_taken");
    stand_sql("UPDATE apartment SET base_price = 1000000");
    booked = stand_book(&stand_guest, flat, 40, 2, "", "");
    stand_sql("UPDATE apartment SET base_price = 500000000000");
    for (int nights = 3; nights >= 2; nights--) {
        snprintf(body, sizeof body, "{\"check_in\":\"%s\",\"check_out\":\"%s\"}", stand_day(45),
                 stand_day(45 + nights));
        answer = stand_status(&(struct ask){
            .handler = change_booking_dates, .method = HTTP_POST, .id = booked.id, .body = body});
        if (nights == 3)
            ck_refused(answer, 422, "total_too_high");
        else
            ck_status(answer, 200);
    }
    answer = stand_act(confirm_booking, NULL, booked.id,
                       "{\"paid\":{\"amount\":1000000000000,\"currency\":\"KZT\"}}");
    ck_status(answer, 200);
}

START_TEST(a_stay_that_costs_more_than_money_may_be_cannot_be_had)
{
    stand_run(dear_body, NULL);
}
END_TEST

static void alternatives_body(void *data)
{
    const char *flat = stand_flat();
    const char *like = stand_flat();
    const char *dear = stand_flat();
    struct answer answer;
    json_t *list;

    (void)data;
    stand_sql("UPDATE apartment SET base_price = 1100000 WHERE id = '%s'", like);
    stand_sql("UPDATE apartment SET base_price = 9000000 WHERE id = '%s'", dear);
    answer = stand_book(NULL, flat, 20, 2, "", "");
    ck_status(answer, 201);
    answer = quote(&stand_guest, flat, 21, 2, 2);
    ck_refused(answer, 422, "not_available");
    list = at(&answer, "alternatives");
    ck_assert_uint_eq(json_array_size(list), 5); /* 1, 2, 3 days later, 3 earlier, the like flat */
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 0), "check_in")),
                     stand_day(22));
    ck_assert_int_eq(money(json_object_get(json_array_get(list, 0), "total")), 2000000);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 4), "apartment_id")),
                     like);
    ck_assert_int_eq(money(json_object_get(json_array_get(list, 4), "total")), 2200000);
    answer_drop(&answer);
    for (int shift = 1; shift <= 3; shift++) {
        answer = quote(&stand_guest, flat, 21 + shift, 2, 2);
        ck_status(answer, 201);
        answer_drop(&answer);
    }
}

START_TEST(alternatives_can_be_had)
{
    stand_run(alternatives_body, NULL);
}
END_TEST

static bool sweep(struct change *change, void *arg, struct fault *fault)
{
    return quote_store_sweep(change->tx, arg, fault);
}

static void sweep_body(void *data)
{
    const char *flat = stand_flat();
    const struct uuid no_tenant = {0};
    struct arena arena;
    struct fault fault;
    int64_t deleted = -1;
    bool due = false;

    (void)data;
    quoted(NULL, flat, 40, 2);
    stand_sql("UPDATE quote SET expires_at = now() - interval '25 hours'");
    quoted(NULL, flat, 40, 2);
    stand_sql("UPDATE quote SET expires_at = now() - interval '23 hours' WHERE expires_at > now()");
    ck_assert(quote_store_due(stand_db(), &due, &fault) && due);
    arena_init(&arena, 1 << 20);
    ck_assert(api_task(stand_changes(), &no_tenant, &arena, sweep, &deleted, &fault));
    arena_finish(&arena);
    ck_assert_int_eq(deleted, 1);
    ck_assert(quote_store_due(stand_db(), &due, &fault) && !due);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM quote"), 1);
}

START_TEST(quotes_are_deleted_a_day_after_their_time)
{
    stand_run(sweep_body, NULL);
}
END_TEST

static void dry_body(void *data)
{
    const char *flat = stand_flat();
    char body[BODY_MAX];
    struct answer answer;

    (void)data;
    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":2}",
             flat, stand_day(5), stand_day(6));
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

START_TEST(row_5_a_quote_asked_twice_under_one_key_is_one)
{
    stand_run(dry_body, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quote");
    TCase *tests = tcase_create("quote");

    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_quote_itemises_the_price_and_starts_in_the_tier_of_today);
    tcase_add_test(tests, row_12_a_quote_wins_over_prices_and_policies_of_later);
    tcase_add_test(tests, row_12_a_booking_keeps_the_policy_it_was_made_with);
    tcase_add_test(tests, a_quote_of_another_guest_or_tenant_is_unknown);
    tcase_add_test(tests, a_quote_is_used_while_it_lives_and_alone);
    tcase_add_test(tests, what_cannot_be_had_is_told_night_by_night);
    tcase_add_test(tests, alternatives_can_be_had);
    tcase_add_test(tests, quotes_are_deleted_a_day_after_their_time);
    tcase_add_test(tests, row_5_a_quote_asked_twice_under_one_key_is_one);
    tcase_add_test(tests, a_stay_that_costs_more_than_money_may_be_cannot_be_had);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
