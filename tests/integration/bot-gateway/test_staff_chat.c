// SPDX-License-Identifier: MIT
/* The staff chat of a bot: a code links it once, and it survives what happens to the group. */
#include "db/transaction.h"

#include "staff_chat/staff_chat.h"
#include "staff_chat/staff_chat_store.h"
#include "updates.h"

TEST_CASE("staff_chat", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 60);

#define CHATS "SELECT string_agg(concat_ws(' ', chat_id, thread_id, language), ',') FROM staff_chat"
#define MEMBERS                                                                                    \
    "SELECT coalesce(string_agg(concat_ws(' ', user_id, name), ',' ORDER BY user_id), '')"         \
    " FROM staff_member"

struct asked {
    struct slice bot;
    char code[STAFF_CODE_LEN + 1];
    int64_t valid_s;
    bool removed;
};

static bool make(struct db *tx, void *arg, struct fault *fault)
{
    struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    uint8_t hash[DIGEST_SHA256_LEN];
    struct slice username;

    digest_base32_random(asked->code, STAFF_CODE_LEN);
    ck_assert(staff_code_compute_hash(slice_of(asked->code), hash));
    const struct staff_code code = {
        .bot = asked->bot,
        .hash = {(const char *)hash, sizeof hash},
        .language = LANGUAGE_KZ,
        .valid_s = asked->valid_s
    };
    return staff_chat_store_replace_code(tx, &code, &rows, &username, fault);
}

static bool remove_chat(struct db *tx, void *arg, struct fault *fault)
{
    struct asked *asked = arg;

    return staff_chat_store_remove(tx, asked->bot, &asked->removed, fault);
}

/* The result is valid until the next call. For a code that has ended, `valid_s` is negative: with 0
 * the code ends when it is made, and a turn whose transaction began before that accepts it. */
static const char *make_code(int64_t valid_s)
{
    static struct asked asked;

    asked = (struct asked){.bot = SLICE("taxi"), .valid_s = valid_s};
    ck_ok(db_transaction(stand_service()->pool, make, &asked, &fault));
    return asked.code;
}

/* Other programs answer the people of a bot of the type flow, so nobody would read the code. */
FIBER_TEST(bot_without_a_dialogue_has_no_staff_chat)
{
    struct asked asked = {.bot = SLICE("taxi"), .valid_s = STAFF_CODE_S};

    stand_sql("UPDATE bot SET bot_type = 'flow'");
    ck_fault(db_transaction(stand_service()->pool, make, &asked, &fault), "bot_unknown",
             FAULT_NOT_FOUND);
    ck_rows(0, "staff_code");
}

/* "/staff CODE" of a person in a group; `more` are members of the message. */
static void type_code(int number, int person, int64_t chat, const char *code, const char *more)
{
    deliver(textf(
        "{\"update_id\":%d,\"message\":{\"message_id\":1,\"from\":{\"id\":%d,\"is_bot\":false,"
        "\"first_name\":\"Member %d\"},\"chat\":{\"id\":%lld,\"type\":\"supergroup\"},"
        "\"text\":\"/staff %s\",\"entities\":[{\"offset\":0,\"length\":6,\"type\":"
        "\"bot_command\"}]%s}}",
        number, person, person, (long long)chat, code, more));
    wait_for(NOTHING_LEFT);
}

FIBER_TEST(code_links_a_group_and_its_members)
{
    updates_start(NULL, NULL, NULL);

    stand_look();
    const char *code = textf("%s", make_code(60));
    type_code(1, 7, -100, code, ",\"message_thread_id\":5,\"is_topic_message\":true");
    ck_sql_text("-100 5 kz", CHATS);
    ck_sql_text("7 Member 7", MEMBERS);
    ck_rows(0, "staff_code");
    ck_sql(1, "SELECT count(*) FROM sending WHERE chat_id = -100 AND confided"
              " AND payload -> 0 ->> 'message_thread_id' = '5' AND payload::text LIKE '%%Дайын%%'");
    ck_rows(0, "message WHERE text LIKE '%%staff%%'");
    /* A used code, another code, one that has ended. */
    type_code(2, 8, -100, code, "");
    type_code(3, 8, -100, "00000000", "");
    type_code(4, 8, -100, make_code(-60), "");
    ck_sql_text("7 Member 7", MEMBERS);
    ck_sql(3, "SELECT count(*) FROM sending WHERE payload::text LIKE '%%жарамайды%%'");
    /* A second member; the thread of replies is no topic. */
    type_code(5, 8, -100, make_code(60), ",\"message_thread_id\":9");
    ck_sql_text("7 Member 7,8 Member 8", MEMBERS);
    ck_sql_text("-100 kz", CHATS);
    /* Another group. */
    type_code(6, 7, -200, make_code(60), "");
    ck_sql_text("-200 kz", CHATS);
    ck_sql_text("7 Member 7,8 Member 8", MEMBERS);
}

FIBER_TEST(unused_code_is_replaced_by_the_next_one)
{
    updates_start(NULL, NULL, NULL);

    stand_look();
    const char *first = textf("%s", make_code(60));
    make_code(60);
    type_code(1, 7, -100, first, "");
    ck_rows(0, "staff_chat");
    ck_rows(1, "staff_code");
}

FIBER_TEST(anonymous_administrator_links_the_group_without_a_member)
{
    updates_start(NULL, NULL, NULL);

    stand_look();
    deliver(textf("{'update_id':1,'message':{'message_id':1,'from':{'id':1087968824,'is_bot':true,"
                  "'first_name':'Group'},'chat':{'id':-100,'type':'supergroup'},"
                  "'text':'/staff %s','entities':[{'offset':0,'length':6,'type':'bot_command'}]}}",
                  make_code(60)));
    wait_for("SELECT EXISTS (SELECT FROM staff_chat)");
    ck_rows(0, "staff_member");
}

/* Case: Group upgraded to supergroup. */
FIBER_TEST(supergroup_remains_the_staff_chat)
{
    updates_start(NULL, NULL, NULL);

    stand_look();
    type_code(1, 7, -100, make_code(60), "");
    deliver("{\"update_id\":2,\"message\":{\"message_id\":2,\"from\":{\"id\":7},\"chat\":{\"id\":"
            "-100,\"type\":\"group\"},\"migrate_to_chat_id\":-1001}}");
    wait_for(NOTHING_LEFT);
    ck_sql_text("-1001 kz", CHATS);
}

FIBER_TEST(removal_forgets_chat_members_and_code)
{
    updates_start(NULL, NULL, NULL);
    struct asked asked = {.bot = SLICE("taxi")};

    stand_look();
    type_code(1, 7, -100, make_code(60), "");
    make_code(60);
    ck_ok(db_transaction(stand_service()->pool, remove_chat, &asked, &fault));
    ck_assert(asked.removed);
    ck_rows(0, "staff_chat");
    ck_rows(0, "staff_member");
    ck_rows(0, "staff_code");
    ck_ok(db_transaction(stand_service()->pool, remove_chat, &asked, &fault));
    ck_assert(!asked.removed);
    asked.bot = SLICE("nobody");
    ck_fault(db_transaction(stand_service()->pool, remove_chat, &asked, &fault), "bot_unknown",
             FAULT_NOT_FOUND);
}
