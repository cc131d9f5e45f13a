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

/* A link needs no row, so a link in the answer of a dry run would bind an account without an
 * audit. */
FIBER_TEST(dry_run_returns_no_link)
{
    static const struct booking_says says[] = {
        {200, 0, IS("null")}
    };

    erasing_start(says, 1);
    struct answer dry = ck_status(
        ask_post(post_owner_link, .id = "taxi", .body = WANTED, .params = "dry_run=true"), 200);
    const json_t *would = json_object_get(dry.json, "would");
    ck_assert(json_is_null(json_object_get(would, "url")));
    ck_assert(json_is_string(json_object_get(would, "expires_at")));
    ck_sql_text("0", AUDITED);
}

// clang-format off
static const struct {
    const char *why, *body;
    struct booking_says says;
    int status;
    const char *code;
    int asked; /* minimum number of calls of booking-api */
} refusals[] = {
    {"no such owner",    WANTED,                    {404, 0, "{\"code\":\"not_found\"}"},     422, "unknown_owner",  1},
    {"half an owner",    WANTED,                    {200, 0, "{\"name\":\"x\"}"},             503, "booking_failed", 1},
    {"another status",   WANTED,                    {422, 0, "{\"code\":\"bad_actor\"}"},     503, "booking_failed", 1},
    {"a key that may not", WANTED,                  {403, 0, "{\"code\":\"scope_missing\"}"}, 503, "booking_failed", 1},
    {"no answer",        WANTED,                    {0, 0, NULL},                             503, "booking_failed", 1},
    {"no owner is named", "{}",                     {200, 0, IS("null")},                     422, "required",       0},
    {"no id",            "{\"owner_id\":\"x\"}",    {200, 0, IS("null")},                     422, "bad_uuid",       0},
    {"another field",    "{\"owner_id\":\"" OWNER "\",\"x\":1}", {200, 0, IS("null")},        422, "unknown_field",  0},
    {"no JSON",          "{",                       {200, 0, IS("null")},                     400, "bad_json",       0},
};
// clang-format on

FIBER_TEST(refusal_of_booking_api_is_returned)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        erasing_start(&refusals[i].says, 1);
        struct answer answer = ask(refusals[i].body, NULL);
        ck_assert_msg(answer.status == refusals[i].status &&
                          strcmp(answer.code, refusals[i].code) == 0,
                      "%s: %d %s", refusals[i].why, answer.status, answer.code);
        ck_assert_int_ge(booking_asked(), refusals[i].asked);
        ck_assert(refusals[i].asked > 0 || booking_asked() == 0);
        ck_sql_text("0", AUDITED);
    }
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

FIBER_TEST(without_a_token_there_is_no_link)
{
    static const struct booking_says says[] = {
        {200, 0, IS("null")}
    };

    stand_file("taxi.token", 0600, "");
    erasing_start(says, 1);
    const struct answer answer =
        ck_status(ask_post(post_owner_link, .id = "taxi", .body = WANTED), 409);
    ck_assert_str_eq(answer.code, "bot_incomplete");
    ck_status(ask_post(post_owner_link, .caller = &stand_other, .id = "taxi", .body = WANTED), 404);
    ck_assert_int_eq(booking_asked(), 0);
}
