// SPDX-License-Identifier: MIT
#include "embeddings.h"

enum { DIMENSIONS = EMBEDDINGS_SERVER_DIMENSIONS };

static struct http_client *http;
struct embedder *embedder;

void embedding_begin(void)
{
    embeddings_server_start();
    stand_begin();
}

static void stop(void *data)
{
    if (stand_app()->synchroniser != NULL)
        stand_synchroniser_stop(stand_app()->synchroniser);
    stand_app()->synchroniser = NULL;
    stand_app()->embedder = NULL;
    if (embedder != NULL)
        embedding_stop();
}

void embedding_finish(void)
{
    stand_run(stop, NULL);
    stand_finish();
    embeddings_server_stop();
}

struct embedder *embedding_create(const char *model, int64_t minute_texts, int64_t daily_tokens)
{
    enum { CONFIGS = 8 };
    static struct search_config configs[CONFIGS]; /* of the last embedders */
    static int number;
    struct search_config *config = &configs[number++ % CONFIGS];
    struct embedder *made;

    *config = (struct search_config){.embeddings_url = embeddings_server_url(),
                                     .embeddings_key = "",
                                     .embeddings_model = model,
                                     .embeddings_query_prefix = "query: ",
                                     .embeddings_passage_prefix = "passage: ",
                                     .embeddings_minute_texts = minute_texts,
                                     .embeddings_daily_tokens = daily_tokens};
    ck_ok((made = embedder_start(stand_service(), config, &fault)) != NULL);
    return made;
}

void embedding_start_with(const char *model, int64_t minute_texts, int64_t daily_tokens)
{
    const struct http_client_options options = {.breaker_open_ms = 50};

    ck_ok((http = http_client_create(stand_loop(), stand_service()->work, &options, &fault)) !=
          NULL);
    stand_service()->client = http;
    embedder = embedding_create(model, minute_texts, daily_tokens);
}

void embedding_start(const char *model)
{
    embedding_start_with(model, 100000, 100000000);
}

void embedding_stop(void)
{
    embedder_stop(embedder);
    embedder = NULL;
    http_client_destroy(http);
    stand_service()->client = NULL;
}

void embedding_restart(const char *model)
{
    embedding_stop();
    embedding_start(model);
}

void embedding_works(void)
{
    ck_ok(embedder_run(embedder, &fault));
}

const char *embedding_fails(void)
{
    static struct fault fault;

    fault = (struct fault){.code = ""};
    ck_assert(!embedder_run(embedder, &fault));
    return fault.code;
}

struct embedder_state embedding_state(void)
{
    struct embedder_state out;

    embedder_get_state(embedder, &out);
    return out;
}

void embedding_next_minute(void)
{
    stand_sql("UPDATE embedding_work SET minute = minute - interval '1 minute'");
}

void embedding_early_in_a_minute(void)
{
    stand_until(stand_number("SELECT extract(second FROM now())::int") <= 40,
                "the minute is young");
}

void embedding_says(struct embeddings_says step)
{
    embeddings_server_says(&step, 1);
}

/* --- documents --- */

static void write_of(const struct api_caller *caller, int first, int last, const char *text)
{
    char tenant[UUID_TEXT_LEN + 1];

    uuid_format(&caller->tenant_id, tenant);
    stand_sql(
        "INSERT INTO document (tenant_id, id, source, version, user_id, text, sent_at,"
        "  length, normaliser, terms)"
        " SELECT '%s', n, 'api', 1, n, '%s', timestamptz '2026-01-01' + n * interval '1 minute',"
        "  array_length(string_to_array('%s', ' '), 1), 1, '''a''' FROM generate_series(%d, %d) n",
        tenant, text, text, first, last);
}

void write_all(int first, int last, const char *text)
{
    write_of(&stand_staff, first, last, text);
}

void write_one(int id, const char *text)
{
    write_all(id, id, text);
}

void write_many(int first, int last)
{
    write_many_of(&stand_staff, first, last);
}

void write_many_of(const struct api_caller *caller, int first, int last)
{
    write_of(caller, first, last, "слово слово");
    stand_sql("UPDATE document SET text = text || ' ' || id WHERE id::bigint BETWEEN %d AND %d",
              first, last);
}

const char *embedded(void)
{
    return stand_text("SELECT coalesce(string_agg(d.id, ' ' ORDER BY d.id::bigint), '')"
                      " FROM document d JOIN document_vector v USING (number)");
}

int vectors(void)
{
    return (int)stand_number("SELECT count(*) FROM document_vector");
}

void check_vector(int id, const char *text, int seed)
{
    float query_terms[DIMENSIONS];
    double product = 0, squares = 0;

    embeddings_server_vector(text, seed, query_terms);
    for (int i = 0; i < DIMENSIONS; i++) {
        const double byte = (double)stand_number(
            "SELECT (get_byte(vector, %d) + 128) %% 256 - 128 FROM document_vector v"
            " JOIN document d USING (number) WHERE d.id = '%d' ORDER BY v.generation DESC LIMIT 1",
            i, id);
        product += byte * (double)query_terms[i];
        squares += byte * byte;
    }
    ck_assert_msg(product * product > 0.999 * squares, "%s", text);
}
