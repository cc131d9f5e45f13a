// SPDX-License-Identifier: MIT
/* Links that bind owners' chats: booking-api's data of the owner decides. */
#include "base/parse.h"

#include "erasing.h"
#include "owner/owner_link.h"
#include "telegram/telegram.h"

#define OWNER   "018f0001-0000-7000-8000-000000000005"
#define IS(who) "{\"id\":\"" OWNER "\",\"name\":\"Игорь\",\"telegram_id\":" who ",\"version\":3}"
#define WANTED  "{\"owner_id\":\"" OWNER "\"}"
#define T_ME    "https://t.me/taxi_bot?start="
#define AUDITED "SELECT count(*) FROM audit WHERE action = 'owner_link.create'"

static void begin(void)
{
    erasing_begin();
    stand_sql("UPDATE bot SET username = 'taxi_bot'");
    stand_sql("DELETE FROM audit");
    stand_file("taxi.token", 0600, "1:AA");
}

TEST_CASE("owner_links", .setup = begin, .teardown = sends_finish);

static struct answer ask(const char *body, const char *key)
{
    return ask_post(post_owner_link, .id = "taxi", .body = body, .key = key,
                    .traceparent = "00-a-b-01");
}

FIBER_TEST(link_is_created_for_an_unbound_owner)
{
    static const struct booking_says says[] = {
        {200, 0, IS("null")},
        {200, 0, IS("7")   },
    };
    const int64_t now = now_wall_us();
    uint8_t key[BUTTON_KEY_LEN];
    struct owner_link link;
    int64_t ends_at;

    erasing_start(says, 2);
    struct answer made = ck_status(ask(WANTED, "k-1"), 201);
    const char *url = text_at(made.json, "url");
    ck_assert_msg(slice_starts(slice_of(url), SLICE(T_ME OWNER_LINK_PREFIX)), "%s", url);
    button_derive_key(SLICE("1:AA"), key);
    ck_assert(
        owner_link_read(slice_from(slice_of(url), strlen(T_ME OWNER_LINK_PREFIX)), key, &link));
    ck_assert_int_eq(link.version, 3);
    ck_assert(parse_timestamp(slice_of(text_at(made.json, "expires_at")), &ends_at));
    ck_assert_int_eq(link.ends_at, ends_at);
    ck_assert_int_ge(ends_at, now + (OWNER_LINK_S - 1) * US_PER_S);
    ck_assert_int_le(ends_at, now_wall_us() + OWNER_LINK_S * US_PER_S);
    ck_sql_text("1", AUDITED);
    ck_has(booking_request(0), "GET /v1/owners/" OWNER " ");
    ck_lacks(booking_request(0), "X-Actor");
    ck_has(booking_request(0), "\r\nX-Request-Id: test\r\n");
    ck_has(booking_request(0), "\r\ntraceparent: 00-a-b-01\r\n");
    /* The owner is bound meanwhile; a repeated Idempotency-Key gets the stored answer. */
    struct answer again = ck_status(ask(WANTED, "k-1"), 201);
    ck_assert(again.replayed && json_equal(again.json, made.json));
    struct answer bound = ck_status(ask(WANTED, "k-2"), 409);
    ck_assert_str_eq(bound.code, "already_bound");
    ck_sql_text("1", AUDITED);
}

/* Until the row has the username, it is read from Telegram. */
FIBER_TEST(missing_username_is_read_from_telegram)
{
    static const struct booking_says says[] = {
        {200, 0, "{\"ok\":true,\"result\":{\"username\":\"cab_bot\"}}"},
        {200, 0, IS("null")                                           },
        {401, 0, "{\"ok\":false,\"error_code\":401}"                  },
    };
    struct telegram telegram = {.own_root = true};

    stand_sql("UPDATE bot SET username = NULL");
    erasing_start(says, 3);
    telegram.client = stand_app()->turns_http;
    telegram.root = booking_url();
    stand_app()->telegram = &telegram;
    struct answer made = ck_status(ask(WANTED, NULL), 201);
    ck_assert(
        slice_starts(slice_of(text_at(made.json, "url")), SLICE("https://t.me/cab_bot?start=")));
    struct answer unnamed = ck_status(ask(WANTED, NULL), 503);
    ck_assert_str_eq(unnamed.code, "telegram_unavailable");
}
