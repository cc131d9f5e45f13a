// SPDX-License-Identifier: MIT
/* The functions of stand.h that call handlers and read their answers. */
#include <stdarg.h>

#include "stand.h"

enum { KEPT_MAX = 1 << 15 };

/* Until stand_end(). */
static json_t *answers[KEPT_MAX];
static size_t answer_count;
static char *texts[KEPT_MAX];
static size_t text_count;

static void keep(json_t *json)
{
    ck_assert_uint_lt(answer_count, KEPT_MAX);
    answers[answer_count++] = json;
}

static void keep_text(char *text)
{
    ck_assert_uint_lt(text_count, KEPT_MAX);
    texts[text_count++] = text;
}

void stand_free_answers(void)
{
    for (; answer_count > 0; answer_count--)
        json_decref(answers[answer_count - 1]);
    for (; text_count > 0; text_count--)
        free(texts[text_count - 1]);
}

static void set_query(struct http_request *req, const struct ask *ask)
{
    for (struct slice rest = slice_of(ask->params); rest.len > 0;) {
        struct slice value = slice_cut(&rest, '&');
        const struct slice name = slice_cut(&value, '=');
        if (name.len > 0)
            req->query[req->query_count++] = (struct field_pair){name, value};
    }
}

static void read_answer(const struct http_response *res, struct answer *answer)
{
    const char *text;

    answer->status = (int)res->status;
    for (size_t i = 0; i < res->header_count; i++) {
        if (slice_is(slice_of(res->headers[i].name), "ETag"))
            snprintf(answer->etag, sizeof answer->etag, "%.*s", SLICE_ARG(res->headers[i].value));
        if (slice_is(slice_of(res->headers[i].name), "Idempotent-Replay"))
            answer->replayed = true;
        if (slice_is(slice_of(res->headers[i].name), "Retry-After"))
            answer->retry_after = true;
    }
    answer->problem = slice_is(slice_of(res->content_type), "application/problem+json");
    if (res->body.len == 0)
        return;
    answer->json = json_loadb(res->body.data, res->body.len, 0, NULL);
    ck_assert_msg(answer->json != NULL, "not JSON: %.*s", (int)res->body.len, res->body.data);
    keep(answer->json);
    text = json_string_value(json_object_get(answer->json, "code"));
    if (text != NULL && answer->status >= 400)
        snprintf(answer->code, sizeof answer->code, "%s", text);
    text = json_string_value(json_object_get(answer->json, "id"));
    if (text != NULL)
        snprintf(answer->id, sizeof answer->id, "%s", text);
}

const char *as_json(const char *at)
{
    static const char money[] = "{\"amount\":%.*s,\"currency\":\"KZT\"}";
    char *body = malloc(5 * strlen(at) + 1), *end = body;

    ck_assert_ptr_nonnull(body);
    while (*at != '\0')
        if (strncmp(at, "KZT(", 4) == 0) {
            const int digits = (int)strcspn(at + 4, ")");
            end += sprintf(end, money, digits, at + 4);
            at += 4 + digits + 1;
        } else {
            *end++ = (char)(*at == '\'' ? '"' : *at);
            at++;
        }
    *end = '\0';
    keep_text(body);
    return body;
}

json_t *parsed(const char *text)
{
    const char *body = as_json(text);
    json_t *json = json_loads(body, 0, NULL);

    ck_assert_msg(json != NULL, "not JSON: %s", body);
    keep(json);
    return json;
}

struct answer stand_ask(const struct ask *ask)
{
    const struct http_route route = {.path = "/test", .flags = ask->action ? HTTP_ROUTE_ACTION : 0};
    struct api_caller caller = ask->caller != NULL ? *ask->caller : stand_staff;
    struct answer answer = {0};
    struct http_response res = {0};
    struct arena arena;
    struct json_body *json = NULL;
    struct http_request req = {
        .method = ask->method,
        .route = &route,
        .target = SLICE("/test"),
        .path = slice_of(ask->id != NULL ? ask->id : "/test"),
        .params = {slice_of(ask->id), slice_of(ask->second_id)},
        .body = slice_of(ask->body != NULL ? as_json(ask->body) : ""),
        .request_id = SLICE("test"),
        .arena = &arena,
        .json = &json,
        .loop = stand_loop(),
        .caller = &caller,
    };

    arena_init(&arena, 1 << 20); /* as the server passes a request */
    buf_init(&res.body, HTTP_REPLY_MAX);
    req.headers[HTTP_H_IDEMPOTENCY_KEY] = slice_of(ask->key);
    req.headers[HTTP_H_IF_MATCH] = slice_of(ask->if_match);
    set_query(&req, ask);
    ask->handler(stand_data(), &req, &res);
    read_answer(&res, &answer);
    fields_parse_finish(json);
    buf_finish(&res.body);
    arena_finish(&arena);
    return answer;
}

struct answer stand_check(struct answer answer, int status, const char *code, const char *file,
                          int line)
{
    if (answer.status != status || (code != NULL && strcmp(answer.code, code) != 0))
        _ck_assert_failed(file, line, "status", "%d %s, not %d %s", answer.status, answer.code,
                          status, code != NULL ? code : "");
    return answer;
}

const char *textf(const char *format, ...)
{
    char *text;
    va_list list;

    va_start(list, format);
    ck_assert_int_ge(vasprintf(&text, format, list), 0);
    va_end(list);
    keep_text(text);
    return text;
}
