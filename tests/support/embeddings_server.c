// SPDX-License-Identifier: MIT
#include "support/embeddings_server.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <check.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/digest.h"

#include "support/visitors.h"

enum { REQUEST_MAX = 1 << 20, HEARD_MAX = 1 << 22, ANSWER_MAX = 1 << 24, DIMENSIONS_MAX = 8192 };

static struct visitors at;
static char url[64];
/* Of the lock: */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct embeddings_says steps[EMBEDDINGS_SAYS_MAX];
static int step_count, requests, texts, most;
static char heard[HEARD_MAX];
static size_t heard_len;

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void make_vector(const char *text, int seed, int dimensions, float *out)
{
    uint64_t state = digest_fast64(slice_of(text)) + (uint64_t)seed * 7919;
    double squares = 0;

    for (int i = 0; i < dimensions; i++) {
        out[i] = (float)next_random(&state) / (float)(UINT64_C(1) << 30) - 1;
        squares += (double)out[i] * (double)out[i];
    }
    for (int i = 0; i < dimensions; i++)
        out[i] /= (float)sqrt(squares);
}

void embeddings_server_vector(const char *text, int seed, float *out)
{
    make_vector(text, seed, EMBEDDINGS_SERVER_DIMENSIONS, out);
}

static void say(int fd, int status, const char *headers, struct slice body)
{
    char head[512];
    const int len = snprintf(head, sizeof head,
                             "HTTP/1.1 %d Status\r\nContent-Type: application/json\r\n"
                             "Content-Length: %zu\r\n%s\r\n",
                             status, body.len, headers != NULL ? headers : "");

    (void)!(say_all(fd, head, (size_t)len) && say_all(fd, body.at, body.len));
}

/* --- one request --- */

struct asked {
    json_t *json, *input;
    bool base64;
    int dimensions;
};

static bool read_asked(const char *request, struct asked *asked)
{
    const char *body = strstr(request, "\r\n\r\n");
    json_error_t error;

    asked->json = json_loads(body + 4, JSON_REJECT_DUPLICATES, &error);
    asked->input = json_object_get(asked->json, "input");
    const char *format = json_string_value(json_object_get(asked->json, "encoding_format"));
    asked->base64 = format != NULL && strcmp(format, "base64") == 0;
    asked->dimensions = (int)json_integer_value(json_object_get(asked->json, "dimensions"));
    return json_is_array(asked->input) && json_array_size(asked->input) > 0 &&
           json_is_string(json_object_get(asked->json, "model"));
}

static bool any_text(const struct asked *asked, const char *part, size_t longer_than)
{
    const json_t *text;
    size_t i;

    json_array_foreach(asked->input, i, text)
    {
        if (part != NULL ? strstr(json_string_value(text), part) != NULL
                         : json_string_length(text) > longer_than)
            return true;
    }
    return false;
}

static size_t sum_bytes(const struct asked *asked)
{
    const json_t *text;
    size_t i, bytes = 0;

    json_array_foreach(asked->input, i, text)
    {
        bytes += json_string_length(text);
    }
    return bytes;
}

static void write_vector(const struct embeddings_says *step, const struct asked *asked, size_t i,
                         int dimensions, struct buf *out)
{
    static _Thread_local float vector[DIMENSIONS_MAX];
    static _Thread_local char text[DIGEST_BASE64_LEN(DIMENSIONS_MAX * sizeof(float)) + 1];

    make_vector(json_string_value(json_array_get(asked->input, i)), step->seed, dimensions, vector);
    if (step->nan && i == 0)
        vector[1] = NAN;
    buf_printf(out, "{\"object\":\"embedding\",\"index\":%zu,\"embedding\":", i);
    if (asked->base64 && !step->lists) {
        digest_base64_encode(
            DIGEST_BASE64,
            (struct slice){(const char *)vector, (size_t)dimensions * sizeof *vector}, text);
        buf_printf(out, "\"%s\"}", text);
        return;
    }
    for (int d = 0; d < dimensions; d++) {
        buf_char(out, d == 0 ? '[' : ',');
        if (isnan(vector[d]))
            buf_text(out, "null");
        else
            buf_printf(out, "%.9g", (double)vector[d]);
    }
    buf_text(out, "]}");
}

static void say_vectors(int fd, const struct embeddings_says *step, const struct asked *asked)
{
    const size_t all = json_array_size(asked->input), count = step->fewer ? all - 1 : all;
    const int dimensions = step->dimensions != 0    ? step->dimensions
                           : asked->dimensions != 0 ? asked->dimensions
                                                    : EMBEDDINGS_SERVER_DIMENSIONS;
    struct buf out = BUF(ANSWER_MAX);

    buf_text(&out, "{\"object\":\"list\",\"data\":[");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_char(&out, ',');
        write_vector(step, asked, step->shuffled ? count - 1 - i : i, dimensions, &out);
    }
    buf_printf(&out, "],\"usage\":{\"prompt_tokens\":%zu,\"total_tokens\":%zu}}", 10 * all,
               10 * all);
    pthread_mutex_lock(&lock);
    texts += (int)count;
    pthread_mutex_unlock(&lock);
    say(fd, 200, step->headers, buf_as_slice(&out));
    buf_finish(&out);
}

static bool refused(int fd, bool holds, int status, const char *body)
{
    if (holds)
        say(fd, status, NULL, slice_of(body));
    return holds;
}

static bool refuse(int fd, const struct embeddings_says *step, const struct asked *asked)
{
    const size_t count = json_array_size(asked->input);
    const char *model = json_string_value(json_object_get(asked->json, "model"));
    char batch[256];

    if (step->status != 0 || step->body != NULL) {
        say(fd, step->status != 0 ? step->status : 200, step->headers,
            slice_of(step->body != NULL ? step->body : "{}"));
        return true;
    }
    snprintf(batch, sizeof batch,
             "{\"message\":\"batch size %zu > maximum allowed batch size %d\",\"code\":422,"
             "\"type\":\"Validation\"}",
             count, step->texts_max);
    return refused(fd, step->knows != NULL && strcmp(model, step->knows) != 0, 404,
                   "{\"error\":{\"message\":\"model not found\"}}") ||
           refused(fd, step->no_base64 && asked->base64, 400,
                   "{\"error\":{\"message\":\"Unknown encoding_format\",\"type\":\"x\"}}") ||
           refused(fd, step->no_dimensions && asked->dimensions != 0, 400,
                   "{\"error\":{\"message\":\"This model does not support specifying "
                   "dimensions.\"}}") ||
           refused(fd, step->texts_max > 0 && count > (size_t)step->texts_max, 422, batch) ||
           refused(fd, step->bytes_max > 0 && any_text(asked, NULL, step->bytes_max), 500,
                   "{\"error\":{\"code\":500,\"message\":\"input is too large to process. increase"
                   " the physical batch size\",\"type\":\"server_error\"}}") ||
           refused(fd, step->body_max > 0 && sum_bytes(asked) > step->body_max, 413, "<html>") ||
           refused(fd, step->late_above > 0 && sum_bytes(asked) > step->late_above, 504,
                   "<html>") ||
           refused(fd, step->forbids != NULL && any_text(asked, step->forbids, 0), 403, "<html>") ||
           refused(fd, step->fails != NULL && any_text(asked, step->fails, 0), 424, "{}") ||
           refused(fd, step->breaks != NULL && any_text(asked, step->breaks, 0), 500,
                   "{\"error\":{\"message\":\"oops\"}}") ||
           refused(fd, step->refuses != NULL && any_text(asked, step->refuses, 0), 400,
                   "{\"object\":\"error\",\"message\":\"no\",\"type\":\"BadRequest\"}");
}

static struct embeddings_says note(const char *request, size_t len, size_t count)
{
    pthread_mutex_lock(&lock);
    const struct embeddings_says step = steps[requests < step_count ? requests : step_count - 1];
    requests++;
    if ((int)count > most)
        most = (int)count;
    if (heard_len + len < HEARD_MAX) {
        memcpy(heard + heard_len, request, len);
        heard_len += len;
        heard[heard_len] = '\0';
    }
    pthread_mutex_unlock(&lock);
    return step;
}

static void converse(void *data, int fd)
{
    char *request = malloc(REQUEST_MAX);
    size_t len;
    bool more = true;

    while (more && (len = hear_request(fd, request, REQUEST_MAX)) > 0) {
        struct asked asked = {.json = NULL};
        const bool readable = read_asked(request, &asked);
        const struct embeddings_says step = note(request, len, json_array_size(asked.input));
        nanosleep(&(struct timespec){step.ms / 1000, (long)(step.ms % 1000) * 1000000}, NULL);
        more = readable && (step.cuts == NULL || !any_text(&asked, step.cuts, 0));
        if (more && !refuse(fd, &step, &asked))
            say_vectors(fd, &step, &asked);
        json_decref(asked.json);
    }
    free(request);
}

void embeddings_server_start(void)
{
    embeddings_server_says(&(struct embeddings_says){.status = 0}, 1);
    visitors_start(&at, "127.0.0.1", 0, converse, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", at.port);
}

void embeddings_server_stop(void)
{
    visitors_stop(&at);
}

void embeddings_server_says(const struct embeddings_says *says, size_t count)
{
    ck_assert_uint_le(count, EMBEDDINGS_SAYS_MAX);
    pthread_mutex_lock(&lock);
    memcpy(steps, says, count * sizeof *says);
    step_count = (int)count;
    requests = texts = most = 0;
    heard_len = 0;
    heard[0] = '\0';
    pthread_mutex_unlock(&lock);
}

const char *embeddings_server_url(void)
{
    return url;
}

static int look(const int *at_number)
{
    pthread_mutex_lock(&lock);
    const int number = *at_number;
    pthread_mutex_unlock(&lock);
    return number;
}

int embeddings_server_requests(void)
{
    return look(&requests);
}

int embeddings_server_texts(void)
{
    return look(&texts);
}

int embeddings_server_most(void)
{
    return look(&most);
}

bool embeddings_server_heard(const char *text)
{
    pthread_mutex_lock(&lock);
    const bool there = strstr(heard, text) != NULL;
    pthread_mutex_unlock(&lock);
    return there;
}
