// SPDX-License-Identifier: MIT
/* The functions of stand.h that call handlers and read their answers. */
#include "stand.h"
#include "support/scratch.h"

static void release(void *json)
{
    json_decref(json);
}

static void keep(json_t *json)
{
    ck_assert(arena_own(&arena, release, json));
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
    answer->status = (int)res->status;
    for (size_t i = 0; i < res->header_count; i++) {
        if (slice_is(slice_of(res->headers[i].name), "ETag"))
            snprintf(answer->etag, sizeof answer->etag, "%.*s", SLICE_ARG(res->headers[i].value));
        if (slice_is(slice_of(res->headers[i].name), "Idempotent-Replay"))
            answer->replayed = true;
        if (slice_is(slice_of(res->headers[i].name), "Retry-After"))
            answer->retry_after++;
    }
    answer->problem = slice_is(slice_of(res->content_type), "application/problem+json");
    if (res->body.len == 0 || slice_starts(slice_of(res->content_type), SLICE("text/")))
        return;
    answer->json = json_loadb(res->body.data, res->body.len, 0, NULL);
    ck_assert_msg(answer->json != NULL, "not JSON: %.*s", (int)res->body.len, res->body.data);
    keep(answer->json);
    const char *text = text_at(answer->json, "code");
    if (text != NULL && answer->status >= 400)
        snprintf(answer->code, sizeof answer->code, "%s", text);
    text = text_at(answer->json, "id");
    if (text != NULL)
        snprintf(answer->id, sizeof answer->id, "%s", text);
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
    struct arena request;
    struct json_body *json = NULL;
    struct http_request req = {
        .method = ask->method,
        .route = &route,
        .target = SLICE("/test"),
        .path = slice_of(ask->id != NULL ? ask->id : "/test"),
        .params = {slice_of(ask->id), slice_of(ask->second_id)},
        .body = slice_of(ask->body != NULL ? as_json(ask->body) : ""),
        .request_id = SLICE("test"),
        .arena = &request,
        .json = &json,
        .loop = stand_loop(),
        .caller = &caller,
    };

    arena_init(&request, 1 << 20); /* as the server passes a request */
    buf_init(&res.body, HTTP_REPLY_MAX);
    req.headers[HTTP_H_IDEMPOTENCY_KEY] = slice_of(ask->key);
    req.headers[HTTP_H_IF_MATCH] = slice_of(ask->if_match);
    req.headers[HTTP_H_TRACEPARENT] = slice_of(ask->traceparent);
    set_query(&req, ask);
    ask->handler(stand_data(), &req, &res);
    read_answer(&res, &answer);
    fields_parse_finish(json);
    buf_finish(&res.body);
    arena_finish(&request);
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
