// SPDX-License-Identifier: MIT
#include "sends.h"

#include "db/transaction.h"

#include "outbox/outbox_store.h"

struct send sends[SENDS_MAX];
int sends_count;
int sends_at_once;
int sends_delay_ms;
void (*sends_end)(const struct send *send, struct call_result *result);

enum { CHATS = 64 };
static struct {
    int64_t chat_id;
    int calls;
} under_way[CHATS];
static int64_t last_message_id;
static bool ready;
static struct service services[SENDS_INSTANCES];

void sends_begin(void)
{
    stand_begin();
    sends_count = sends_at_once = sends_delay_ms = 0;
    sends_end = NULL;
    memset(under_way, 0, sizeof under_way);
    ready = false;
    stand_bot("taxi");
    stand_file("taxi.token", 0600, "1:AA");
}

void sends_begin_with_key(void)
{
    sends_begin();
    stand_key("taxi");
}

void sends_finish(void)
{
    stand_finish();
}

int64_t sends_now_ms(void)
{
    return now_mono_ns() / NS_PER_MS;
}

/* --- the fake Telegram --- */

static int *calls_of(int64_t chat_id)
{
    int i = 0;

    while (under_way[i].chat_id != chat_id && under_way[i].chat_id != 0 && i < CHATS - 1)
        i++;
    under_way[i].chat_id = chat_id;
    return &under_way[i].calls;
}

static const char *words_of(const json_t *body)
{
    const json_t *media = json_object_get(body, "media");
    const json_t *text = json_object_get(body, "text");

    return json_string_value(
        text != NULL ? text : json_object_get(media != NULL ? media : body, "caption"));
}

static struct send *note(const struct sender_call *call)
{
    ck_assert_int_lt(sends_count, SENDS_MAX);
    struct send *send = &sends[sends_count++];
    json_t *body = json_loadb(call->parameters.at, call->parameters.len, 0, NULL);
    ck_assert_ptr_nonnull(body);
    const char *text = call->markup.at != NULL ? call->markup.at : words_of(body);
    *send = (struct send){.chat_id = json_integer_value(json_object_get(body, "chat_id")),
                          .at_ms = sends_now_ms(),
                          .nth = 1,
                          .plain = call->info.plain,
                          .edits = json_object_get(body, "message_id") != NULL,
                          .in_topic = json_object_get(body, "message_thread_id") != NULL};
    ck_assert_int_eq(send->chat_id, call->chat_id != FIELD_ABSENT ? call->chat_id : 0);
    snprintf(send->text, sizeof send->text, "%s", text != NULL ? text : "");
    snprintf(send->method, sizeof send->method, "%.*s", SLICE_ARG(call->method));
    for (struct send *before = sends; before < send; before++)
        send->nth += strcmp(before->text, send->text) == 0;
    json_decref(body);
    return send;
}

static void record_call(void *data, const char *token, const struct sender_call *call,
                        struct arena *arena, struct call_result *result)
{
    (void)arena;
    ck_assert_str_eq(token + 1, ":AA");
    struct send *noted = note(call);
    noted->bot = token[0];
    noted->instance = (int)((struct service *)data - services);
    const struct send send = *noted;
    int *calls = calls_of(send.chat_id);
    if (++*calls > sends_at_once && send.chat_id != 0)
        sends_at_once = *calls;
    const int64_t began_ms = sends_now_ms();
    while (sends_now_ms() - began_ms < sends_delay_ms)
        stand_sleep(1);
    --*calls;
    *result = (struct call_result){.end = TELEGRAM_DONE,
                                   .message_id = ++last_message_id,
                                   .text = SLICE("Telegram's own words")};
    if (sends_end != NULL)
        sends_end(&send, result);
}

void sends_unknown_once(const struct send *send, struct call_result *result)
{
    if (send->nth == 1)
        *result = (struct call_result){.end = TELEGRAM_UNCERTAIN, .text = SLICE("502")};
}

struct sender *sends_start(void)
{
    if (!ready)
        stand_look();
    ready = true;
    stand_sql("UPDATE sender SET owner = NULL, leased_until = '-infinity'");
    return sends_start_beside(0);
}

void sends_drain(int instance)
{
    services[instance].stopping = true;
}

static void stop_sender(void *sender)
{
    sender_stop(sender);
}

struct sender *sends_start_beside(int instance)
{
    services[instance] = *stand_service();
    const struct sender_options options = {.service = &services[instance],
                                           .bots = stand_app()->bots,
                                           .send = record_call,
                                           .data = &services[instance]};
    struct fault fault = {.code = ""};

    struct sender *sender = sender_start(&options, &fault);
    ck_assert_msg(sender != NULL, "%s", fault.detail);
    stand_started(sender, stop_sender);
    return sender;
}

/* --- messages --- */

struct placing {
    struct outbox_message sending;
    bool placed;
};

static bool place(struct db *tx, void *arg, struct fault *fault)
{
    struct placing *placing = arg;

    return outbox_store_insert(tx, &placing->sending, &placing->placed, fault);
}

static struct slice or_absent(const char *text)
{
    return slice_of(text);
}

bool sends_placed(const struct wish *wish, struct uuid *id)
{
    const struct bot *bot;

    ck_ok(bots_find_active(stand_app()->bots, slice_of(wish->bot != NULL ? wish->bot : "taxi"),
                           &bot, &fault));
    const char *payload = textf("[{\"text\": \"%s\", \"parse_mode\": \"HTML\"}]", wish->text);
    const bool answers = wish->lane < 0;
    struct placing placing = {
        .sending = {.id = uuid_make(),
                    .tenant_id = stand_staff.tenant_id,
                    .bot_id = bot->id,
                    .chat_id = answers              ? FIELD_ABSENT
                               : wish->chat_id == 0 ? 7
                                                    : wish->chat_id,
                    .lane = answers           ? OUTBOX_ANSWER
                            : wish->lane == 0 ? OUTBOX_REPLY
                                              : wish->lane,
                    .method = slice_of(wish->method != NULL ? wish->method : "sendMessage"),
                    .payload = slice_of(wish->payload != NULL ? wish->payload : payload),
                    .instead = or_absent(wish->instead),
                    .on_unknown = wish->on_unknown,
                    .supersede_key = or_absent(wish->supersede_key),
                    .dedupe_key = or_absent(wish->dedupe_key),
                    .ttl_s = wish->ttl_s != 0 ? wish->ttl_s : FIELD_ABSENT,
                    .confided = wish->confided}
    };
    ck_ok(db_transaction(stand_service()->pool, place, &placing, &fault));
    *id = placing.sending.id;
    return placing.placed;
}

struct uuid sends_place(struct sender *sender, const struct wish *wish)
{
    struct uuid id;

    ck_assert(sends_placed(wish, &id));
    sender_wake(sender);
    return id;
}

struct uuid sends_text(struct sender *sender, int64_t chat_id, const char *text)
{
    return sends_place(sender, &(struct wish){.chat_id = chat_id, .text = text});
}

const char *sends_id(const struct uuid *id)
{
    static char texts[4][UUID_TEXT_LEN + 1];
    static int next;
    char *text = texts[next++ % 4];

    uuid_format(id, text);
    return text;
}

void sends_leave(const struct uuid *id, const char *since)
{
    stand_sql("UPDATE sending SET status = 'sending', leased_by = gen_random_uuid(), tries = 1,"
              " leased_until = now() + interval '%s' WHERE id = '%s'",
              since, sends_id(id));
    stand_sql("SELECT recipient_renew(ARRAY(SELECT id FROM recipient))");
}

const char *sends_status(const struct uuid *id)
{
    auto_rows struct db_rows rows = {0};
    struct outbox_message sending;

    ck_ok(outbox_store_find(stand_db(), &stand_staff.tenant_id, id, &rows, &sending, &fault));
    return outbox_status_names[sending.status];
}

const char *sends_said(int chat)
{
    return stand_text("SELECT coalesce(string_agg(payload -> 0 ->> 'text', '|' ORDER BY id), '')"
                      " FROM sending WHERE chat_id = %d",
                      chat);
}
