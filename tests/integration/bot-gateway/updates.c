// SPDX-License-Identifier: MIT
#include "updates.h"

#include "definition.h"
#include "inbox/inbox.h"
#include "texts/texts.h"

enum { WORKERS_MAX = 16 };
static struct worker {
    struct gateway_config config;
    struct gateway_app app;
} workers[WORKERS_MAX];
static size_t next;
static struct http_client *client;
static int started;
static struct ai_client *used_ai;
static struct places_watch *used_places;
static struct search_client *used_search;

/* --- updates --- */

void deliver(const char *body)
{
    ck_status(ask_action(post_update, .id = "taxi", .body = body), 200);
}

#define FROM "\"from\":{\"id\":%d,\"is_bot\":false,\"first_name\":\"<A>\",\"language_code\":\"%s\"}"
#define CHAT "\"chat\":{\"id\":%d,\"type\":\"private\"}"

void deliver_text(int number, int person, const char *language, const char *text)
{
    char command[128] = "";

    if (text[0] == '/')
        snprintf(command, sizeof command,
                 ",\"entities\":[{\"offset\":0,\"length\":%zu,\"type\":\"bot_command\"}]",
                 strlen(text));
    deliver(textf("{'update_id':%d,'message':{'message_id':1," FROM "," CHAT ",'text':'%s'%s}}",
                  number, person, language, person, text, command));
}

void handle_text(int number, int person, const char *language, const char *text)
{
    deliver_text(number, person, language, text);
    wait_for(NOTHING_LEFT);
}

void deliver_tap(int number, int person, const char *data)
{
    deliver(textf("{'update_id':%d,'callback_query':{'id':'%d'," FROM
                  ",'message':{'message_id':9,'date':1," CHAT ",'text':'x'},'data':'%s'}}",
                  number, number + 1000, person, "en", person, data));
}

void deliver_membership(int number, int person, const char *status)
{
    deliver(textf("{'update_id':%d,'my_chat_member':{'from':{'id':%d}," CHAT
                  ",'new_chat_member':{'status':'%s'}}}",
                  number, person, person, status));
}

/* --- workers --- */

static void stop_turns(void *turns)
{
    inbox_set_stored_callback(stand_app()->inbox, NULL, NULL);
    turn_runner_stop(turns);
    if (--started == 0)
        http_client_destroy(client);
}

struct turn_runner *updates_start(struct sender *sender, turn_handle_update_fn *step,
                                  const char *booking)
{
    const struct http_client_options http = {.connections_per_host = TURN_RUNNER_CALLS_MAX,
                                             .breaker_open_ms = UPDATES_OPEN_MS};
    struct fault fault = {.code = ""};

    stand_look();
    if (started++ == 0)
        client = http_client_create(stand_loop(), stand_service()->work, &http, &fault);
    ck_assert_ptr_nonnull(client);
    struct worker *worker = &workers[next++ % WORKERS_MAX];
    worker->config =
        (struct gateway_config){.booking_url = booking != NULL ? booking : "http://127.0.0.1:1"};
    worker->app = (struct gateway_app){.service = stand_service(),
                                       .config = &worker->config,
                                       .products = gateway_products,
                                       .sender = sender,
                                       .bots = stand_app()->bots,
                                       .turns_http = client,
                                       .texts = stand_app()->texts,
                                       .places = used_places,
                                       .ai = used_ai,
                                       .search = used_search};
    struct turn_runner *turns =
        turn_runner_start(&worker->app, step != NULL ? step : turn_handle_update, &fault);
    ck_assert_msg(turns != NULL, "%s", fault.detail);
    inbox_set_stored_callback(stand_app()->inbox, turn_runner_wake, turns);
    stand_started(turns, stop_turns);
    return turns;
}

void retry_now(struct turn_runner *turns)
{
    stand_sql("UPDATE update SET retry_at = now() WHERE status = 'received'");
    turn_runner_wake(turns);
}

void updates_with(struct ai_client *ai, struct places_watch *places)
{
    used_ai = ai;
    used_places = places;
}

void updates_with_search(struct search_client *search)
{
    used_search = search;
}
