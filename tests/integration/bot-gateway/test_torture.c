// SPDX-License-Identifier: MIT
/* Every request loses its connection at each of its database calls (integration/torture.h). A new
 * route needs a row here. */
#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "definition.h"
#include "inbox/webhook_watch.h"
#include "integration/torture.h"
#include "stand.h"
#include "telegram/telegram.h"

/* The data that exists when the use case starts, beside the bot "taxi". */
enum {
    GIVEN_BOT,
    GIVEN_MESSAGE, /* a queued one */
    GIVEN_UPDATE,  /* a dead one */
    GIVEN_FORWARD,
    GIVEN_USER,      /* one with data in each table */
    GIVEN_BROADCAST, /* a running one */
    GIVEN_PAUSED
};

static const struct torture_service service;
static struct {
    char message[40], update[40], forward[40], broadcast[40];
} made;

/* --- Telegram, booking-api and search-api: every call succeeds --- */

static struct {
    int listening;
    pthread_t thread;
    char root[64];
    struct telegram telegram;
} peer;

#define OWNER "018f0001-0000-7000-8000-000000000001"

static void *answer_all(void *data)
{
    static const char done[] =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Content-Length: 93\r\nConnection: close\r\n\r\n"
        "{\"ok\":true,\"result\":true,\"erased\":{},\"id\":\"" OWNER "\",\"version\":1}";
    char request[4096];

    for (;;) {
        const int client = accept(peer.listening, NULL, NULL);
        if (client < 0)
            return NULL;
        if (recv(client, request, sizeof request, 0) > 0)
            send(client, done, sizeof done - 1, MSG_NOSIGNAL);
        shutdown(client, SHUT_WR);
        while (recv(client, request, sizeof request, 0) > 0)
            continue;
        close(client);
    }
}

static void peer_begin(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const struct http_client_options options = {0};
    socklen_t len = sizeof at;
    struct fault fault = {.code = ""};

    peer.listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(peer.listening, (struct sockaddr *)&at, len), 0);
    ck_assert_int_eq(listen(peer.listening, 8), 0);
    ck_assert_int_eq(getsockname(peer.listening, (struct sockaddr *)&at, &len), 0);
    ck_assert_int_eq(pthread_create(&peer.thread, NULL, answer_all, NULL), 0);
    snprintf(peer.root, sizeof peer.root, "http://127.0.0.1:%d", ntohs(at.sin_port));
    peer.telegram = (struct telegram){
        .client = http_client_create(stand_loop(), stand_service()->work, &options, &fault),
        .root = peer.root,
        .own_root = true};
    ck_assert_msg(peer.telegram.client != NULL, "%s", fault.detail);
    stand_app()->telegram = &peer.telegram;
    stand_app()->turns_http = peer.telegram.client;
    webhook_watch_stop(stand_app()->webhooks);
    stand_app()->webhooks = webhook_watch_start(stand_app(), false, &fault);
    ck_assert_ptr_nonnull(stand_app()->webhooks);
}

static void peer_stop(void *data)
{
    http_client_destroy(peer.telegram.client);
}

/* --- initial data --- */

static void begin(const char *schema)
{
    static struct gateway_config config = {.public_url = "https://bot.test"};

    stand_begin();
    stand_app()->config = &config;
    stand_file("taxi.token", 0600, "1:AA");
    stand_file("taxi.secret", 0600, "secret_1");
    stand_key("taxi");
    peer_begin();
    config.booking_url = config.search_url = peer.root;
}

static void end(void)
{
    stand_run(peer_stop, NULL);
    shutdown(peer.listening, SHUT_RDWR);
    pthread_join(peer.thread, NULL);
    close(peer.listening);
    stand_finish();
}

static void make_message(void)
{
    const struct answer answer = ck_status(
        ask_post(post_message,
                 .body = "{'bot':'taxi','chat_id':7,'text':'Сәлем','supersede_key':'driver'}"),
        202);

    snprintf(made.message, sizeof made.message, "%s", answer.id);
}

static void make_update(void)
{
    snprintf(made.update, sizeof made.update, "%s", stand_text("SELECT gen_random_uuid()"));
    stand_sql("INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, status, tries,"
              " reason, body) SELECT '%s', id, 1, 'message', 7, 7, 'dead', 5, 'database_error',"
              " '{\"update_id\":1}' FROM bot",
              made.update);
}

#define FORWARD                                                                                    \
    "{'bot':'taxi','url':'https://hooks.example.com/bot',"                                         \
    "'secret':'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'}"

static void make_forward(void)
{
    char body[TORTURE_BODY];
    const struct answer answer =
        ask_post(post_forward, .body = torture_fill(&service, FORWARD, body));

    ck_status(answer, 201);
    snprintf(made.forward, sizeof made.forward, "%s", answer.id);
}

static void make_user(void)
{
    make_update();
    make_message();
    stand_sql("INSERT INTO person (bot_id, user_id, told_language) SELECT id, 7, 'ru' FROM bot");
    stand_sql("INSERT INTO dialogue (bot_id, chat_id, user_id, version) SELECT id, 7, 7, 1"
              " FROM bot");
    stand_sql("INSERT INTO message (id, tenant_id, bot_id, chat_id, user_id, message_id,"
              " direction, text, sent_at) SELECT gen_random_uuid(), tenant_id, id, 7, 7, 1, 'in',"
              " 'x', now() FROM bot");
}

#define BROADCAST "{'bot':'taxi','audience':{'all':true},'text':'Сәлем'}"

static void make_broadcast(bool paused)
{
    char body[TORTURE_BODY];

    stand_sql("INSERT INTO person (bot_id, user_id, told_language) SELECT id, 7, 'ru' FROM bot");
    const struct answer answer =
        ask_post(post_broadcast, .body = torture_fill(&service, BROADCAST, body));
    ck_status(answer, 202);
    snprintf(made.broadcast, sizeof made.broadcast, "%s", answer.id);
    if (paused)
        ck_status(ask_action(post_broadcast_pause, .id = made.broadcast), 200);
}

static void make(const struct torture_case *row)
{
    stand_bot("taxi");
    stand_sql("UPDATE bot SET username = 'taxi_bot'");
    stand_look();
    if (row->given == GIVEN_MESSAGE)
        make_message();
    else if (row->given == GIVEN_UPDATE)
        make_update();
    else if (row->given == GIVEN_FORWARD)
        make_forward();
    else if (row->given == GIVEN_USER)
        make_user();
    else if (row->given == GIVEN_BROADCAST || row->given == GIVEN_PAUSED)
        make_broadcast(row->given == GIVEN_PAUSED);
}

static const struct torture_word subjects[] = {
    {"/telegram/:bot",   "taxi"},
    {"/v1/chats/:bot",                  "taxi"},
    {"/v1/bots/:bot","taxi"},
    {"/v1/users/:bot",    "taxi"},
    {"/v1/messages/:id",                  made.message},
    {"/v1/updates/:id",         made.update},
    {"/v1/forwards/:id", made.forward},
    {"/v1/broadcasts/:id",                  made.broadcast},
    {0}
};

static const struct torture_service service = {
    .definition = gateway_definition,
    .begin = begin,
    .end = end,
    .make = make,
    .subjects = subjects,
    .second_id = "7",
};

/* --- use cases --- */

#define UNCERTAIN "UPDATE sending SET status = 'uncertain'"
/* A message of the broadcast is queued. */
#define QUEUED                                                                                     \
    "WITH r AS (INSERT INTO recipient (bot_id, chat_id, lane, due_at)"                             \
    "  SELECT bot_id, 7, 2, now() FROM broadcast)"                                                 \
    " INSERT INTO sending (id, tenant_id, bot_id, chat_id, lane, method, payload, on_unknown,"     \
    "  dedupe_key, broadcast_id) SELECT id, tenant_id, bot_id, 7, 2, 'sendMessage',"               \
    "  payloads -> 'ru', 'hold', 'x', id FROM broadcast"
#define MESSAGE "{'bot':'taxi','chat_id':7,'text':'Сәлем','supersede_key':'driver'}"
#define UPDATE  "{'update_id':1,'message':{'chat':{'id':7},'from':{'id':7},'text':'Сәлем'}}"

// clang-format off
static const struct torture_case rows[] = {
    CASE("update", "POST /telegram/:bot", .keyless = true, .body = UPDATE),
    CASE("update that came before", "POST /telegram/:bot", .keyless = true, .repeated = true, .body = UPDATE),
    CASE("what is no update", "POST /telegram/:bot", .keyless = true, .body = "hello"),

    CASE("bots", "GET /v1/bots"),
    CASE("owner's link", "POST /v1/bots/:bot/owner-links", .body = "{'owner_id':'" OWNER "'}"),
    CASE("owner's link asked for again", "POST /v1/bots/:bot/owner-links", .repeated = true, .body = "{'owner_id':'" OWNER "'}"),
    CASE("owner's link without effect", "POST /v1/bots/:bot/owner-links", .params = "dry_run=true", .body = "{'owner_id':'" OWNER "'}"),
    CASE("webhook", "POST /v1/bots/:bot/webhook"),
    CASE("webhook without effect", "POST /v1/bots/:bot/webhook", .params = "dry_run=true"),

    CASE("message", "POST /v1/messages", .body = MESSAGE),
    CASE("message in place of another", "POST /v1/messages", .given = GIVEN_MESSAGE, .body = MESSAGE),
    CASE("message without effect", "POST /v1/messages", .params = "dry_run=true", .body = MESSAGE),
    CASE("message said again", "POST /v1/messages", .repeated = true, .body = MESSAGE),
    CASE("messages", "GET /v1/messages", .given = GIVEN_MESSAGE),
    CASE("one message", "GET /v1/messages/:id", .given = GIVEN_MESSAGE),
    CASE("cancel", "POST /v1/messages/:id/cancel", .given = GIVEN_MESSAGE),
    CASE("cancel tapped twice", "POST /v1/messages/:id/cancel", .keyless = true, .given = GIVEN_MESSAGE),
    CASE("resend", "POST /v1/messages/:id/resend", .given = GIVEN_MESSAGE, .then = UNCERTAIN),
    CASE("resend tapped twice", "POST /v1/messages/:id/resend", .keyless = true, .given = GIVEN_MESSAGE, .then = UNCERTAIN),

    CASE("messages of a chat", "GET /v1/chats/:bot/:chat/messages"),

    CASE("forwards", "GET /v1/forwards", .given = GIVEN_FORWARD),
    CASE("forward", "POST /v1/forwards", .body = FORWARD),
    CASE("forward asked for again", "POST /v1/forwards", .repeated = true, .body = FORWARD),
    CASE("one forward", "GET /v1/forwards/:id", .given = GIVEN_FORWARD),
    CASE("forward changed", "PATCH /v1/forwards/:id", .given = GIVEN_FORWARD, .body = "{'exclusive':true}"),
    CASE("forward deleted", "DELETE /v1/forwards/:id", .given = GIVEN_FORWARD),

    CASE("broadcasts", "GET /v1/broadcasts", .given = GIVEN_BROADCAST),
    CASE("broadcast", "POST /v1/broadcasts", .body = BROADCAST),
    CASE("broadcast without effect", "POST /v1/broadcasts", .params = "dry_run=true", .body = BROADCAST),
    CASE("broadcast asked for again", "POST /v1/broadcasts", .repeated = true, .body = BROADCAST),
    CASE("one broadcast", "GET /v1/broadcasts/:id", .given = GIVEN_BROADCAST),
    CASE("pause", "POST /v1/broadcasts/:id/pause", .given = GIVEN_BROADCAST, .then = QUEUED),
    CASE("pause tapped twice", "POST /v1/broadcasts/:id/pause", .keyless = true, .given = GIVEN_BROADCAST, .then = QUEUED),
    CASE("resume", "POST /v1/broadcasts/:id/resume", .given = GIVEN_PAUSED, .then = QUEUED),
    CASE("broadcast cancelled", "POST /v1/broadcasts/:id/cancel", .given = GIVEN_BROADCAST, .then = QUEUED),

    CASE("updates", "GET /v1/updates", .given = GIVEN_UPDATE),
    CASE("replay", "POST /v1/updates/:id/replay", .given = GIVEN_UPDATE),
    CASE("replay tapped twice", "POST /v1/updates/:id/replay", .keyless = true, .given = GIVEN_UPDATE),

    CASE("users", "GET /v1/users/:bot", .given = GIVEN_USER),
    CASE("one user", "GET /v1/users/:bot/:user", .given = GIVEN_USER),
    CASE("user erased", "DELETE /v1/users/:bot/:user", .given = GIVEN_USER, .goes_on = true),
    CASE("user erased without effect", "DELETE /v1/users/:bot/:user", .given = GIVEN_USER, .goes_on = true, .params = "dry_run=true"),
};
// clang-format on

int main(void)
{
    return torture_main(&service, "test_gateway_torture", rows, ARRAY_LEN(rows));
}
