// SPDX-License-Identifier: MIT
/* Every request, and each background task, loses its connection at each of its database calls
 * (integration/torture.h). A new route needs a row here. */
#include "config.h"
#include "definition.h"
#include "documents/rebuilder.h"
#include "embeddings/embedder.h"
#include "integration/torture.h"
#include "lexicon/lexicon_updater.h"
#include "stand.h"
#include "sync/apartment_consumer.h"
#include "sync/message_consumer.h"
#include "sync/reconciler.h"
#include "sync/tombstone_store.h"
#include "vectors/synchroniser.h"

/* The state before the use case. */
enum {
    GIVEN_NOTHING,
    GIVEN_DOCUMENT,
    GIVEN_LONG, /* more text than one answer may have */
    GIVEN_FEED,
    GIVEN_FLATS,
    GIVEN_OUTDATED,
    GIVEN_ASKED,
    GIVEN_VECTORS,
    GIVEN_UNLIKE /* one of three documents is missing, and one is an orphan */
};

static void make_unlike(const char *tenant)
{
    stand_say(1, 3, 1, "слон");
    stand_sql("DELETE FROM document WHERE user_id = 2");
    stand_sql("INSERT INTO document (tenant_id, id, source, version, text, sent_at, length,"
              "  normaliser, terms)"
              " VALUES ('%s', '018f00ff-0000-7000-8000-000000000001', 'bot-gateway', 1, 'слон',"
              "  now(), 1, 1, '''слон''')",
              tenant);
    stand_sql("INSERT INTO feed_orphan SELECT max(number) FROM document");
    stand_sql("INSERT INTO feed_check VALUES ('bot.messages', 'feed', 0, 0,"
              "  '00000000-0000-0000-0000-000000000000', 0, 1, 0, 0, now(), NULL, false)");
}

static void make(const struct torture_case *row)
{
    stand_sql("TRUNCATE bot.feed_messages, booking.feed_apartments");
    if (row->given == GIVEN_DOCUMENT || row->given == GIVEN_OUTDATED || row->given == GIVEN_ASKED ||
        row->given == GIVEN_VECTORS)
        stand_sql("INSERT INTO document (tenant_id, id, source, version, user_id, text, sent_at,"
                  "  length, normaliser, terms)"
                  " VALUES ('%s', 'a', 'api', 1, 7, 'слон', now(), 1, 1, '''слон''')",
                  stand_tenant());
    if (row->given == GIVEN_LONG)
        stand_sql("INSERT INTO document (tenant_id, id, source, version, text, sent_at, length,"
                  "  normaliser, terms) SELECT '%s', n, 'api', 1, 'слон' || repeat(' ', 16000),"
                  "  now(), 1, 1, '''слон''' FROM generate_series(1, 20) n",
                  stand_tenant());
    if (row->given == GIVEN_OUTDATED)
        stand_sql("UPDATE document SET normaliser = 0, terms = '''x'''");
    if (row->given == GIVEN_ASKED)
        stand_sql("INSERT INTO rebuild (tenant_id, total) VALUES ('%s', 1)", stand_tenant());
    if (row->given == GIVEN_VECTORS) {
        stand_sql("INSERT INTO generation (number, key, model, asked, dimensions, query_prefix,"
                  "  passage_prefix, normaliser, probes, state, queued_below)"
                  " OVERRIDING SYSTEM VALUE VALUES (1, decode(repeat('00', 32), 'hex'), 'one', 0, "
                  "1, '', '', 1,"
                  "  decode(repeat('00', 12), 'hex'), 'serving', 0)");
        stand_sql("INSERT INTO document_vector (generation, number, hash, vector, truncated)"
                  " SELECT g.number, d.number, decode(repeat('00', 16), 'hex'), '\\x7f', false"
                  " FROM generation g, document d");
        stand_sql("INSERT INTO vector_gone (generation, number, gone_at)"
                  " SELECT number, 1000, now() - interval '2 days' FROM generation");
    }
    if (row->given == GIVEN_UNLIKE)
        make_unlike(stand_tenant());
    if (row->then != NULL)
        stand_sql("%s", row->then);
    if (row->given == GIVEN_FEED) {
        stand_put_message(1, 1, "слон");
        stand_put_message(2, 1, "жираф");
        stand_put_message(3, 1, "лев");
        stand_delete_message(3);
    }
    if (row->given == GIVEN_FLATS) {
        for (int number = 1; number <= 2; number++)
            stand_put_apartment(number, "title_ru, city, rooms, max_guests, base_price",
                                "'Дом', 'almaty', 2, 4, 100");
        stand_delete_apartment(2);
        stand_sql(
            "INSERT INTO flat (id, tenant_id, epoch, version, is_active, title_ru, city, rooms,"
            "  max_guests, amenities, base_price, min_nights, max_nights, terms, normaliser)"
            " VALUES ('018f0002-0000-7000-8000-000000000001', '%s', 1, 0, true, 'Дом',"
            "  'almaty', 2, 4, '[]', 100, 1, 30, '', 1)",
            stand_tenant());
    }
    if (row->task != NULL) {
        stand_wait_for_events();
        stand_wait_for_feed();
    }
}

/* A task that is this call. */
#define TASK(name, call)                                                                           \
    static struct answer name(void)                                                                \
    {                                                                                              \
        struct fault fault = {.code = ""};                                                         \
        const bool done = call;                                                                    \
        return torture_answer(done, &fault);                                                       \
    }

TASK(feed, message_consumer_run(stand_app()->message_consumer, &fault))
TASK(learn, lexicon_updater_run(stand_app()->lexicon_updater, &fault))
TASK(apartments, apartment_consumer_run(stand_app()->apartment_consumer, &fault))
TASK(rebuild, rebuilder_run(stand_app()->rebuilder, &fault))
TASK(sweep, tombstone_store_delete_expired(stand_service(), &fault))

/* Exactly the given page. */
static struct answer reconcile(void)
{
    struct fault fault = {.code = ""};
    bool more;
    const bool is_done =
        stand_number("SELECT count(*) FROM feed_check WHERE epoch = 0 AND number = 0 AND"
                     " (phase <> 'orphans' OR EXISTS (SELECT FROM feed_orphan))") == 0;
    const bool done = is_done || reconciler_run_page(stand_app()->reconciler, &more, &fault);

    return torture_answer(done, &fault);
}

/* No request is sent to the endpoint. */
static const struct search_config config = {.embeddings_url = "http://127.0.0.1:1/v1",
                                            .embeddings_key = "",
                                            .embeddings_model = "one",
                                            .embeddings_query_prefix = "",
                                            .embeddings_passage_prefix = "",
                                            .vector_memory = 1,
                                            .qdrant_url = ""};

/* A new index each time: loads all vectors, reads changes, and deletes old records of deletions. */
static struct answer follow(void)
{
    struct fault fault = {.code = ""};
    struct synchroniser *synchroniser = synchroniser_start(stand_service(), &config, &fault);

    ck_assert_ptr_nonnull(synchroniser);
    const bool done = synchroniser_run(synchroniser, &fault);

    synchroniser_stop(synchroniser);
    return torture_answer(done, &fault);
}

static struct answer index_of_vectors(void)
{
    struct search_app *app = stand_app();
    struct fault fault = {.code = ""};

    app->embedder = embedder_start(stand_service(), &config, &fault);
    app->synchroniser = synchroniser_start(stand_service(), &config, &fault);
    ck_assert(app->embedder != NULL && app->synchroniser != NULL);
    const struct answer answer = ask_get(get_index);
    synchroniser_stop(app->synchroniser);
    embedder_stop(app->embedder);
    app->synchroniser = NULL;
    app->embedder = NULL;
    return answer;
}

static const struct torture_word subjects[] = {
    {NULL, NULL}
};

static void begin(const char *schema)
{
    stand_begin();
}

static const struct torture_service service = {
    .definition = search_definition,
    .begin = begin,
    .end = stand_finish,
    .make = make,
    .subjects = subjects,
};

#define DOCUMENT                                                                                   \
    "{'id':'b','version':1,'text':'жираф','user_id':7,'sent_at':'2026-01-02T03:04:05Z'}"

// clang-format off
static const struct torture_case rows[] = {
    CASE("document", "POST /v1/documents", .body = DOCUMENT),
    CASE("document that is there", "POST /v1/documents", .repeated = true, .body = DOCUMENT),
    CASE("document without effect", "POST /v1/documents", .params = "dry_run=true", .body = DOCUMENT),
    CASE("documents erased", "DELETE /v1/documents", .given = GIVEN_DOCUMENT, .goes_on = true, .params = "user_id=7"),

    CASE("index", "GET /v1/index"),
    CASE("index of vectors", NULL, .given = GIVEN_VECTORS, .task = index_of_vectors),
    CASE("rebuild", "POST /v1/index/rebuild", .given = GIVEN_DOCUMENT),
    CASE("rebuild that is under way", "POST /v1/index/rebuild", .given = GIVEN_ASKED),

    CASE("search", "POST /v1/search/messages", .given = GIVEN_DOCUMENT, .keyless = true, .body = "{'query':'слон'}"),
    CASE("search in long texts", "POST /v1/search/messages", .given = GIVEN_LONG, .keyless = true, .body = "{'query':'слон'}"),
    CASE("search for a phrase that is nowhere", "POST /v1/search/messages", .given = GIVEN_DOCUMENT, .keyless = true, .body = "{'query':'“слон жираф”'}"),

    CASE("search for flats", "POST /v1/search/apartments", .given = GIVEN_FLATS, .keyless = true, .body = "{'query':'тихая двушка у метро'}"),
    CASE("search for flats alike", "POST /v1/search/apartments", .given = GIVEN_FLATS, .keyless = true, .body = "{'like':'018f0002-0000-7000-8000-000000000001'}"),

    CASE("feed", NULL, .given = GIVEN_FEED, .task = feed),
    CASE("flats", NULL, .given = GIVEN_FLATS, .task = apartments),
    CASE("terms of older rules", NULL, .given = GIVEN_OUTDATED, .task = rebuild),
    CASE("terms rebuilt on request", NULL, .given = GIVEN_ASKED, .task = rebuild),
    CASE("feed compared", NULL, .given = GIVEN_UNLIKE, .task = reconcile),
    CASE("documents compared", NULL, .given = GIVEN_UNLIKE, .then = "UPDATE feed_check SET phase = 'documents'", .task = reconcile),
    CASE("orphans deleted", NULL, .given = GIVEN_UNLIKE, .then = "UPDATE feed_check SET phase = 'orphans'", .task = reconcile),
    CASE("deletions forgotten", NULL, .then = "INSERT INTO document_tombstone (tenant_id, id, version, tx, deleted_at) VALUES (gen_random_uuid(), 'a', 1, '3', now() - interval '91 days')", .task = sweep),
    CASE("lexicon", NULL, .given = GIVEN_DOCUMENT, .task = learn),
    CASE("vectors", NULL, .given = GIVEN_VECTORS, .task = follow),
};
// clang-format on

int main(void)
{
    return torture_main(&service, "test_search_torture", rows, ARRAY_LEN(rows));
}
