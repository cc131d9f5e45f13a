// SPDX-License-Identifier: MIT
#include "documents/upload.h"

#include <stdlib.h>

#include "base/now.h"
#include "http/route.h"
#include "loop/fiber.h"

#include "documents/document_json.h"
#include "documents/document_store.h"
#include "jobs/quota.h"
#include "text/lines.h"

enum {
    BATCH_BYTES = 64 * 1024, /* of texts */
    ROOM = 4 * 1024 * 1024,  /* for a batch and all that is made of it */
    ESCAPED = 6,             /* bytes that JSON makes of one, as in \u0001 */
    REFUSED_BYTES = UPLOAD_REFUSED_MAX * (ESCAPED * (FAULT_FIELD_MAX + FAULT_DETAIL_MAX) + 128),
    AT_ONCE = 64 /* lines read before the loop serves others */
};

struct upload_limits {
    struct service *service;
    int64_t documents_max; /* of a tenant */
    struct quota streams;
    struct semaphore *seats;
};

struct loading {
    struct upload_limits *semaphore;
    const struct http_request *req;
    struct http_response *res;
    int64_t until_ns;   /* of the stream */
    struct arena arena; /* of the batch under way */
    struct document batch[DOCUMENTS_MAX];
    size_t count;
    size_t bytes;
    int64_t written; /* of the batch */
    int64_t indexed, unchanged;
    int64_t refused;    /* lines */
    struct buf told;    /* those that are told, as JSON */
    struct lines lines; /* 64 KiB */
};

struct upload_limits *upload_limits_create(struct service *service, int64_t documents_max,
                                           struct fault *fault)
{
    struct upload_limits *semaphore =
        fault_calloc(sizeof *semaphore, "streams of documents", fault);

    if (semaphore == NULL)
        return NULL;
    semaphore->service = service;
    semaphore->documents_max = documents_max;
    semaphore->streams = (struct quota){.all = UPLOADS_MAX, .of_one = UPLOADS_PER_TENANT};
    semaphore->seats = semaphore_create(UPLOAD_SLOTS, fault);
    if (semaphore->seats != NULL)
        return semaphore;
    free(semaphore);
    return NULL;
}

void upload_limits_destroy(struct upload_limits *semaphore)
{
    if (semaphore == NULL)
        return;
    semaphore_destroy(semaphore->seats);
    free(semaphore);
}

struct semaphore *upload_semaphore(struct upload_limits *semaphore)
{
    return semaphore->seats;
}

/* Words are read before the transaction, which would hold a connection meanwhile. */
static enum http_status change(const struct service *service, const struct http_request *req,
                               struct http_response *res, const struct upload_list *list,
                               api_change_fn *act, void *arg)
{
    struct fault fault;

    if (list->count > 0 &&
        !documents_read(service->work, list->items, list->count, req->arena, &fault))
        return http_reply_fault(req, res, &fault);
    return api_change(service->changes, req, res, act, arg);
}

enum http_status upload_change(struct upload_limits *semaphore, const struct http_request *req,
                               struct http_response *res, const struct upload_list *list,
                               api_change_fn *act, void *arg)
{
    const struct uuid *tenant_id = &api_caller(req)->tenant_id;
    struct fault fault;

    if (!semaphore_acquire(semaphore->seats, semaphore->service->loop, tenant_id, &fault))
        return http_reply_fault(req, res, &fault);
    const enum http_status status = change(semaphore->service, req, res, list, act, arg);
    semaphore_release(semaphore->seats, tenant_id);
    return status;
}

bool upload_write(const struct upload_limits *semaphore, struct change *change,
                  const struct document *list, size_t count, int64_t *written, struct fault *fault)
{
    const struct uuid *tenant_id = &change->caller->tenant_id;
    const struct uuid id = uuid_make();
    int64_t before, after;

    if (!document_store_lock(change->tx, false, fault) ||
        !document_store_own(change->tx, tenant_id, &before, fault) ||
        !document_store_write(change->tx, DOCUMENT_OF_API, list, count, change->arena, written,
                              fault) ||
        !document_store_own(change->tx, tenant_id, &after, fault))
        return false;
    if (after > semaphore->documents_max && after > before)
        return fault_set(fault, FAULT_INVALID, "too_many_documents",
                         "The tenant may have %lld documents. Delete some, or ask the operator for"
                         " more.",
                         (long long)semaphore->documents_max);
    change_audit(change, "document.write", "documents", &id, *written);
    return true;
}

static void tell(struct http_response *res, int64_t indexed, int64_t unchanged, struct slice told,
                 int64_t untold)
{
    buf_printf(&res->body, "{\"indexed\":%lld,\"unchanged\":%lld,\"refused\":[", (long long)indexed,
               (long long)unchanged);
    buf_slice(&res->body, told);
    buf_printf(&res->body, "],\"refused_more\":%lld}", (long long)untold);
}

void upload_report(struct http_response *res, int64_t indexed, int64_t unchanged)
{
    tell(res, indexed, unchanged, SLICE(""), 0);
}

static void limit(const struct loading *loading, int64_t ms)
{
    const int64_t until_ns = loop_now_ns(loading->req->loop) + ms * NS_PER_MS;

    fiber_set_deadline(fiber_current(),
                       until_ns < loading->until_ns ? until_ns : loading->until_ns);
}

/* --- a batch --- */

static bool act(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    struct loading *loading = arg;

    if (!upload_write(loading->semaphore, change, loading->batch, loading->count, &loading->written,
                      fault))
        return false;
    http_reply_json(res, HTTP_OK);
    return true;
}

/* As a request of its own without body and parameters: a stream has no Idempotency-Key. */
static bool change_batch(struct loading *loading)
{
    const struct upload_list list = {loading->batch, loading->count};
    struct http_request part = *loading->req;
    struct http_route route = *loading->req->route;

    route.flags |= HTTP_ROUTE_ANY_TYPE;
    part.route = &route;
    part.arena = &loading->arena;
    part.query_count = 0;
    part.headers[HTTP_H_IDEMPOTENCY_KEY] = (struct slice){NULL, 0};
    return upload_change(loading->semaphore, &part, loading->res, &list, act, loading) == HTTP_OK;
}

/* False: the answer is in `res`. */
static bool write_batch(struct loading *loading)
{
    if (loading->count == 0)
        return true;
    limit(loading, UPLOAD_BATCH_MS);
    if (!change_batch(loading))
        return false;
    loading->indexed += loading->written;
    loading->unchanged += (int64_t)loading->count - loading->written;
    loading->count = loading->bytes = 0;
    arena_reset(&loading->arena);
    limit(loading, UPLOAD_LINE_MS);
    return true;
}

/* --- lines --- */

static void add_member(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, ",\"%s\":", name);
    buf_json_string(out, slice_of(value));
}

/* The first problem of the line is told. */
static void refuse(struct loading *loading, int64_t number, const struct fault *fault)
{
    const struct fault_field *first = fault->field_count > 0 ? fault->fields : NULL;
    struct buf *out = &loading->told;

    if (loading->refused++ >= UPLOAD_REFUSED_MAX)
        return;
    buf_printf(out, "%s{\"line\":%lld", out->len > 0 ? "," : "", (long long)number);
    add_member(out, "code", first != NULL ? first->code : fault->code);
    add_member(out, "field", first != NULL ? first->field : NULL);
    add_member(out, "detail", first != NULL ? first->detail : fault->detail);
    buf_char(out, '}');
}

static bool decode(struct loading *loading, const struct line *line, struct document *out,
                   struct fault *fault)
{
    fields_clear(&document_fields, out);
    out->tenant_id = api_caller(loading->req)->tenant_id;
    if (line->too_long)
        return fault_set(fault, FAULT_INVALID, "line_too_long", "The line is longer than %d bytes.",
                         LINES_LINE_MAX);
    return fields_decode(&document_fields, line->text, false, out, NULL, &loading->arena, fault);
}

/* False: the answer is in `res`. */
static bool take_line(struct loading *loading, const struct line *line)
{
    const struct arena_mark mark = arena_mark(&loading->arena);
    struct fault fault;

    if (decode(loading, line, &loading->batch[loading->count], &fault)) {
        loading->bytes += loading->batch[loading->count++].text.len;
        if (loading->count < DOCUMENTS_MAX && loading->bytes <= BATCH_BYTES - DOCUMENT_TEXT_MAX)
            return true;
        return write_batch(loading);
    }
    if (fault.kind != FAULT_INVALID && fault.kind != FAULT_UNREADABLE) {
        http_reply_fault(loading->req, loading->res, &fault);
        return false;
    }
    refuse(loading, line->number, &fault);
    arena_put_back(&loading->arena, &mark);
    return true;
}

/* Of one piece. */
static bool take_lines(struct loading *loading, struct slice piece)
{
    struct fault fault;
    struct line line;
    size_t taken = 0;

    lines_take(&loading->lines, piece);
    while (lines_next(&loading->lines, &line)) {
        if (!take_line(loading, &line))
            return false;
        if (++taken % AT_ONCE == 0 && !fiber_sleep(0, &fault)) {
            http_reply_fault(loading->req, loading->res, &fault);
            return false;
        }
    }
    if (taken > 0)
        limit(loading, UPLOAD_LINE_MS);
    return true;
}

static bool take_all(struct loading *loading)
{
    struct slice piece = SLICE("?");
    struct fault fault;
    struct line line;

    limit(loading, UPLOAD_LINE_MS);
    while (piece.len > 0) {
        if (!http_request_read(loading->req, &piece, &fault)) {
            http_reply_fault(loading->req, loading->res, &fault);
            return false;
        }
        if (!take_lines(loading, piece))
            return false;
    }
    if (lines_end(&loading->lines, &line) && !take_line(loading, &line))
        return false;
    return write_batch(loading);
}

static enum http_status answer(struct loading *loading)
{
    struct http_response *res = loading->res;

    if (!take_all(loading))
        return res->status;
    const int64_t untold =
        loading->refused > UPLOAD_REFUSED_MAX ? loading->refused - UPLOAD_REFUSED_MAX : 0;
    buf_clear(&res->body);
    tell(res, loading->indexed, loading->unchanged, buf_as_slice(&loading->told), untold);
    return http_reply_json(res, HTTP_OK);
}

static enum http_status run(struct upload_limits *semaphore, const struct http_request *req,
                            struct http_response *res)
{
    struct fault fault;
    struct loading *loading = fault_calloc(sizeof *loading, "a stream of documents", &fault);

    if (loading == NULL)
        return http_reply_fault(req, res, &fault);
    loading->semaphore = semaphore;
    loading->req = req;
    loading->res = res;
    loading->until_ns = loop_now_ns(req->loop) + UPLOAD_MS * NS_PER_MS;
    arena_init(&loading->arena, ROOM);
    buf_init(&loading->told, REFUSED_BYTES);
    const enum http_status status = answer(loading);
    buf_finish(&loading->told);
    arena_finish(&loading->arena);
    free(loading);
    return status;
}

enum http_status upload_run(struct upload_limits *semaphore, const struct http_request *req,
                            struct http_response *res)
{
    const struct uuid *tenant_id = &api_caller(req)->tenant_id;
    struct fault fault;

    if (!http_request_query(req, NULL, NULL, &fault) ||
        !quota_acquire(&semaphore->streams, tenant_id, &fault))
        return http_reply_fault(req, res, &fault);
    const enum http_status status = run(semaphore, req, res);
    quota_release(&semaphore->streams, tenant_id);
    return status;
}
