// SPDX-License-Identifier: MIT
/* Cities and apartments of booking-api determine the places of the phrase parser. */
#include "base/auto.h"

#include "booking.h"
#include "places/places_watch.h"
#include "stand.h"
#include "support/metric_of.h"

// clang-format off
#define CITIES "{\"items\":[{\"slug\":\"almaty\",\"name\":{\"ru\":\"Алматы\",\"kz\":\"Алматы\",\"en\":\"Almaty\"}}],\"next_cursor\":null}"
#define FLAT(title, district, address) "{\"title\":{\"ru\":\"" title "\"},\"district\":" district ",\"address\":" address "}"
#define FLATS(items, next) "{\"items\":[" items "],\"next_cursor\":" next "}"
#define FIRST  FLATS(FLAT("Студия", "\"Медеуский\"", "\"пр. Абая, 44\"") "," FLAT("Студия", "\"Медеуский\"", "\"пр. Абая, 8\""), "\"bmV4dA\"")
#define SECOND FLATS(FLAT("Апартаменты у Байтерека", "null", "null"), "null")
#define OTHER  FLATS(FLAT("Студия", "null", "\"ул. Гоголя, 1\""), "null")
// clang-format on

static struct places_watch *watch;

static void begin(void)
{
    stand_begin();
    stand_key("flats");
}

TEST_CASE("places", .setup = begin, .teardown = stand_finish, .timeout_s = 120);

static void stop(void *data)
{
    places_watch_stop(watch);
}

static void start(void)
{
    const struct booking_client booking = {
        stand_client(&(struct http_client_options){.connections_per_host = 4}), booking_url()};

    ck_ok((watch = places_watch_start(stand_service(), stand_app()->bots, &booking, &fault)) !=
          NULL);
    stand_started(&watch, stop);
}

static bool refresh(bool all)
{
    struct fault fault = {.code = ""};

    return places_watch_refresh(watch, all, &fault);
}

static bool look(void)
{
    return refresh(true);
}

/* The phrase as a guest of the tenant would be understood: only city, district and q. */
static const char *said_to(enum bot_type type, const struct uuid *tenant, const char *text)
{
    const struct phrase_now now = {.day = 20780, .hour = 12};
    const struct phrase_words *words;
    struct phrase phrase;
    AUTO(arena_finish) struct arena arena = ARENA(1 << 20);

    ck_ok(places_watch_borrow_vocabulary(watch, tenant, (int)type, &arena, &words, &fault));
    ck_ok(phrase_read(words, slice_of(text), LANGUAGE_RU, now, &arena, &phrase, &fault));
    return textf("%.*s|%.*s|%.*s", SLICE_ARG(phrase.city), SLICE_ARG(phrase.district),
                 (int)(phrase.q.count > 0 ? phrase.q.items[0].len : 0),
                 phrase.q.count > 0 ? phrase.q.items[0].at : "");
}

static const char *said(const struct uuid *tenant, const char *text)
{
    return said_to(BOT_APARTMENTS, tenant, text);
}

#define WORDS  "в Алматы в Медеуском районе на Абая"
#define TENANT (&stand_staff.tenant_id)

FIBER_TEST(guests_can_name_places_of_their_tenant)
{
    static const struct booking_says says[] = {
        {200, 0, CITIES},
        {200, 0, FIRST },
        {200, 0, SECOND}
    };

    booking_start(says, 3);
    start();
    ck_assert_str_eq(said(TENANT, WORDS), "||"); /* before the first read */
    ck_assert(look());                           /* without bots no calls are made */
    ck_assert_int_eq(booking_asked(), 0);
    stand_bot("flats");
    stand_look();
    ck_assert(look());
    ck_assert_str_eq(said(TENANT, WORDS), "almaty|Медеуский|абая");
    ck_assert_str_eq(said(TENANT, "у Байтерека"), "||байтерек");
    ck_assert_double_eq(metric_of("places_known"), 4);
    ck_assert_int_eq(booking_asked(), 3);
    ck_has(booking_request(0), "GET /v1/cities HTTP/1.1\r\n");
    ck_has(booking_request(0), "\r\nX-API-Key: tb_test_");
    ck_lacks(booking_request(0), "X-Actor");
    ck_has(booking_request(1), "GET /v1/apartments?limit=30 HTTP/1.1");
    ck_has(booking_request(2), "?limit=30&cursor=bmV4dA HTTP/1.1");
    ck_assert_str_eq(said(&stand_other.tenant_id, WORDS), "||");
}

FIBER_TEST(failed_read_and_running_turn_keep_known_places)
{
    static const struct booking_says good[] = {
        {200, 0, CITIES},
        {200, 0, FIRST },
        {200, 0, SECOND}
    };
    static const struct booking_says bad[] = {
        {200, 0, CITIES                        },
        {200, 0, FIRST                         },
        {403, 0, "{\"code\":\"scope_missing\"}"}
    };
    static const struct booking_says other[] = {
        {200, 0, CITIES},
        {200, 0, OTHER }
    };
    const struct phrase_words *before, *again;
    AUTO(arena_finish) struct arena turn = ARENA(1 << 20);

    booking_start(good, 3);
    stand_bot("flats");
    stand_look();
    start();
    ck_assert(look());
    ck_ok(places_watch_borrow_vocabulary(watch, TENANT, BOT_APARTMENTS, &turn, &before, &fault));
    booking_say(good, 3); /* the same data: nothing is rebuilt */
    ck_assert(look());
    ck_ok(places_watch_borrow_vocabulary(watch, TENANT, BOT_APARTMENTS, &turn, &again, &fault));
    ck_assert_ptr_eq(before, again);
    booking_say(bad, 3);
    ck_assert(!look());
    ck_assert_str_eq(said(TENANT, WORDS), "almaty|Медеуский|абая");
    booking_say(other, 2);
    ck_assert(look());
    ck_assert_str_eq(said(TENANT, WORDS), "almaty||");
    ck_assert_str_eq(said(TENANT, "на Гоголя"), "||гоголя");
    /* A running turn keeps its places, even if the bot is gone. */
    stand_sql("UPDATE bot SET is_active = false");
    stand_look();
    ck_assert(look());
    ck_assert_str_eq(said(TENANT, WORDS), "||");
    struct phrase phrase;
    ck_ok(phrase_read(before, SLICE("на Абая"), LANGUAGE_RU,
                      (struct phrase_now){.day = 20780, .hour = 12}, &turn, &phrase, &fault));
    ck_assert_uint_eq(phrase.q.count, 1);
}

FIBER_TEST(failed_read_is_retried_after_a_pause)
{
    static const struct booking_says bad[] = {
        {403, 0, "{\"code\":\"scope_missing\"}"}
    };
    static const struct booking_says good[] = {
        {200, 0, CITIES},
        {200, 0, FIRST },
        {200, 0, SECOND}
    };

    booking_start(bad, 1);
    start();
    stand_bot("flats");
    stand_look();
    const int64_t began_ms = wait_now_ms();
    ck_assert(!look());
    const int asked = booking_asked();
    const bool is_quiet = refresh(false) && booking_asked() == asked;
    /* Makes no call, because the tenant is not due before 3 s have passed. */
    ck_assert(is_quiet || wait_now_ms() - began_ms >= 3000);
    booking_say(good, 3);
    stand_until(refresh(false) && strcmp(said(TENANT, WORDS), "almaty|Медеуский|абая") == 0, "%s",
                said(TENANT, WORDS));
}

FIBER_TEST(passengers_can_name_towns_if_there_are_rides)
{
    static const struct booking_says town[] = {
        {200, 0,
         "{\"items\":[{\"slug\":\"konaev\",\"name\":{\"ru\":\"Конаев\"}}],\"next_cursor\":null}"}
    };
    static const struct booking_says off[] = {
        {404, 0, "{\"code\":\"not_found\"}"}
    };

    booking_start(town, 1);
    stand_bot("flats");
    stand_sql("UPDATE bot SET bot_type = 'taxi'");
    stand_look();
    start();
    ck_assert(look());
    ck_has(booking_request(0), "GET /v1/places?limit=100 HTTP/1.1");
    ck_assert_str_eq(said_to(BOT_TAXI, TENANT, "в Конаев"), "konaev||");
    ck_assert_str_eq(said(TENANT, "в Конаев"), "||");
    booking_say(off, 1);
    ck_assert(look());
    ck_assert_str_eq(said_to(BOT_TAXI, TENANT, "в Конаев"), "||");
}
