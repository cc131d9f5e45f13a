// SPDX-License-Identifier: MIT
/* The copy of apartments equals booking-api's feed, in whatever order instances consume it. */
#include "apartments/apartment_store.h"
#include "jobs/semaphore.h"
#include "stand.h"
#include "support/scratch.h"
#include "sync/apartment_consumer.h"

#define COLUMNS "title_ru, city, rooms, max_guests, base_price"
static const char *apartments(void)
{
    return stand_text("SELECT coalesce(string_agg(right(id::text, 2) || ' ' || title_ru || ' ' ||"
                      " version, ', ' ORDER BY id), '') FROM flat");
}

static void put(int number)
{
    stand_put_apartment(number, COLUMNS, "'Двушка', 'almaty', 2, 4, 2000000");
}

static void put_one(void)
{
    put(1);
    stand_consume_apartments();
}

/* As another instance does. */
static void restart(void)
{
    struct search_app *app = stand_app();

    apartment_consumer_stop(app->apartment_consumer);
    apartment_consumer_start(app->apartment_consumer, app->service);
}

static void run(void *data)
{
    ck_ok(apartment_consumer_run(stand_app()->apartment_consumer, &fault));
}

static void run_without_feed(void)
{
    stand_sql("ALTER TABLE booking.feed_apartments RENAME TO elsewhere");
    run(NULL);
    stand_sql("ALTER TABLE booking.elsewhere RENAME TO feed_apartments");
}

TEST_CASE("apartment_consumer", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(apartment_is_copied_with_its_terms)
{
    stand_put_apartment(
        1, COLUMNS ", title_kz, description_en, district, address, lat, lon, weekend_price",
        "'Двушка у метро', 'almaty', 2, 4, 2000000, 'Екі бөлмелі пәтер', 'Quiet yard',"
        "'Медеуский', 'ул. Абая, 44', 43.2, 76.9, 2500000");
    stand_consume_apartments();
    ck_assert_str_eq(apartments(), "01 Двушка у метро 1");
    ck_sql_text("almaty Медеуский ул. Абая, 44 43.2 76.9 2 4 2 [] 2000000 2500000 1 30 t",
                "SELECT concat_ws(' ', city, district, address, lat, lon, rooms,"
                " max_guests, included_guests, amenities, base_price,"
                " weekend_price, min_nights, max_nights, is_active) FROM flat");
    /* In all three languages, tokenised like words of a query: folded, five letters. */
    ck_sql_text("'44':1A 'quiet':1 'yard':1 'аб':1A 'болме':1A 'двушк':1A 'еки':1A 'медеу':1A"
                " 'метр':1A 'патер':1A 'у':1A 'ул':1A",
                "SELECT terms::text FROM flat");
    ck_assert_int_eq(apartment_consumer_lag_seconds(stand_app()->apartment_consumer), 0);
    ck_assert(!apartment_consumer_is_behind(stand_app()->apartment_consumer));
}

FIBER_TEST(changes_and_deletions_are_copied)
{
    put(1);
    stand_put_apartment(2, COLUMNS, "'Студия', 'almaty', 1, 2, 1000000");
    stand_consume_apartments();
    stand_put_apartment(1, COLUMNS, "'Дом', 'astana', 4, 8, 9000000");
    stand_delete_apartment(2);
    stand_consume_apartments();
    ck_assert_str_eq(apartments(), "01 Дом 1");
    ck_sql_text("astana'дом':1A", "SELECT city || terms::text FROM flat");
}

/* Case: booking-api's database is restored elsewhere, from before an apartment was created. */
FIBER_TEST(new_epoch_replaces_the_copy)
{
    put(1);
    stand_put_apartment(2, COLUMNS, "'Студия', 'almaty', 1, 2, 1000000");
    stand_sql("UPDATE booking.feed_apartments SET version = 5");
    stand_consume_apartments();
    ck_assert_str_eq(apartments(), "01 Двушка 5, 02 Студия 5");
    stand_sql("DELETE FROM booking.feed_apartments WHERE title_ru = 'Студия';"
              "UPDATE booking.feed_apartments SET epoch = 2, tx = '1', version = 3");
    stand_consume_apartments();
    ck_assert_str_eq(apartments(), "01 Двушка 3");
}

/* An open transaction, of whichever database, hides the newest change of an apartment. */
FIBER_TEST(new_epoch_keeps_an_apartment_that_an_open_transaction_hides)
{
    put(1);
    stand_put_apartment(2, COLUMNS, "'Студия', 'almaty', 1, 2, 1000000");
    stand_put_apartment(3, COLUMNS, "'Дом', 'almaty', 4, 8, 9000000");
    stand_consume_apartments();
    PGconn *held = stand_hold("SELECT pg_current_xact_id()");
    stand_sql("DELETE FROM booking.feed_apartments WHERE title_ru = 'Дом';"
              "UPDATE booking.feed_apartments SET epoch = 2, tx = '1', version = 3;"
              "UPDATE booking.feed_apartments SET tx = pg_current_xact_id(), version = 4"
              " WHERE title_ru = 'Студия'");
    run(NULL);
    ck_assert_str_eq(apartments(), "01 Двушка 3, 02 Студия 1");
    stand_commit(held);
    stand_consume_apartments();
    ck_assert_str_eq(apartments(), "01 Двушка 3, 02 Студия 4");
}

FIBER_TEST(terms_of_older_rules_are_rebuilt)
{
    put_one();
    stand_sql("UPDATE flat SET terms = '', normaliser = 0");
    stand_consume_apartments();
    ck_sql_text("", "SELECT terms::text FROM flat");
    restart();
    stand_consume_apartments();
    ck_sql_text("'двушк':1A", "SELECT terms::text FROM flat");
}

static bool reports_outdated(void)
{
    return stand_reports(post_search_apartments, "{'query':'двушка'}", "words_outdated");
}

/* Without the feed, so that the terms stay unchanged. */
FIBER_TEST(terms_of_older_rules_are_reported)
{
    put_one();
    ck_assert(!reports_outdated());
    stand_sql("UPDATE flat SET terms = '', normaliser = 0");
    restart();
    run_without_feed();
    ck_assert(reports_outdated());
    stand_consume_apartments();
    ck_assert(!reports_outdated());
}

/* The run that checks the terms fails at the feed. */
FIBER_TEST(current_terms_are_not_reported)
{
    put_one();
    restart();
    stand_sql("ALTER TABLE booking.feed_apartments RENAME title_ru TO title");
    ck_assert(!apartment_consumer_run(stand_app()->apartment_consumer, &fault));
    stand_sql("ALTER TABLE booking.feed_apartments RENAME title TO title_ru");
    ck_assert(!reports_outdated());
}

/* The lexicon is of messages and knows мега only. */
FIBER_TEST(rewritten_word_is_searched_as_typed_too)
{
    stand_put_apartment(1, COLUMNS, "'Квартира у Mega Planet', 'almaty', 2, 4, 2000000");
    stand_consume_apartments();
    stand_teach(1, 1, 1, "мега рядом");
    const struct answer answer = ck_status(
        ask_post(post_search_apartments, .body = "{'query':'flat near Mega in Almaty'}"), 200);
    ck_has(text_at(answer.json, "items.0.why.en"), "in its description: Mega");
}

/* More apartments have no district than are ranked. */
FIBER_TEST(apartments_without_a_district_are_not_preferred)
{
    stand_put_apartment(1, COLUMNS ", district", "'Дом', 'almaty', 2, 4, 2000000, 'Медеуский'");
    stand_consume_apartments();
    stand_sql("INSERT INTO flat (id, tenant_id, epoch, version, is_active, title_ru, city, rooms,"
              " max_guests, amenities, base_price, min_nights, max_nights, terms, normaliser)"
              " SELECT ('00000000-0000-7000-8000-' || to_char(n, 'FM000000000000'))::uuid,"
              "  tenant_id, epoch, version, true, 'Дом', city, rooms, max_guests, amenities,"
              "  base_price, min_nights, max_nights, '', normaliser"
              " FROM flat, generate_series(1, %d) n",
              APARTMENT_CANDIDATES_MAX);
    const struct answer answer =
        ck_status(ask_post(post_search_apartments, .body = "{'query':'Медеуский район'}"), 200);
    ck_text(answer.json, "wish.district", "Медеуский");
    ck_text(answer.json, "items.0.district", "Медеуский");
}

/* Searches of both kinds share one semaphore. */
FIBER_TEST(apartment_search_waits_for_a_slot)
{
    struct search_app *app = stand_app();

    for (int i = 0; i < SEMAPHORE_SEARCHES; i++)
        ck_ok(semaphore_acquire(app->search_semaphore, app->service->loop, &stand_staff.tenant_id,
                                &fault));
    ck_status(ask_post(post_search_apartments, .body = "{'query':'двушка'}"), 503);
    semaphore_release(app->search_semaphore, &stand_staff.tenant_id);
    ck_status(ask_post(post_search_apartments, .body = "{'query':'двушка'}"), 200);
    ck_status(ask_post(post_search_apartments, .body = "{'query':'двушка'}"), 200);
    for (int i = 1; i < SEMAPHORE_SEARCHES; i++)
        semaphore_release(app->search_semaphore, &stand_staff.tenant_id);
}

/* Case: Two instances consume the feed of apartments. */
FIBER_TEST(concurrent_apartment_consumers_lose_nothing)
{
    for (int i = 1; i <= 450; i++)
        put(i);
    stand_consume_apartments();
    stand_sql("UPDATE booking.feed_apartments SET version = 2, tx = pg_current_xact_id()");
    stand_sleep(50);
    stand_race(3, run);
    stand_consume_apartments();
    ck_rows(450, "flat WHERE version = 2");
}

FIBER_TEST(without_booking_api_nothing_is_read)
{
    run_without_feed();
    ck_assert_int_eq(apartment_consumer_lag_seconds(stand_app()->apartment_consumer), FIELD_ABSENT);
    ck_assert(apartment_consumer_is_behind(stand_app()->apartment_consumer));
}
