// SPDX-License-Identifier: MIT
/* What the index reports while Qdrant is dead, slow, or full of foreign data, or sends invalid
 * answers. */
#include "base/value.h"

#include "config.h"
#include "embeddings/embedder.h"
#include "qdrant_stand.h"
#include "support/patience.h"

TEST_CASE("qdrant_index", .setup = qdrant_begin, .teardown = qdrant_end, .timeout_s = 60);

static int64_t counted;

static bool ask_count(void)
{
    return qdrant.kind->count(qdrant.self, &counted, &fault);
}

static bool drop_two(void)
{
    return qdrant.kind->drop(qdrant.self, (const int64_t[]){1, 2}, 2, &fault);
}

/* A search waits for the endpoint of embeddings, then for Qdrant, and still searches by words. */
TEST(longest_timeout_leaves_time_for_a_search_by_words)
{
    size_t i = 0;

    while (strcmp(search_variables[i].name, "QDRANT_TIMEOUT") != 0)
        i++;
    ck_assert_int_le(EMBEDDER_QUERY_MS + search_variables[i].max, HTTP_DEADLINE_MS - 1500);
}

/* --- a collection --- */

TEST(missing_collection_is_created)
{
    PEER_SAYS(GREETS("1.18.2"), NONE_SUCH, SAYS(200, "{\"result\":true,\"status\":\"ok\"}"),
              SEVEN_TIMES(DONE), ALL_DONE, TWO_HITS);
    ck_assert(asked(put_two));
    ck_assert(asked(ask_nearest));
    ck_assert_uint_eq(found, 2);
    ck_assert_int_eq(hits[0].number, 2);
    ck_has(peer.request[0], "GET / ");
    ck_has(peer.request[0], "api-key: the-key\r\n");
    ck_has(peer.request[1], "GET /collections/c1 ");
    ck_has(peer.request[2], "PUT /collections/c1 ");
    ck_has(peer.request[2], "\"size\":3,\"distance\":\"Cosine\"");
    ck_has(peer.request[3], "PUT /collections/c1/index?wait=true&timeout=15 ");
    ck_has(peer.request[11], "POST /collections/c1/points/query ");
    /* The collection is empty, and the state says so. */
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}

/* Opening may take longer than a search may wait, so the synchroniser does it. */
TEST(search_does_not_open_the_collection)
{
    PEER_SAYS(OPENS, NO_POINTS, TWO_HITS);
    ck_assert(!asked(ask_nearest));
    ck_assert_str_eq(fault.code, "qdrant_not_asked");
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_int_eq(atomic_load(&peer.requests), 0);
    ck_assert(asked(compare));
    ck_assert(asked(ask_nearest));
    ck_has(peer.request[OPENING + 1], "POST /collections/c1/points/query ");
}

static const struct {
    const char *why;
    struct peer_step steps[3];
    const char *code;
} unfit[] = {
    {"vectors of another size",   {GREETS("1.18.2"), IS_LIKE("1536", "g1")},               "qdrant_dimensions"},
    {"another generation",        {GREETS("1.18.2"), IS_LIKE("3", "g0")},                  "qdrant_foreign"   },
    {"a version that is too old", {GREETS("1.9.7")},                                       "qdrant_old"       },
    {"not Qdrant",                {SAYS(200, "<html>")},                                   "bad_json"         },
    {"another program",           {SAYS(200, "{}")},                                       "qdrant_unreadable"},
    {"a wrong key",
     {GREETS("1.18.2"), SAYS(401, "{\"status\":{\"error\":\"Invalid API key or JWT\"}}")},
     "qdrant_key"                                                                                             },
    {"a quota",                   {GREETS("1.18.2"), SAYS(507, "{}")},                     "qdrant_full"      },
};

/* Case: Qdrant's collection has vectors of another size, or is foreign. The index changes nothing
 * in it, and does not try again at once. */
TEST_ROWS_WHY(unsuitable_collection_is_not_changed, unfit)
{
    const int64_t began_ns = now_mono_ns();

    peer_says(row->steps, row->steps[1].body == NULL ? 1 : 2);
    ck_assert(!asked(put_two));
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(state.reason, row->code);
    const int requests = atomic_load(&peer.requests);
    for (int i = 0; i < requests; i++)
        ck_has(peer.request[i], "GET /");
    /* The next attempt to open the collection comes only later, however slow the test is. */
    struct qdrant_index *index = qdrant.self;
    ck_assert_int_ge(index->reopen_ns, began_ns + QDRANT_REOPEN_MS * NS_PER_MS);
    index->reopen_ns += PATIENT_MS * NS_PER_MS;
    ck_assert(!asked(put_two));
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_int_eq(atomic_load(&peer.requests), requests);
}

static bool remove_it(void)
{
    struct qdrant_client own = client;

    own.http = telegram.client;
    return qdrant_client_delete_collection(&own, &fault);
}

TEST(only_our_collection_is_deleted)
{
    PEER_SAYS(GREETS("1.18.2"), IS_LIKE("3", "g1"), SAYS(200, "{\"result\":true}"));
    ck_assert(in_fiber(remove_it));
    ck_has(peer.request[2], "DELETE /collections/c1 ");
    PEER_SAYS(GREETS("1.18.2"), NONE_SUCH);
    ck_assert(in_fiber(remove_it));
    PEER_SAYS(GREETS("1.18.2"), IS_LIKE("3", "g0"));
    ck_assert(!in_fiber(remove_it));
    ck_assert_str_eq(fault.code, "qdrant_foreign");
    ck_assert_int_eq(atomic_load(&peer.requests), 2);
}

TEST(foreign_points_are_not_changed)
{
    PEER_SAYS(GREETS("1.15.0"),
              SAYS(200, "{\"result\":{\"config\":{\"params\":{\"vectors\":{\"size\":3,"
                        "\"distance\":\"Cosine\"}}}}}"),
              SAYS(200, "{\"result\":{\"count\":1}}"),
              SAYS(200, "{\"result\":{\"points\":[{\"id\":1,\"payload\":{\"text\":\"theirs\"}}],"
                        "\"next_page_offset\":null}}"));
    ck_assert(!asked(put_two));
    ck_assert_str_eq(fault.code, "qdrant_foreign");
}

/* Case: Qdrant's collection disappears. A search does not recreate it, because its generation may
 * be retired. */
TEST(deleted_collection_is_recreated)
{
    PEER_SAYS(OPENS, NO_POINTS, NONE_SUCH, GREETS("1.18.2"), NONE_SUCH,
              SAYS(200, "{\"result\":true}"), SEVEN_TIMES(DONE), ALL_DONE);
    ck_assert(asked(compare));
    for (int i = 0; i < 3; i++) {
        ck_assert(!asked(ask_nearest));
        ck_assert_str_eq(fault.code, "qdrant_collection_gone");
        ck_assert_int_eq(atomic_load(&peer.requests), OPENING + 2);
    }
    ck_assert(asked(put_two));
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}

/* --- writes --- */

/* Case: Qdrant accepts points and has not applied them yet. */
TEST(accepted_write_is_repeated_until_visible)
{
    PEER_SAYS(OPENS, SAYS(200, "{\"result\":[{\"status\":\"wait_timeout\"}]}"), ALL_DONE,
              SAYS(200, "{\"result\":{\"status\":\"acknowledged\"}}"), DONE);
    ck_assert(asked(put_two));
    for (int i = OPENING; i < OPENING + 2; i++)
        ck_has(peer.request[i], "POST /collections/c1/points/batch?wait=true&timeout=15 ");
    ck_assert(asked(drop_two));
    for (int i = OPENING + 2; i < OPENING + 4; i++)
        ck_has(peer.request[i], "POST /collections/c1/points/delete?wait=true&timeout=15 ");
    ck_has(peer.request[OPENING + 3], "{\"points\":[1,2]}");
    ck_assert_int_eq(atomic_load(&peer.requests), OPENING + 4);
}

/* --- failures --- */

static char *huge(void)
{
    enum { SIZE = 2 << 20 };
    char *text = malloc(SIZE + 1);

    ck_assert_ptr_nonnull(text);
    memset(text, ' ', SIZE);
    text[SIZE] = '\0';
    return text;
}

// clang-format off
static const struct {
    const char *why;
    struct peer_step step; /* of status 0: a huge answer */
    const char *code;
    enum fault_kind kind;
    bool again; /* the call was retried, within the deadline */
} failures[] = {
    {"slow",           {PEER_HANGS, 200, NULL, ""},                                      "upstream_timeout",     FAULT_TIMEOUT,     false},
    {"500",            SAYS(500, "{}"),                                                  "qdrant_failed",        FAULT_UNAVAILABLE, true},
    {"503",            SAYS(503, "no"),                                                  "qdrant_failed",        FAULT_UNAVAILABLE, true},
    {"408",            SAYS(408, "{}"),                                                  "qdrant_slow",          FAULT_TIMEOUT,     true},
    {"a quota",        SAYS(507, "{}"),                                                  "qdrant_full",          FAULT_UNAVAILABLE, false},
    {"bad request",    SAYS(400, "{\"status\":{\"error\":\"Wrong\"}}"),                  "qdrant_refused",       FAULT_UNAVAILABLE, false},
    {"wrong size",     SAYS(400, "{\"status\":{\"error\":\"Vector dimension error\"}}"), "qdrant_dimensions",    FAULT_UNAVAILABLE, false},
    {"garbage",        SAYS(200, "\xff\xfe{{{{"),                                        "bad_json",             FAULT_UNAVAILABLE, false},
    {"another shape",  SAYS(200, "{\"result\":{\"points\":7}}"),                         "qdrant_unreadable",    FAULT_UNAVAILABLE, false},
    {"half of it",     {PEER_CUTS_SHORT, 200, NULL, "{\"result\":{\"points\":[]}}"},     "upstream_unreachable", FAULT_UNAVAILABLE, true},
    {"cut",            {PEER_CUTS, 200, NULL, ""},                                       "upstream_unreachable", FAULT_UNAVAILABLE, true},
    {"a huge answer",  SAYS(0, ""),                                                      "answer_too_large",     FAULT_UNAVAILABLE, false},
    {"busy, for long", {PEER_ANSWERS, 429, "Retry-After: 60\r\n", "{}"},                 "qdrant_busy",          FAULT_UNAVAILABLE, false},
};
// clang-format on

/* Case: Qdrant is slow, fails, cuts connections or sends invalid answers. */
TEST_ROWS_WHY(search_fails_in_time_and_the_next_may_succeed, failures)
{
    char *body = huge();
    struct peer_step step = row->step;

    if (step.status == 0)
        step = (struct peer_step){PEER_ANSWERS, 200, NULL, body};
    if (step.act == PEER_HANGS) {
        qdrant.kind->destroy(qdrant.self);
        make_index(is_timed() ? 300 : 5000); /* time enough to open the collection */
    }
    PEER_SAYS(OPENS, NO_POINTS);
    ck_assert(asked(compare));
    peer_says(&step, 1);
    const int64_t begun_ns = now_mono_ns();
    ck_assert(!asked(ask_nearest));
    ck_assert_msg(now_mono_ns() - begun_ns < PATIENT_MS * NS_PER_MS, "it took too long");
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_int_eq(fault.kind, row->kind);
    ck_assert_str_eq(state.reason, row->code);
    if (row->again)
        ck_assert_int_ge(atomic_load(&peer.requests), 2);
    else
        ck_assert_int_eq(atomic_load(&peer.requests), 1);
    /* It recovers, and opens the collection again if necessary. */
    if (step.act == PEER_HANGS) {
        qdrant.kind->destroy(qdrant.self);
        make_index(PATIENT_MS);
    }
    const struct peer_step well[] = {NO_POINTS, TWO_HITS};
    const struct peer_step again_steps[] = {OPENS, NO_POINTS, TWO_HITS};
    const bool closed = row->step.act != PEER_ANSWERS;
    if (closed || strcmp(row->code, "qdrant_dimensions") == 0)
        peer_says(again_steps, COUNT(again_steps));
    else
        peer_says(well, COUNT(well));
    ck_assert(asked(compare));
    ck_assert(asked(ask_nearest));
    free(body);
}

TEST(briefly_busy_qdrant_is_retried)
{
    PEER_SAYS(OPENS, {PEER_ANSWERS, 429, "Retry-After: 0\r\n", "{}"}, ALL_DONE);
    ck_assert(asked(put_two));
}

TEST(filter_without_tenant_makes_no_request)
{
    const struct vector_filter none = {.chat_id = FIELD_ABSENT, .language = -1};
    const float vector[DIMENSIONS] = {1, 0, 0};

    PEER_SAYS(SAYS(500, "{}"));
    found = 7;
    ck_assert(qdrant.kind->nearest(qdrant.self, &none, vector, 5, hits, &found, &fault));
    ck_assert_uint_eq(found, 0);
    ck_assert_int_eq(atomic_load(&peer.requests), 0);
}

TEST(count_of_all_points_updates_the_state)
{
    PEER_SAYS(OPENS, SAYS(200, "{\"result\":{\"count\":41}}"));
    ck_assert(asked(ask_count));
    ck_assert_int_eq(counted, 41);
    ck_assert_int_eq(state.count, 41);
    ck_has(peer.request[OPENING], "{\"exact\":true}");
}
