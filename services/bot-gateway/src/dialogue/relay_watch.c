// SPDX-License-Identifier: MIT
#include "dialogue/relay_watch.h"

#include "base/auto.h"
#include "base/log.h"
#include "db/batches.h"
#include "db/transaction.h"
#include "json/foreign.h"

#include "app.h"
#include "dialogue/relay_store.h"
#include "dialogue/turn.h"
#include "outbox/outbox_store.h"
#include "outbox/sender.h"

enum { LIMIT_MS = 20000, BATCH = 100, LOST_ARENA_MAX = 1024 * 1024 };

/* --- the stored messages --- */

struct wire {
    struct slice bot;
    int64_t chat;
    struct slice method;
    struct slice payload;
    struct slice instead;
    bool opens; /* the message makes the topic of the talk */
};

static const struct foreign_member members[] = {
    {"bot",     FOREIGN_TEXT, offsetof(struct wire, bot),     NULL, 0},
    {"chat",    FOREIGN_INT,  offsetof(struct wire, chat),    NULL, 0},
    {"method",  FOREIGN_TEXT, offsetof(struct wire, method),  NULL, 0},
    {"payload", FOREIGN_RAW,  offsetof(struct wire, payload), NULL, 0},
    {"instead", FOREIGN_RAW,  offsetof(struct wire, instead), NULL, 0},
    {"opens",   FOREIGN_BOOL, offsetof(struct wire, opens),   NULL, 0},
};
static const struct foreign table = FOREIGN_OF(members, struct wire);

void relay_watch_append_message_json(const struct outbox_message *message, bool makes_topic,
                                     struct buf *out)
{
    char bot[UUID_TEXT_LEN + 1];

    uuid_format(&message->bot_id, bot);
    buf_printf(out, "{\"bot\":\"%s\",\"chat\":%lld,\"method\":\"%.*s\",\"payload\":%.*s", bot,
               (long long)message->chat_id, SLICE_ARG(message->method),
               SLICE_ARG(message->payload));
    if (message->instead.at != NULL)
        buf_printf(out, ",\"instead\":%.*s", SLICE_ARG(message->instead));
    buf_text(out, makes_topic ? ",\"opens\":true}" : "}");
}

/* Queues a stored message of a lost one. Sets `opening` to its id if the message makes a topic. A
 * message that is not to the writer may have the writer's words, so it is stored as passed on by
 * the writer, whose erasure then finds it. */
static bool enqueue_stored_message(struct db *tx, const struct wire *wire,
                                   const struct relay_row *lost, const struct uuid *tenant_id,
                                   struct uuid *opening, struct fault *fault)
{
    struct outbox_message message = {.id = uuid_make(),
                                     .tenant_id = *tenant_id,
                                     .chat_id = wire->chat,
                                     .lane = OUTBOX_REPLY,
                                     .method = wire->method,
                                     .payload = wire->payload,
                                     .instead = wire->instead,
                                     .on_unknown = OUTBOX_RESEND,
                                     .ttl_s = RELAY_TTL_S,
                                     .confided = true};
    const struct relay_row row = {.id = message.id,
                                  .bot_id = lost->bot_id,
                                  .user_id = lost->user_id,
                                  .to_user_id = FIELD_ABSENT};
    bool inserted;

    if (wire->opens)
        *opening = message.id;
    if (!uuid_parse(wire->bot, &message.bot_id))
        return fault_set(fault, FAULT_INTERNAL, "bad_relay", "A stored message has no bot.");
    return outbox_store_insert(tx, &message, &inserted, fault) &&
           (wire->chat == lost->user_id || relay_store_insert(tx, &row, &inserted, fault));
}

/* --- undeliverable messages --- */

static bool enqueue_otherwise_messages(struct db *tx, const struct relay_row *lost,
                                       const struct uuid *tenant_id, struct fault *fault)
{
    AUTO(arena_finish) struct arena arena = ARENA(LOST_ARENA_MAX);
    struct foreign_list list;
    struct uuid opening = {0};

    if (!foreign_read_list(&table, TURN_OTHERWISE_MAX, lost->otherwise, &list, &arena, fault))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!enqueue_stored_message(tx, (const struct wire *)list.items + i, lost, tenant_id,
                                    &opening, fault))
            return false;
    return (uuid_is_nil(&lost->talk) ||
            relay_store_open_or_prolong_talk(tx, &lost->talk, &lost->bot_id, lost->user_id,
                                             &opening, fault)) &&
           relay_store_clear_otherwise(tx, &lost->id, fault);
}

/* Handles one message in each transaction, so that only the chats of one message are locked, and
 * in the order of their ids. Sets `found` to its id; nil: there is none. */
static bool handle_oldest_undeliverable(struct db *tx, void *found, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct uuid tenant_id;
    struct relay_row lost = {.user_id = FIELD_ABSENT};

    if (!relay_store_lock_oldest_undeliverable(tx, &rows, &lost, &tenant_id, fault))
        return false;
    *(struct uuid *)found = lost.id;
    return rows.count == 0 || enqueue_otherwise_messages(tx, &lost, &tenant_id, fault);
}

static bool give_up_undeliverable(struct db *tx, void *id, struct fault *fault)
{
    return relay_store_clear_otherwise(tx, id, fault);
}

/* Handles the oldest message. One that can never be handled must not delay the later ones. */
static bool handle_or_give_up_oldest(struct db_pool *pool, struct uuid *found, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    *found = (struct uuid){0};
    if (db_transaction(pool, handle_oldest_undeliverable, found, fault))
        return true;
    if (uuid_is_nil(found) || fault->kind == FAULT_UNAVAILABLE || fault->kind == FAULT_TIMEOUT)
        return false;
    uuid_format(found, id);
    LOG(LOG_ERROR, "relay_lost", "A message of a person is lost", log_str("sending", id),
        log_str("code", fault->code), log_str("detail", fault->detail));
    return db_transaction(pool, give_up_undeliverable, found, fault);
}

static bool handle_undeliverable_messages(void *data, struct fault *fault)
{
    const struct gateway_app *app = data;
    struct uuid found = {.bytes = {1}};
    bool waiting;

    if (app->service->stopping)
        return true;
    if (!relay_store_has_unconfirmed(app->service->db, &waiting, fault))
        return false;
    if (!waiting)
        return true;
    for (int i = 0; i < BATCH && !uuid_is_nil(&found); i++) {
        if (!handle_or_give_up_oldest(app->service->pool, &found, fault))
            return false;
        if (!uuid_is_nil(&found))
            sender_wake(app->sender);
    }
    return db_batches_run(app->service->pool, &relay_store_clear_delivered, BATCH, fault);
}

void relay_watch_start(struct gateway_app *app)
{
    static const struct periodic_task task = {"relay", handle_undeliverable_messages,
                                              RELAY_WATCH_MS, LIMIT_MS, .at_once = false};

    periodic_start(&app->relays, app->service->loop, &task, app);
}
