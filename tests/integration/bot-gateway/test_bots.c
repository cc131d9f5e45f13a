// SPDX-License-Identifier: MIT
/* Bots are joined from the table and the folder: which are active, who sees them, what is
 * refused. */
#include <sys/stat.h>

#include "api/key.h"
#include "db/transaction.h"

#include "bots/bot_store.h"
#include "inbox/webhook_watch.h"
#include "stand.h"
#include "telegram/telegram.h"

TEST_CASE("bots", .setup = stand_begin, .teardown = stand_finish);

static const struct bot *found(const char *name)
{
    const struct bot *bot = NULL;
    struct fault fault;

    return bots_find_active(stand_app()->bots, slice_of(name), &bot, &fault) ? bot : NULL;
}

static void all_files(const char *name)
{
    char key[API_KEY_LEN + 1];

    api_key_generate(true, key);
    stand_file(textf("%s.token", name), 0600, "1:AA\n");
    stand_file(textf("%s.secret", name), 0640, "Se-cret_1");
    stand_file(textf("%s.key", name), 0400, key);
}

FIBER_TEST(bot_needs_its_row_and_files)
{
    stand_look();
    ck_assert_ptr_null(found("taxi"));
    stand_bot("taxi");
    all_files("taxi");
    stand_look();
    ck_assert_ptr_nonnull(found("taxi"));
    ck_assert_str_eq(found("taxi")->token, "1:AA");
    ck_assert_str_eq(found("taxi")->secret, "Se-cret_1");
    ck_assert_ptr_null(found("tax"));
    ck_assert_ptr_null(found("taxis"));

    const struct uuid id = found("taxi")->id;
    const struct bot *by_id;
    ck_ok(bots_find_active_by_id(stand_app()->bots, &id, &by_id, &fault));
    ck_assert_ptr_eq(by_id, found("taxi"));
    stand_file("taxi.secret", 0600, "another");
    stand_look();
    ck_assert_str_eq(found("taxi")->secret, "another");
    stand_sql("UPDATE bot SET is_active = false");
    stand_look();
    ck_assert_ptr_null(found("taxi"));
    ck_fault(bots_find_active_by_id(stand_app()->bots, &id, &by_id, &fault), "not_found",
             FAULT_NOT_FOUND);
}

FIBER_TEST(before_the_first_read_no_bot_is_unknown)
{
    const struct bot *bot;

    ck_unavailable(bots_find_active(stand_app()->bots, SLICE("taxi"), &bot, &fault), "starting");
    ck_refused(ask_get(get_bots), 503, "starting");
}

/* Watches the folder until the bots are `known`, or for a while if that is false. Returns whether
 * the instance is ready then. */
static bool watched(const char *folder, bool known)
{
    enum { EVERY_MS = 10, WHILE_MS = 100 };
    struct ready ready = {.count = 0};
    struct service service = *stand_service();
    struct fault fault;
    const struct bot *all;
    size_t count;

    service.ready = &ready;
    struct bots *bots = bots_create(&service, folder, &fault);
    ck_assert_ptr_nonnull(bots);
    bots_reload_every(bots, EVERY_MS);
    ck_assert(!ready_is_ready(&ready, loop_now_ns(service.loop)));
    if (known)
        stand_until(bots_all(bots, &all, &count, &fault), "%s: %s", fault.code, fault.detail);
    else
        stand_sleep(WHILE_MS);
    ck_assert(bots_all(bots, &all, &count, &fault) == known);
    const bool is_ready = ready_is_ready(&ready, loop_now_ns(service.loop));
    bots_destroy(bots);
    return is_ready;
}

FIBER_TEST(instance_is_not_ready_before_it_has_read_bots)
{
    ck_assert(watched(stand_folder(), true));
    ck_assert(!watched("/dev/null", false));
}

static const struct {
    const char *why;
    unsigned mode;
    const char *text;
    bool taken;
} files[] = {
    {"readable by its owner only", 0400, "1:AA",  true },
    {"readable by its group",      0440, "1:AA",  true },
    {"readable by everybody",      0444, "1:AA",  false},
    {"writable by its group",      0660, "1:AA",  false},
    {"it is empty",                0600, "",      false},
    {"it is no token",             0600, "token", false},
};

FIBER_TEST_ROWS_WHY(file_needs_private_mode_and_valid_content, files)
{
    stand_bot("taxi");
    stand_file("taxi.token", row->mode, row->text);
    stand_look();
    ck_assert((found("taxi")->token[0] != '\0') == row->taken);
}

FIBER_TEST(pipe_link_and_long_file_are_refused)
{
    char text[BOT_FILE_MAX + 2];

    stand_bot("taxi");
    ck_assert_int_eq(mkfifo(textf("%s/taxi.token", stand_folder()), 0600), 0);
    ck_assert_int_eq(symlink("/etc/hostname", textf("%s/taxi.secret", stand_folder())), 0);
    memset(text, '\n', sizeof text);
    text[sizeof text - 1] = '\0';
    stand_file("taxi.key", 0600, text);
    stand_look();
    for (enum bot_part part = BOT_TOKEN; part < BOT_PARTS; part++)
        ck_assert(!bot_has_part(found("taxi"), part));
}

FIBER_TEST(failed_read_keeps_the_previous_data)
{
    struct fault fault;

    stand_bot("taxi");
    all_files("taxi");
    stand_look();
    stand_sql("ALTER TABLE bot RENAME TO bot_away");
    ck_assert(!bots_reload(stand_app()->bots, &fault));
    stand_sql("ALTER TABLE bot_away RENAME TO bot");
    ck_assert_ptr_nonnull(found("taxi"));
    ck_assert_str_eq(found("taxi")->token, "1:AA");
}

/* The names that a caller sees, each with its missing parts: "taxi(token,key) ". */
static const char *seen(const struct api_caller *caller, const char *limit)
{
    static char text[STAND_TEXT];
    const char *cursor = "";
    size_t len = 0;

    text[0] = '\0';
    do {
        struct answer page = ck_status(
            ask_get(get_bots, .caller = caller, .params = textf("limit=%s%s", limit, cursor)), 200);
        json_t *item, *part;
        size_t i, k;
        json_array_foreach(json_object_get(page.json, "items"), i, item)
        {
            len += (size_t)snprintf(text + len, sizeof text - len, "%s(", text_at(item, "name"));
            json_array_foreach(json_object_get(item, "missing"), k, part)
            {
                len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", k > 0 ? "," : "",
                                        json_string_value(part));
            }
            len += (size_t)snprintf(text + len, sizeof text - len, ") ");
        }
        const char *next = text_at(page.json, "next_cursor");
        cursor = next != NULL ? textf("&cursor=%s", next) : "";
    } while (cursor[0] != '\0');
    return text;
}

FIBER_TEST(tenant_sees_its_bots_and_system_sees_all)
{
    const struct uuid system = uuid_make();
    struct api_caller health = stand_other;
    char id[UUID_TEXT_LEN + 1];

    health.tenant_id = system;
    uuid_format(&system, id);
    stand_sql("DELETE FROM tenant; INSERT INTO tenant (id, name) VALUES ('%s', 'system')", id);
    stand_bot("taxi");
    stand_bot("apartments");
    stand_bot_of("neighbour", &stand_other.tenant_id);
    all_files("apartments");
    stand_file("neighbour.token", 0600, "2:B");
    stand_file("planned.secret", 0600, "s");
    stand_file("wanted.secret", 0600, "s");
    stand_look();
    for (int limit = 1; limit <= 4; limit++) {
        const char *text = textf("%d", limit);
        ck_assert_str_eq(seen(&stand_staff, text), "taxi(token,secret,key) apartments() ");
        ck_assert_str_eq(seen(&stand_other, text), "neighbour(secret,key) ");
        const char *all = seen(&health, text);
        ck_begins(all, "taxi(token,secret,key) apartments() neighbour(secret,key) ");
        ck_has(all, "planned(row,token,key) ");
        ck_has(all, "wanted(row,token,key) ");
        ck_assert_uint_eq(strlen(all), 58 + 45);
    }
}

struct wish {
    const char *name, *tenant;
    bool made;
    int type;
};

static bool ensure(struct db *tx, void *arg, struct fault *fault)
{
    struct wish *wish = arg;

    return bot_store_insert_unless_exists(tx, slice_of(wish->name), slice_of(wish->tenant),
                                          wish->type, &wish->made, fault);
}

FIBER_TEST(row_is_inserted_once_and_for_one_tenant)
{
    struct wish wish = {"taxi", "one", false, BOT_TAXI};
    struct fault fault;

    stand_sql("DELETE FROM tenant; INSERT INTO tenant (id, name) VALUES"
              " (gen_random_uuid(), 'one'), (gen_random_uuid(), 'two')");
    ck_assert(db_transaction(stand_service()->pool, ensure, &wish, &fault) && wish.made);
    ck_assert(db_transaction(stand_service()->pool, ensure, &wish, &fault) && !wish.made);
    ck_sql_text("taxi", "SELECT bot_type FROM bot");
    stand_look();
    ck_assert_int_eq(found("taxi")->type, BOT_TAXI);
    wish.type = -1;
    ck_assert(db_transaction(stand_service()->pool, ensure, &wish, &fault) && !wish.made);
    wish.type = BOT_APARTMENTS;
    ck_assert(!db_transaction(stand_service()->pool, ensure, &wish, &fault));
    ck_assert_str_eq(fault.code, "bot_type_differs");
    ck_has(fault.detail, "taxi");
    ck_sql_text("taxi", "SELECT bot_type FROM bot");
    wish.tenant = "two";
    ck_assert(!db_transaction(stand_service()->pool, ensure, &wish, &fault));
    ck_assert_str_eq(fault.code, "bot_taken");
    wish = (struct wish){"other", "three", false, BOT_TAXI};
    ck_assert(!db_transaction(stand_service()->pool, ensure, &wish, &fault));
    ck_assert_str_eq(fault.code, "tenant_unknown");
    ck_rows(1, "bot");
}

static bool set_username(const char *username, struct fault *fault)
{
    return bot_store_set_username(stand_service()->pool, &found("taxi")->id, slice_of(username),
                                  fault);
}

FIBER_TEST(only_valid_username_is_stored)
{
    stand_bot("taxi");
    stand_look();
    ck_assert_str_eq(found("taxi")->username, "");
    ck_ok(set_username("taxi_bot", &fault));
    ck_fault(set_username("taxi bot", &fault), "bad_username", FAULT_INVALID);
    stand_look();
    ck_assert_str_eq(found("taxi")->username, "taxi_bot");
}

/* A malformed token is refused without a call. */
FIBER_TEST(webhook_of_new_bot_is_shown_after_its_first_check)
{
    struct telegram telegram = {.own_root = true};
    const struct gateway_config config = {.public_url = "http://127.0.0.1:1"};
    struct gateway_app app = *stand_app();
    const struct bot bot = {.id = uuid_make(), .name = "taxi", .token = "malformed token"};
    struct webhook_watch *watch;

    app.config = &config;
    app.telegram = &telegram;
    ck_ok((watch = webhook_watch_start(&app, false, &fault)) != NULL);
    ck_assert_ptr_null(webhook_watch_get_state(watch, &bot.id));
    ck_ok(webhook_watch_check_now(watch, &bot, &fault));
    ck_assert_ptr_nonnull(webhook_watch_get_state(watch, &bot.id));
    ck_assert_str_eq(webhook_watch_get_state(watch, &bot.id)->error, "no_bot");
    webhook_watch_stop(watch);
}
