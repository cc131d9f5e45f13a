// SPDX-License-Identifier: MIT
#include "stand.h"

#include <errno.h>

#include "api/periodic.h"

#include "config.h"
#include "definition.h"
#include "lexicon/lexicon_updater.h"
#include "sync/apartment_consumer.h"
#include "sync/message_consumer.h"
#include "vectors/synchroniser.h"

enum { FOUND_MAX = 4096, PATIENT_MS = 60000, DOCUMENTS_MOST = 1000000 };

static struct search_app *app;

struct search_app *stand_app(void)
{
    return app;
}

/* The feed of bot-gateway, with the columns and types that it publishes. */
static void make_feed(void)
{
    stand_script("CREATE SCHEMA IF NOT EXISTS bot;"
                 "CREATE TABLE IF NOT EXISTS bot.feed_messages (epoch integer DEFAULT 1,"
                 " tx xid8 DEFAULT pg_current_xact_id(), id uuid PRIMARY KEY, tenant_id uuid,"
                 " deleted boolean DEFAULT false, bot text, chat_id bigint, user_id bigint,"
                 " message_id bigint, direction text, language text, text text,"
                 " sent_at timestamptz, version bigint);TRUNCATE bot.feed_messages",
                 "the feed");
    stand_script("CREATE SCHEMA IF NOT EXISTS booking;"
                 "CREATE TABLE IF NOT EXISTS booking.feed_apartments (epoch integer DEFAULT 1,"
                 " tx xid8 DEFAULT pg_current_xact_id(), id uuid PRIMARY KEY, tenant_id uuid,"
                 " deleted boolean DEFAULT false, title_ru text, title_kz text, title_en text,"
                 " description_ru text, description_kz text, description_en text, city text,"
                 " district text, address text, lat double precision, lon double precision,"
                 " rooms integer, max_guests integer, included_guests integer, amenities jsonb,"
                 " base_price bigint, weekend_price bigint, min_nights integer, max_nights integer,"
                 " is_active boolean, version bigint);TRUNCATE booking.feed_apartments",
                 "the feed of flats");
}

/* Tests run the tasks themselves. */
__typeof__(periodic_start) __wrap_periodic_start;
void __wrap_periodic_start(struct periodic *periodic, struct loop *loop,
                           const struct periodic_task *task, void *data)
{
}

/* Starts the service without vectors, beside a booking-api that is away. */
static void start(void *data)
{
    static const struct search_config config = {.booking_url = "http://127.0.0.1:9",
                                                .documents_max = DOCUMENTS_MOST,
                                                .embeddings_url = "",
                                                .qdrant_url = ""};
    static const struct http_client_options impatient = {.breaker_open_ms = 1};
    static struct ready ready;
    struct service *service = stand_service();

    ready = (struct ready){.count = 0};
    service->ready = &ready;
    ck_ok((app = search_definition()->start(service, &config, &fault)) != NULL);
    http_client_destroy(app->http);
    ck_ok((app->http = http_client_create(service->loop, service->work, &impatient, &fault)) !=
          NULL);
    stand_handlers_get((struct service_data *)app);
}

void stand_begin(void)
{
    stand_service_begin(search_definition(), program_invocation_short_name);
    make_feed();
    stand_run(start, NULL);
}

static void stop(void *data)
{
    search_definition()->stop(app);
}

void stand_finish(void)
{
    stand_run(stop, NULL);
    stand_sql("DROP SCHEMA bot, booking CASCADE");
    stand_end();
}

#define MESSAGE(number)                                                                            \
    "('018f0001-0000-7000-8000-' || to_char(" number ", 'FM000000000000'))::uuid"

void stand_put_messages(int first, int last, int version, const char *text)
{
    stand_sql(
        "INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, user_id, message_id,"
        " direction, language, text, sent_at, version) SELECT " MESSAGE(
            "n") ", '%s', 'taxi', 5, n, n, 'in', 'ru', '%s',"
                 "  timestamptz '2026-01-01' + n * interval '1 minute', %d"
                 " FROM generate_series(%d, %d) n"
                 " ON CONFLICT (id) DO UPDATE SET text = EXCLUDED.text, version = EXCLUDED.version,"
                 "  tx = pg_current_xact_id()",
        stand_tenant(), text, version, first, last);
}

void stand_put_message(int number, int version, const char *text)
{
    stand_put_messages(number, number, version, text);
}

void stand_put_texts(int count, const char *sql)
{
    stand_sql(
        "INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, direction, text, sent_at,"
        " version) SELECT gen_random_uuid(), gen_random_uuid(), 'taxi', 1, 'in', %s, now(), 1"
        " FROM generate_series(1, %d)",
        sql, count);
}

void stand_delete_message(int number)
{
    stand_sql("UPDATE bot.feed_messages SET deleted = true, bot = NULL, chat_id = NULL,"
              " user_id = NULL, language = NULL, text = NULL, sent_at = NULL, version = NULL,"
              " tx = pg_current_xact_id() WHERE id = " MESSAGE("%d"),
              number);
}

/* An open transaction anywhere in the cluster delays readers. */
static void wait_for_readers(const char *latest)
{
    stand_until(
        stand_number("SELECT coalesce(%s < pg_snapshot_xmin(pg_current_snapshot()), true)::int",
                     latest) == 1,
        "a transaction elsewhere does not end");
}

void stand_wait_for_feed(void)
{
    wait_for_readers("(SELECT tx FROM bot.feed_messages ORDER BY tx DESC LIMIT 1)");
    wait_for_readers("(SELECT tx FROM booking.feed_apartments ORDER BY tx DESC LIMIT 1)");
}

void stand_consume_messages(void)
{
    stand_wait_for_feed();
    ck_ok(message_consumer_run(app->message_consumer, &fault));
}

void stand_say(int first, int last, int version, const char *text)
{
    stand_put_messages(first, last, version, text);
    stand_consume_messages();
}

void stand_say_one(int number, int version, const char *text)
{
    stand_say(number, number, version, text);
}

void stand_teach(int first, int last, int version, const char *text)
{
    stand_say(first, last, version, text);
    stand_update_lexicon();
}

void stand_erase(const char *params)
{
    ck_status(ask_delete(delete_documents, .params = params), 200);
}

#define FLAT(number) "('018f0002-0000-7000-8000-' || to_char(" number ", 'FM000000000000'))::uuid"

void stand_put_apartment(int number, const char *columns, const char *values)
{
    stand_sql("DELETE FROM booking.feed_apartments WHERE id = " FLAT("%d"), number);
    stand_sql("INSERT INTO booking.feed_apartments (id, tenant_id, version, is_active, amenities,"
              " included_guests, min_nights, max_nights, %s) VALUES (" FLAT(
                  "%d") ", '%s', 1, true, '[]', 2, 1, 30, %s)",
              columns, number, stand_tenant(), values);
}

void stand_delete_apartment(int number)
{
    stand_sql(
        "UPDATE booking.feed_apartments SET deleted = true, title_ru = NULL, city = NULL,"
        " amenities = NULL, is_active = NULL, tx = pg_current_xact_id() WHERE id = " FLAT("%d"),
        number);
}

void stand_consume_apartments(void)
{
    wait_for_readers("(SELECT tx FROM booking.feed_apartments ORDER BY tx DESC LIMIT 1)");
    ck_ok(apartment_consumer_run(app->apartment_consumer, &fault));
}

void stand_update_lexicon(void)
{
    wait_for_readers("(SELECT tx FROM document ORDER BY tx DESC LIMIT 1)");
    wait_for_readers("(SELECT tx FROM document_tombstone ORDER BY tx DESC LIMIT 1)");
    ck_ok(lexicon_updater_run(app->lexicon_updater, &fault));
}

uint32_t stand_df(const char *term)
{
    return lexicon_term_df(lexicon_updater_lexicon(app->lexicon_updater), slice_of(term));
}

const char *stand_found_by(const struct api_caller *caller, const char *body)
{
    static char found[FOUND_MAX];
    size_t at = 0;
    const json_t *item;
    size_t index;
    struct answer answer =
        ck_status(ask_post(post_search_messages, .body = body, .caller = caller), 200);

    found[0] = '\0';
    json_array_foreach(json_object_get(answer.json, "items"), index, item)
    {
        const char *id = text_at(item, "id");
        at += (size_t)snprintf(found + at, FOUND_MAX - at, "%s%s", index > 0 ? " " : "",
                               strlen(id) == UUID_TEXT_LEN ? id + UUID_TEXT_LEN - 4 : id);
        ck_assert_uint_lt(at, FOUND_MAX);
    }
    return found;
}

const char *stand_found(const char *query)
{
    return stand_found_by(NULL, textf("{'query':'%s','limit':100}", query));
}

bool stand_reports(http_handler *search, const char *body, const char *reason)
{
    struct answer answer = ck_status(ask_post(search, .body = body), 200);
    const json_t *one;
    size_t index;
    bool found = false;

    json_array_foreach(json_object_get(answer.json, "reasons"), index, one)
    {
        found |= strcmp(json_string_value(one), reason) == 0;
    }
    ck_assert(!found || json_is_true(json_object_get(answer.json, "degraded")));
    return found;
}

/* --- vectors --- */

static struct http_client *client;

static const char *given(const char *name)
{
    const char *value = getenv(name);

    return value != NULL ? value : "";
}

bool stand_in_qdrant(void)
{
    return given("TEST_QDRANT_URL")[0] != '\0';
}

static void need_client(struct service *service)
{
    const struct http_client_options options = {.breaker_open_ms = 50};

    if (service->client != NULL)
        return;
    ck_ok((client = http_client_create(service->loop, service->work, &options, &fault)) != NULL);
    service->client = client;
}

int64_t stand_vector_memory = 4;

struct synchroniser *stand_synchroniser_at(const char *qdrant_url, int64_t timeout_ms)
{
    static struct search_config config;
    static char prefix[64];
    struct synchroniser *synchroniser;

    need_client(stand_service());
    snprintf(prefix, sizeof prefix, "tapbot_check_%d", (int)getpid());
    config = (struct search_config){.vector_memory = stand_vector_memory,
                                    .qdrant_url = qdrant_url,
                                    .qdrant_key = given("TEST_QDRANT_KEY"),
                                    .qdrant_collection = prefix,
                                    .qdrant_timeout_ms = timeout_ms};
    ck_ok((synchroniser = synchroniser_start(stand_service(), &config, &fault)) != NULL);
    return synchroniser;
}

struct synchroniser *stand_synchroniser(void)
{
    return stand_synchroniser_at(given("TEST_QDRANT_URL"), PATIENT_MS);
}

void stand_synchroniser_stop(struct synchroniser *synchroniser)
{
    if (stand_in_qdrant()) {
        stand_sql("UPDATE generation SET state = 'retired', retired_at = now()"
                  " WHERE state <> 'retired'");
        synchroniser_request_comparison(synchroniser);
        ck_ok(synchroniser_run(synchroniser, &fault));
    }
    synchroniser_stop(synchroniser);
    if (client == NULL)
        return;
    http_client_destroy(client);
    client = NULL;
    stand_service()->client = NULL;
}
