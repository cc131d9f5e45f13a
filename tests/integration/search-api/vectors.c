// SPDX-License-Identifier: MIT
#include "vectors.h"

#include "base/value.h"

enum { BUSY_TRIES = 10, STEPS = 60 };

struct synchroniser *synchroniser;

static void start(void *data)
{
    synchroniser = stand_synchroniser();
}

void vectors_begin(void)
{
    stand_begin();
    stand_run(start, NULL);
}

static void stop(void *data)
{
    stand_synchroniser_stop(synchroniser);
}

void vectors_finish(void)
{
    stand_run(stop, NULL);
    stand_finish();
}

void add_generation(const char *model, const char *state)
{
    stand_sql("INSERT INTO generation (key, model, asked, dimensions, query_prefix, passage_prefix,"
              "  normaliser, probes, state, queued_below, retired_at)"
              " VALUES (decode(repeat(left(md5('%s'), 16), 4), 'hex'), '%s', 0, 2, '', '', 1,"
              "  decode(repeat('00', 24), 'hex'), '%s', 0, NULL)",
              model, model, state);
}

void add_documents(int first, int last)
{
    stand_sql("INSERT INTO document (tenant_id, id, source, version, bot, chat_id, user_id,"
              "  language, text, sent_at, length, normaliser, terms)"
              " SELECT '018f0001-0000-7000-8000-000000000001', 'd' || n, 'api', 1, 'taxi', n %% 10,"
              "  n, 'ru', 'слово ' || n, to_timestamp(n), 2, 1, '' FROM generate_series(%d, %d) n",
              first, last);
}

void add_vectors(const char *model, int first, int last)
{
    stand_sql(
        "INSERT INTO document_vector (generation, number, hash, vector, truncated) SELECT g.number,"
        " d.number, decode(repeat('00', 16), 'hex'),  set_byte(set_byte('\\x0000'::bytea, 0,"
        " (256 + (100 * cos(n * 6.283 / %d))::int) %% 256),   1,"
        " (256 + (100 * sin(n * 6.283 / %d))::int) %% 256), false FROM generate_series(%d,"
        " %d) n JOIN document d ON d.id = 'd' || n JOIN generation g ON g.model = '%s'",
        STEPS, STEPS, first, last, model);
}

void add(int first, int last)
{
    add_documents(first, last);
    add_vectors("one", first, last);
}

long long number_of(int id)
{
    return stand_number("SELECT number FROM document WHERE id = 'd%d'", id);
}

bool sync_once(struct fault *fault)
{
    *fault = (struct fault){.code = ""};
    return synchroniser_run(synchroniser, fault);
}

void follow(void)
{
    struct fault fault;
    bool ok = sync_once(&fault);

    for (int i = 1; i < BUSY_TRIES && !ok && strcmp(fault.code, "busy") == 0; i++)
        ok = sync_once(&fault);
    ck_assert_msg(ok, "%s", fault.detail);
}

/* Finds the nearest; -1: no index. */
static int64_t search(const struct vector_filter *filter, const float query[2], size_t limit,
                      struct vector_hit *hits)
{
    struct synchroniser_index *index = synchroniser_borrow_serving_index(synchroniser);
    size_t count = 0;

    if (index == NULL)
        return -1;
    const struct vector_index *vectors = synchroniser_get_vector_index(index);
    ck_ok(vectors->kind->nearest(vectors->self, filter, query, limit, hits, &count, &fault));
    synchroniser_release_index(index);
    return (int64_t)count;
}

int64_t count_of(const struct vector_filter *filter)
{
    static struct vector_hit hits[VECTOR_HITS_MAX];
    struct synchroniser_index *index = synchroniser_borrow_serving_index(synchroniser);
    int64_t count = -1;

    if (index != NULL && filter == NULL) {
        const struct vector_index *vectors = synchroniser_get_vector_index(index);
        ck_ok(vectors->kind->count(vectors->self, &count, &fault));
    }
    synchroniser_release_index(index);
    return filter != NULL ? search(filter, (const float[]){1, 0}, VECTOR_HITS_MAX, hits) : count;
}

void sync_until(int64_t count)
{
    stand_until((follow(), count_of(NULL) == count), "%lld, not %lld", (long long)count_of(NULL),
                (long long)count);
}

void serve_one(int count)
{
    add_generation("one", "serving");
    add(1, count);
    sync_until(count);
}

struct vector_filter filter_of(int64_t chat_id)
{
    struct vector_filter filter = {.chat_id = chat_id,
                                   .user_id = FIELD_ABSENT,
                                   .from = FIELD_ABSENT,
                                   .to = FIELD_ABSENT,
                                   .language = -1};

    ck_assert(uuid_parse(SLICE("018f0001-0000-7000-8000-000000000001"), &filter.tenant_id));
    return filter;
}

int64_t nearest_to(int id)
{
    const float query[] = {cosf((float)id * 6.283F / STEPS), sinf((float)id * 6.283F / STEPS)};
    const struct vector_filter filter = filter_of(FIELD_ABSENT);
    struct vector_hit hit = {.number = -1};

    ck_assert_int_ge(search(&filter, query, 1, &hit), 0);
    return hit.number;
}
