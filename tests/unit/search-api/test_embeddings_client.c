// SPDX-License-Identifier: MIT
/* The client beside an embeddings endpoint that works, and one that fails. */
#include <signal.h>

#include "base/auto.h"
#include "loop/fiber.h"

#include "embeddings/embeddings_client_private.h"
#include "support/embeddings_server.h"
#include "support/metric_of.h"
#include "support/scratch.h"

enum { TIMEOUT_MS = 60000, SHORT_MS = 3000, LATE_MS = 20000, LIMIT_MS = 120000, TEXTS_MAX = 40 };

static struct loop *loop;
static struct work *work;
static struct service service;
static struct search_config config;
static struct embeddings_client made, *const client = &made;

static const char *texts[TEXTS_MAX];
static int64_t timeout_ms, until_ns;
static bool with_probe, no_pause;

static void begin(void)
{
    /* It opens after five failures. */
    const struct http_client_options options = {.breaker_open_ms = 60000};

    timeout_ms = TIMEOUT_MS;
    until_ns = 0;
    with_probe = no_pause = false;
    texts[0] = "парковка во дворе";
    texts[1] = "вид на горы";
    texts[2] = "wifi есть";
    signal(SIGPIPE, SIG_IGN);
    embeddings_server_start();
    loop = loop_create(&fault);
    work = work_create(loop, 1, 16, &fault);
    service = (struct service){
        .loop = loop, .work = work, .client = http_client_create(loop, work, &options, &fault)};
    ck_assert_ptr_nonnull(service.client);
    config =
        (struct search_config){.embeddings_url = embeddings_server_url(), .embeddings_key = "sk-x"};
    embeddings_client_init(client, &service, &config);
}

static void end(void)
{
    embeddings_client_finish(client);
    http_client_destroy(service.client);
    work_destroy(work);
    loop_destroy(loop);
    embeddings_server_stop();
}

TEST_CASE("embeddings_client", .setup = begin, .teardown = end, .timeout_s = 60);

/* --- one job --- */

static struct slice slices[TEXTS_MAX];
static struct embeddings_job ask;
static struct embeddings out;
static bool ok;

static void run(void *data)
{
    fault = (struct fault){.code = ""};
    ok = embeddings_embed_texts(client, &ask, &arena, &out, &fault);
    loop_stop(loop);
}

static void make(size_t count, const char *prefix, int64_t dimensions)
{
    struct fault ignored;

    for (size_t i = 0; i < count; i++)
        slices[i] = slice_of(texts[i]);
    ask = (struct embeddings_job){.model = "some-model",
                                  .dimensions = dimensions,
                                  .prefix = slice_of(prefix),
                                  .texts = slices,
                                  .count = count,
                                  .timeout_ms = timeout_ms,
                                  .until_ns = until_ns,
                                  .with_probe = with_probe,
                                  .no_pause = no_pause,
                                  .tries = EMBEDDINGS_TRIES};
    ck_assert(fiber_start(loop, run, NULL, now_mono_ns() + LIMIT_MS * NS_PER_MS, "ask", &ignored));
    loop_run(loop);
}

static void all_texts_are(const char *text)
{
    for (size_t i = 0; i < TEXTS_MAX; i++)
        texts[i] = text;
}

static void says(struct embeddings_says step)
{
    embeddings_server_says(&step, 1);
}

static bool is_vector_of(size_t i, const char *text)
{
    float query_terms[EMBEDDINGS_SERVER_DIMENSIONS];
    float cosine = 0;

    embeddings_server_vector(text, 0, query_terms);
    for (size_t d = 0; d < EMBEDDINGS_SERVER_DIMENSIONS; d++)
        cosine += query_terms[d] * out.list[i].vector[d];
    return cosine > 0.9999F;
}

/* --- a working endpoint --- */

static const struct embeddings_says forms[] = {
    {.lists = false  },
    {.lists = true   },
    {.shuffled = true},
    {.lists = true,    .shuffled = true},
    {.no_base64 = true               },
    {.no_dimensions = true},
    {.texts_max = 2               },
};

TEST_ROWS(each_text_gets_its_own_vector, forms)
{
    says(*row);
    make(3, "", 8);
    ck_assert_msg(ok, "%s", fault.code);
    ck_assert_uint_eq(out.made, 3);
    ck_assert_uint_eq(out.dimensions, EMBEDDINGS_SERVER_DIMENSIONS);
    ck_assert_int_eq(out.tokens, 30);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(is_vector_of(i, texts[i]));
        ck_assert(!out.list[i].truncated && !out.list[i].refused);
    }
    ck_assert(embeddings_server_heard("\r\nAuthorization: Bearer sk-x\r\n"));
    ck_assert(embeddings_server_heard("POST /v1/embeddings HTTP/1.1\r\n"));
    /* What the client learned is remembered. */
    const int requests = embeddings_server_requests();
    make(2, "", 8);
    ck_assert(ok);
    ck_assert_int_eq(embeddings_server_requests(), requests + 1);
}

TEST(prefix_precedes_each_text)
{
    make(2, "passage: ", 0);
    ck_assert(ok);
    ck_assert(is_vector_of(0, "passage: парковка во дворе"));
    ck_assert(is_vector_of(1, "passage: вид на горы"));
    ck_assert(!embeddings_server_heard("dimensions"));
}

TEST(many_texts_are_sent_in_several_requests)
{
    all_texts_are("слово");
    make(TEXTS_MAX, "", 0);
    ck_assert(ok);
    ck_assert_uint_eq(out.made, TEXTS_MAX);
    ck_assert_int_eq(embeddings_server_requests(), 2);
    ck_assert_int_eq(embeddings_server_most(), EMBEDDINGS_REQUEST_TEXTS);
}

TEST(client_remembers_the_largest_request)
{
    says((struct embeddings_says){.texts_max = 10});
    make(TEXTS_MAX, "", 0);
    ck_assert(ok);
    ck_assert_uint_eq(out.made, TEXTS_MAX);
    ck_assert_uint_eq(embeddings_client_request_texts_max(client), 8); /* half of half of 32 */
    says((struct embeddings_says){.texts_max = 10});
    make(TEXTS_MAX, "", 0);
    ck_assert_int_eq(embeddings_server_requests(), TEXTS_MAX / 8);
}

/* A proxy limits the bytes of a request. */
TEST(refused_bytes_do_not_lower_the_number_of_texts)
{
    enum { COUNT = 31, TEXT_BYTES = 2000, BODY_MAX = 20 * 1024 };

    for (int i = 0; i < TEXT_BYTES; i++)
        buf_char(&scratch, 'a');
    all_texts_are(scratch_text());
    says((struct embeddings_says){.body_max = BODY_MAX});
    make(COUNT, "", 0);
    ck_assert_msg(ok, "%s", fault.code);
    ck_assert_uint_eq(out.made, COUNT);
    ck_assert(!out.list[0].truncated);
    ck_assert_int_gt(embeddings_server_requests(), 1);
    all_texts_are("слово");
    says((struct embeddings_says){.body_max = BODY_MAX});
    make(COUNT, "", 0);
    ck_assert_int_eq(embeddings_server_requests(), 1);
}

/* --- one of many texts --- */

TEST(text_that_is_too_long_is_cut_and_marked)
{
    for (int i = 0; i < 60; i++)
        buf_text(&scratch, "парковка ");
    texts[1] = scratch_text();
    says((struct embeddings_says){.bytes_max = 400});
    make(3, "", 0);
    ck_assert_msg(ok, "%s", fault.code);
    ck_assert_uint_eq(out.made, 3);
    ck_assert(out.list[1].truncated && !out.list[0].truncated && !out.list[2].truncated);
    ck_assert(is_vector_of(0, texts[0]));
    /* 1020 bytes, 510, and 255 without half a character and the blank before it. */
    scratch.data[254] = '\0';
    ck_assert(is_vector_of(1, texts[1]));
    /* Not a failure of the server, so requests continue. */
    for (int i = 0; i < 6; i++)
        make(3, "", 0);
    ck_assert(ok);
}

static const struct embeddings_says picky[] = {
    {.refuses = "горы"},
    {.breaks = "горы"},
    {.cuts = "горы"},
    {.bytes_max = 18},
};

TEST_ROWS(refused_text_does_not_affect_others, picky)
{
    texts[0] = "short";
    says(*row);
    make(3, "", 0);
    ck_assert_msg(ok, "%s", fault.code);
    ck_assert_uint_eq(out.made, 2);
    ck_assert(out.list[1].refused);
    ck_assert_ptr_null(out.list[1].vector);
    ck_assert(is_vector_of(0, texts[0]) && is_vector_of(2, texts[2]));
}

static const struct embeddings_says strict[] = {
    {.forbids = "горы"},
    {.fails = "горы"},
    {.breaks = "горы"},
    {.cuts = "горы"},
};

TEST_ROWS(text_that_fails_while_the_probe_succeeds_is_refused, strict)
{
    with_probe = true;
    says(*row);
    make(3, "", 0);
    ck_assert_msg(ok, "%s", fault.code);
    ck_assert_uint_eq(out.made, 2);
    ck_assert(out.list[1].refused);
    ck_assert(is_vector_of(0, texts[0]) && is_vector_of(2, texts[2]));
}

/* A proxy answers 504 if the endpoint is slow, which it is for many bytes. */
TEST(late_answers_lower_the_number_of_texts_until_answers_are_in_time)
{
    enum { COUNT = EMBEDDINGS_REQUEST_TEXTS, SLOW = 5, LATE_ABOVE = 100 };

    with_probe = true;
    all_texts_are("парковка");
    texts[SLOW] = "парковка во дворе, вид на горы и на город, вай-фай, кухня, балкон, лифт";
    says((struct embeddings_says){.late_above = LATE_ABOVE});
    make(COUNT, "", 0);
    ck_assert_msg(ok, "%s", fault.code);
    ck_assert_uint_eq(out.made, COUNT - 1);
    ck_assert(out.list[SLOW].refused);
    ck_assert_uint_lt(embeddings_client_request_texts_max(client), COUNT);
    all_texts_are("слово");
    for (int i = 0; i < COUNT; i++) {
        says((struct embeddings_says){.status = 0});
        make(COUNT, "", 0);
        ck_assert(ok);
    }
    ck_assert_int_eq(embeddings_server_requests(), 1);
    ck_assert_uint_eq(embeddings_client_request_texts_max(client), COUNT);
}

/* The job's time is over, so its last attempt is cut short. */
TEST(attempt_that_is_cut_short_does_not_lower_the_number_of_texts)
{
    with_probe = true;
    until_ns = now_mono_ns();
    says((struct embeddings_says){.ms = 500});
    make(3, "", 0);
    ck_assert(!ok);
    ck_assert_str_eq(fault.code, "upstream_timeout");
    ck_assert_uint_eq(embeddings_client_request_texts_max(client), EMBEDDINGS_REQUEST_TEXTS);
}

/* --- a failing endpoint --- */

static const struct {
    struct embeddings_says first;
    int requests; /* including the successful one */
} passing[] = {
    {{.status = 429},                                  2},
    {{.status = 503},                                  2},
    {{.status = 429, .headers = "Retry-After: 1\r\n"}, 2},
};

TEST_ROWS(temporary_failure_is_retried, passing)
{
    const struct embeddings_says steps[] = {row->first, {.status = 0}};

    embeddings_server_says(steps, 2);
    const int64_t began = now_mono_ns();
    make(2, "", 0);
    ck_assert_msg(ok, "%s", fault.code);
    ck_assert_int_eq(embeddings_server_requests(), row->requests);
    ck_assert(row->first.headers == NULL || now_mono_ns() - began >= NS_PER_S);
}

#define LOST_QUOTA                                                                                 \
    "{\"error\":{\"message\":\"You exceeded your current "                                         \
    "quota\",\"code\":\"insufficient_quota\"}}"

static const struct {
    struct embeddings_says step;
    const char *code, *outcome;
    int requests;
    bool pauses;
} failures[] = {
    {{.status = 429, .body = LOST_QUOTA},                "embeddings_quota",   "quota",    1, true },
    {{.status = 401},                                    "embeddings_refused", "refused",  1, true },
    {{.status = 429, .headers = "Retry-After: 100\r\n"}, "embeddings_busy",    "busy",     1, true },
    {{.status = 500},                                    "embeddings_failed",  "failed",   5, false},
    {{.status = 424},                                    "embeddings_failed",  "failed",   1, false},
    {{.status = 503},                                    "embeddings_busy",    "busy",     3, false},
    {{.fewer = true},                                    "embeddings_count",   "unusable", 1, false},
    {{.nan = true},                                      "embeddings_failed",  "unusable", 5, false},
    {{.body = "<html>"},                                 "bad_json",           "unusable", 1, false},
    {{.body = "[]"},                                     "bad_json",           "unusable", 1, false},
    {{.dimensions = 5000},                               "embeddings_failed",  "unusable", 5, false},
    {{.ms = LATE_MS},                                    "upstream_timeout",   "late",     1, false},
};

TEST_ROWS(permanent_failure_is_a_fault, failures)
{
    says(row->step);
    if (row->step.ms > 0)
        timeout_ms = SHORT_MS;
    make(3, "", 0);
    ck_assert(!ok);
    ck_assert_str_eq(fault.code, row->code);
    ck_assert(fault.kind == FAULT_UNAVAILABLE || fault.kind == FAULT_TIMEOUT);
    ck_assert_uint_eq(out.made, 0);
    ck_assert_int_eq(embeddings_server_requests(), row->requests);
    ck_assert_double_eq(
        metric_of(textf("search_embeddings_calls_total{outcome=\"%s\"}", row->outcome)),
        row->requests);
    timeout_ms = TIMEOUT_MS;
    says((struct embeddings_says){.status = 0});
    make(3, "", 0);
    ck_assert_int_eq(embeddings_server_requests(), row->pauses ? 0 : 1);
    ck_assert(ok == !row->pauses);
    if (row->pauses) {
        ck_assert_str_eq(fault.code, row->code);
        ck_assert_int_ge(fault.retry_after_s, 50);
    }
}

static const struct {
    bool with_probe, no_pause;
    int requests;
} forbidden[] = {
    {true,  false, 2}, /* the second one has only the probe */
    {false, true,  1},
};

TEST_ROWS(refused_job_pauses_requests_unless_it_must_not, forbidden)
{
    with_probe = row->with_probe;
    no_pause = row->no_pause;
    says((struct embeddings_says){.status = 403});
    make(3, "", 0);
    ck_assert(!ok);
    ck_assert_str_eq(fault.code, "embeddings_refused");
    ck_assert_int_eq(embeddings_server_requests(), row->requests);
    says((struct embeddings_says){.status = 0});
    make(3, "", 0);
    ck_assert(ok == row->no_pause);
}

TEST(vectors_made_before_a_failure_are_returned)
{
    const struct embeddings_says steps[] = {{.status = 0}, {.status = 500}};

    all_texts_are("слово");
    embeddings_server_says(steps, 2);
    make(TEXTS_MAX, "", 0);
    ck_assert(!ok);
    ck_assert_uint_eq(out.made, EMBEDDINGS_REQUEST_TEXTS);
    ck_assert(is_vector_of(0, "слово"));
    ck_assert_ptr_null(out.list[TEXTS_MAX - 1].vector);
    ck_assert(!out.list[TEXTS_MAX - 1].refused);
}

TEST(vectors_of_different_lengths_are_a_fault)
{
    const struct embeddings_says steps[] = {{.status = 0}, {.dimensions = 7}};

    all_texts_are("слово");
    embeddings_server_says(steps, 2);
    make(TEXTS_MAX, "", 0);
    ck_assert(!ok);
    ck_assert_str_eq(fault.code, "embeddings_dimensions");
}

TEST(dead_endpoint_opens_the_circuit_breaker)
{
    embeddings_server_stop();
    for (int i = 0; i < 4; i++) {
        make(3, "", 0);
        ck_assert(!ok);
    }
    ck_assert_str_eq(fault.code, "circuit_open");
}

/* Every connection is cut: each text is refused, and after five failures requests stop. */
TEST(endpoint_that_cuts_connections_opens_the_circuit_breaker)
{
    says((struct embeddings_says){.cuts = ""});
    make(3, "", 0);
    ck_assert(!ok);
    ck_assert_uint_eq(out.made, 0);
    ck_assert_str_eq(fault.code, "circuit_open");
    ck_assert_int_le(embeddings_server_requests(), 8);
}
