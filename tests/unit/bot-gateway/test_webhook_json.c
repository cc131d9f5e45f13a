// SPDX-License-Identifier: MIT
/* The state of a webhook from Telegram's answer. */
#include "json/foreign.h"

#include "dialogue/talk.h"
#include "inbox/webhook_json.h"
#include "products/products.h"
#include "support/scratch.h"

#define OURS "https://bot.example.com/telegram/taxi"

enum { NOW_S = 1770000000 };

TEST_CASE("webhook");

static struct bot_webhook judged(const char *result)
{
    struct bot_webhook webhook;
    struct slice host;

    ck_assert(webhook_info_read(slice_of(result), SLICE(OURS), NOW_S * US_PER_S, &arena, &webhook,
                                &host, &fault));
    return webhook;
}

static const struct {
    const char *why, *result;
    int state;
    int64_t pending;
    const char *error;
    int64_t error_s; /* 0: none */
} infos[] = {
    {"none",          "{\"url\":\"\",\"pending_update_count\":3}",                                  BOT_WEBHOOK_NONE,      3, "",   0},
    {"nothing said",  "{}",                                                                         BOT_WEBHOOK_NONE,      0, "",   0},
    {"ours",          "{\"url\":\"" OURS "\",\"pending_update_count\":0}",                          BOT_WEBHOOK_OURS,      0, "",   0},
    {"a longer path", "{\"url\":\"" OURS "/x\"}",                                                   BOT_WEBHOOK_ELSEWHERE, 0, "",   0},
    {"another bot",   "{\"url\":\"https://bot.example.com/telegram/tax\"}",                         BOT_WEBHOOK_ELSEWHERE, 0,
     "",                                                                                                                            0},
    {"an error",      "{\"url\":\"" OURS "\",\"last_error_date\":5,\"last_error_message\":\"No\"}",
     BOT_WEBHOOK_OURS,                                                                                                     0, "No", 5},
    {"without words", "{\"url\":\"" OURS "\",\"last_error_date\":5}",                               BOT_WEBHOOK_OURS,      0, "",   5},
    {"without time",  "{\"url\":\"" OURS "\",\"last_error_message\":\"No\"}",                       BOT_WEBHOOK_OURS,      0,
     "",                                                                                                                            0},
};

TEST_ROWS_WHY(webhook_info_becomes_a_state, infos)
{
    const struct bot_webhook webhook = judged(row->result);
    const int64_t at = row->error_s == 0 ? FIELD_ABSENT : row->error_s * US_PER_S;

    ck_assert_int_eq(webhook.state, row->state);
    ck_assert_int_eq(webhook.pending, row->pending);
    ck_assert_str_eq(webhook.last_error, row->error);
    ck_assert_int_eq(webhook.last_error_at, at);
    ck_assert_int_eq(webhook.checked_at, NOW_S * US_PER_S);
}

TEST(long_error_is_cut_between_characters)
{
    char result[1024] = "{\"url\":\"x\",\"last_error_date\":5,\"last_error_message\":\"a";

    for (int i = 0; i < 150; i++)
        strcat(result, "я");
    strcat(result, "\"}");
    ck_assert_uint_eq(strlen(judged(result).last_error), BOT_WEBHOOK_ERROR_MAX - 1);
}

static const struct {
    const char *url, *host;
} hosts[] = {
    {"https://n8n.example.com/webhook/7:AA", "n8n.example.com" },
    {"https://example.com:8443?token=AA",    "example.com:8443"},
    {"https://user:secret@example.com/a@b",  "example.com"     },
    {"http://example.com#x",                 "example.com"     },
    {"https://example.com",                  "example.com"     },
    {"7:AA",                                 ""                },
    {"",                                     ""                },
};

TEST_ROWS(foreign_address_is_reduced_to_its_host, hosts)
{
    struct bot_webhook webhook;
    struct slice host;
    const struct slice result = arena_printf(&arena, "{\"url\":\"%s\"}", row->url);

    ck_assert(webhook_info_read(result, SLICE(OURS), 0, &arena, &webhook, &host, &fault));
    ck_assert_msg(slice_is(host, row->host), "%s: %.*s", row->url, SLICE_ARG(host));
}

TEST(webhook_is_set_with_secret_and_kinds)
{
    char room[2048];
    struct buf out = buf_over(room, sizeof room);

    webhook_encode_set_parameters(SLICE(OURS), "Se-cret_1", &out);
    const struct slice text = buf_as_slice(&out);
    const struct slice begin = SLICE("{\"url\":\"" OURS "\",\"secret_token\":\"Se-cret_1\","
                                     "\"max_connections\":40,\"allowed_updates\":[\"message\",");
    ck_assert_msg(slice_starts(text, begin), "%.*s", SLICE_ARG(text));
    room[text.len] = '\0';
    ck_has(room, "\"my_chat_member\"");
    ck_has(room, "],\"drop_pending_updates\":false}");
    ck_lacks(room, "\"chat_member\"");
}

/* --- menus --- */

struct menu_command {
    struct slice command, description;
};
struct menu {
    struct slice language_code;
    struct foreign_list commands;
};
static const struct foreign_member command_members[] = {
    {"command",     FOREIGN_TEXT, offsetof(struct menu_command, command),     NULL, 0},
    {"description", FOREIGN_TEXT, offsetof(struct menu_command, description), NULL, 0},
};
static const struct foreign command_table = FOREIGN_OF(command_members, struct menu_command);
static const struct foreign_member menu_members[] = {
    {"language_code", FOREIGN_TEXT, offsetof(struct menu, language_code), NULL,           0  },
    {"commands",      FOREIGN_LIST, offsetof(struct menu, commands),      &command_table, 100},
};
static const struct foreign menu_table = FOREIGN_OF(menu_members, struct menu);

static bool is_known(struct slice command)
{
    for (const struct flow_command *known = product_apartments.commands; known->name != NULL;
         known++)
        if (slice_is(command, known->name))
            return true;
    return false;
}

static size_t count_of(const struct flow_command *commands)
{
    size_t count = 0;

    while (commands[count].name != NULL)
        count++;
    return count;
}

static struct menu menu_of(const struct texts *texts, const struct product *product, size_t row)
{
    static char room[16 * 1024];
    struct menu menu = {
        .commands = {NULL, 0, 0}
    };
    struct buf json = buf_over(room, sizeof room);

    webhook_encode_menu_parameters(texts, product->menu, row, &json);
    ck_assert(!json.failed);
    ck_assert(foreign_read(&menu_table, buf_as_slice(&json), &menu, &arena, &fault));
    return menu;
}

static const char *const first_commands[] = {[LANGUAGE_RU] = "Найти квартиру",
                                             [LANGUAGE_EN] = "Find an apartment",
                                             [LANGUAGE_KZ] = "Пәтер табу"};

/* Commands of buttons, which nobody types, and the command of owners. */
static const char *const of_buttons[] = {
    "desk",    "booking",     "again", "rate",       "deal",         "deal_ok",  "deal_no",
    "deal_in", "deal_absent", "write", "clash_ours", "clash_theirs", "calendars"};
enum { OF_BUTTONS = ARRAY_LEN(of_buttons) };

/* Bot API, BotCommand: 1-32 characters and 1-256. */
TEST_ROWS(menu_has_every_command_in_its_language, app_languages)
{
    const struct menu menu = menu_of(texts_built_in(), &product_apartments, (size_t)_i);
    const struct menu_command *all = menu.commands.items;

    ck_assert_slice(menu.language_code, row->code);
    ck_assert_slice(all[0].description, first_commands[row->language]);
    ck_assert_uint_eq(menu.commands.count, count_of(product_apartments.commands) - OF_BUTTONS);
    for (size_t i = 0; i < menu.commands.count; i++) {
        ck_assert_msg(is_known(all[i].command), "%.*s", SLICE_ARG(all[i].command));
        for (size_t j = 0; j < OF_BUTTONS; j++)
            ck_assert(!slice_is(all[i].command, of_buttons[j]));
        ck_assert_uint_ge(all[i].description.len, 1);
        for (size_t j = 0; j < i; j++)
            ck_assert(!slice_equal(all[i].command, all[j].command));
    }
}

TEST(menu_of_a_taxi_bot_has_its_own_commands)
{
    static const char *const named[] = {"search", "rides",  "drive", "language", "privacy",
                                        "cancel", "person", "help",  "start"};
    /* Only buttons of notifications and of shared rides run these. */
    static const char *const hidden[] = {"see",      "ride",   "ride_again", "ride_cancel",
                                         "run",      "run_ok", "run_late",   "rider_ok",
                                         "rider_no", "wish",   "wish_bid"};
    const struct menu menu = menu_of(texts_built_in(), &product_taxi, 0);
    const struct menu_command *all = menu.commands.items;

    ck_assert_uint_eq(menu.commands.count, ARRAY_LEN(named));
    ck_assert_uint_eq(menu.commands.count, count_of(product_taxi.commands) - ARRAY_LEN(hidden));
    ck_assert_slice(all[0].description, "Find a ride");
    for (size_t i = 0; i < menu.commands.count; i++)
        ck_assert_slice(all[i].command, named[i]);
}

TEST(longest_texts_fit_the_menu)
{
    static struct texts texts[TEXTS];
    static char words[64 * 4 + 1];

    for (size_t i = 0; i < 64; i++)
        memcpy(words + i * 3, "\xe2\x82\xb8", 3);
    for (enum text text = 0; text < TEXTS; text++)
        texts[text] = (struct texts){slice_of(words), slice_of(words), slice_of(words)};
    const struct menu menu = menu_of(texts, &product_apartments, 0);
    ck_assert_uint_eq(((struct menu_command *)menu.commands.items)->description.len, 64 * 3);
}
