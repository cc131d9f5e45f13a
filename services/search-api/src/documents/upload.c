// SPDX-License-Identifier: MIT
#include "documents/upload.h"

#include <stdlib.h>

#include "base/now.h"
#include "base/number.h"
#include "http/route.h"
#include "loop/fiber.h"

#include "documents/document_json.h"
#include "documents/document_store.h"
#include "text/lines.h"

enum {
    BATCH_BYTES = 64 * 1024, /* bytes of the texts of a batch */
    ROOM = 4 * 1024 * 1024,  /* bytes of a batch and everything made from it */
    ESCAPED = 6,             /* bytes of a JSON escape such as \u0001 */
    REFUSED_BYTES = UPLOAD_REFUSED_MAX * (ESCAPED * (FAULT_FIELD_MAX + FAULT_DETAIL_MAX) + 128),
    AT_ONCE = 64 /* lines between two yields to the loop */
};

struct upload {
    struct upload_limits *limits;
    const struct http_request *req;
    struct http_response *res;
    int64_t until_ns;   /* deadline of the stream */
    struct arena arena; /* memory of the current batch */
    struct document batch[DOCUMENTS_MAX];
    size_t count;               /* documents in the batch */
    size_t bytes;               /* bytes of their texts */
    int64_t written;            /* documents of the batch that were inserted or replaced */
    int64_t indexed, unchanged; /* documents of all batches so far */
    int64_t refused;            /* rejected lines */
    struct buf listed;          /* rejected lines in the answer, as JSON */
    struct lines lines;
};

void upload_limits_init(struct upload_limits *limits, struct service *service,
                        int64_t documents_max)
{
    *limits = (struct upload_limits){
        .service = service,
        .documents_max = documents_max,
        .streams = {.all = UPLOADS_MAX, .per_tenant = UPLOADS_PER_TENANT},
    };
    semaphore_init(&limits->changes, UPLOAD_SLOTS);
}

enum http_status upload_make_terms_and_change(struct upload_limits *limits,
                                              const struct http_request *req,
                                              struct http_response *res,
                                              const struct field_list *documents,
                                              api_change_fn *act, void *arg)
{
    const struct uuid *tenant_id = &api_caller(req)->tenant_id;
    const struct service *service = limits->service;
    struct fault fault;

    if (!semaphore_acquire(&limits->changes, service->loop, tenant_id, &fault))
        return http_reply_fault(req, res, &fault);
    /* Make the terms before the transaction, which would hold a connection meanwhile. */
    const bool made =
        documents->count == 0 ||
        document_make_terms(service->work, documents->items, documents->count, req->arena, &fault);
    const enum http_status status = made ? api_change(service->changes, req, res, act, arg)
                                         : http_reply_fault(req, res, &fault);
    semaphore_release(&limits->changes, tenant_id);
    return status;
}

bool upload_write_documents(const struct upload_limits *limits, struct change *change,
                            const struct document *list, size_t count, int64_t *written,
                            struct fault *fault)
{
    const struct uuid *tenant_id = &change->caller->tenant_id;
    const struct uuid id = uuid_make();
    int64_t before, after;

    if (!document_store_lock(change->tx, false, fault) ||
        !document_store_count_uploaded(change->tx, tenant_id, &before, fault) ||
        !document_store_write_newer(change->tx, DOCUMENT_OF_API, list, count, written, fault) ||
        !document_store_count_uploaded(change->tx, tenant_id, &after, fault))
        return false;
    if (after > limits->documents_max && after > before)
        return fault_set(fault, FAULT_INVALID, "too_many_documents",
                         "The tenant may have %lld documents. Delete some, or ask the operator for"
                         " more.",
                         (long long)limits->documents_max);
    change_audit(change, "document.write", "documents", &id, *written);
    return true;
}

void upload_write_answer(struct http_response *res, int64_t indexed, int64_t unchanged,
                         struct slice refused_lines, int64_t further_refused)
{
    buf_printf(&res->body, "{\"indexed\":%lld,\"unchanged\":%lld,\"refused\":[", (long long)indexed,
               (long long)unchanged);
    buf_slice(&res->body, refused_lines);
    buf_printf(&res->body, "],\"refused_more\":%lld}", (long long)further_refused);
}

/* Gives the fiber `ms_from_now`, but not more than the stream has left. */
static void set_fiber_deadline(const struct upload *upload, int64_t ms_from_now)
{
    const int64_t until_ns = loop_now_ns(upload->req->loop) + ms_from_now * NS_PER_MS;

    fiber_set_deadline(fiber_current(), until_ns < upload->until_ns ? until_ns : upload->until_ns);
}

/* --- batches --- */

static bool write_batch_documents(struct change *change, void *arg, struct http_response *res,
                                  struct fault *fault)
{
    struct upload *upload = arg;

    if (!upload_write_documents(upload->limits, change, upload->batch, upload->count,
                                &upload->written, fault))
        return false;
    http_reply_json(res, HTTP_OK);
    return true;
}

/* Writes the batch as if it were a request of its own, without body and parameters, and without
 * Idempotency-Key, which a stream cannot have. */
static bool write_batch_in_change(struct upload *upload)
{
    const struct field_list list = {upload->batch, upload->count};
    struct http_request part = *upload->req;
    struct http_route route = *upload->req->route;

    route.flags |= HTTP_ROUTE_ANY_TYPE;
    part.route = &route;
    part.arena = &upload->arena;
    part.query_count = 0;
    part.headers[HTTP_H_IDEMPOTENCY_KEY] = SLICE_NONE;
    return upload_make_terms_and_change(upload->limits, &part, upload->res, &list,
                                        write_batch_documents, upload) == HTTP_OK;
}

/* Writes the documents of the batch and empties it. On failure the answer is in `res`. */
static bool write_and_empty_batch(struct upload *upload)
{
    if (upload->count == 0)
        return true;
    set_fiber_deadline(upload, UPLOAD_BATCH_MS);
    if (!write_batch_in_change(upload))
        return false;
    upload->indexed += upload->written;
    upload->unchanged += (int64_t)upload->count - upload->written;
    upload->count = upload->bytes = 0;
    arena_reset(&upload->arena);
    set_fiber_deadline(upload, UPLOAD_LINE_MS);
    return true;
}

/* --- lines --- */

/* Lists a rejected line in the answer, with only the first of its problems. */
static void list_refused_line(struct upload *upload, int64_t number, const struct fault *fault)
{
    const struct fault_field *first = fault->field_count > 0 ? fault->fields : NULL;
    struct buf *out = &upload->listed;

    if (upload->refused++ >= UPLOAD_REFUSED_MAX)
        return;
    buf_printf(out, "%s{\"line\":%lld", out->len > 0 ? "," : "", (long long)number);
    buf_json_member(out, ",\"code\":", slice_of(first != NULL ? first->code : fault->code));
    buf_json_member(out, ",\"field\":", slice_of(first != NULL ? first->field : NULL));
    buf_json_member(out, ",\"detail\":", slice_of(first != NULL ? first->detail : fault->detail));
    buf_char(out, '}');
}

static bool decode_line(struct upload *upload, const struct line *line, struct document *out,
                        struct fault *fault)
{
    fields_clear(&document_fields, out);
    out->tenant_id = api_caller(upload->req)->tenant_id;
    if (line->too_long)
        return fault_set(fault, FAULT_INVALID, "line_too_long", "The line is longer than %d bytes.",
                         LINES_LINE_MAX);
    return fields_decode(&document_fields, line->text, false, out, NULL, &upload->arena, fault);
}

/* Adds the document of a line to the batch, and writes a full batch. On failure the answer is in
 * `res`. */
static bool add_line_to_batch(struct upload *upload, const struct line *line)
{
    const struct arena_mark mark = arena_mark(&upload->arena);
    struct fault fault;

    if (decode_line(upload, line, &upload->batch[upload->count], &fault)) {
        upload->bytes += upload->batch[upload->count++].text.len;
        if (upload->count < DOCUMENTS_MAX && upload->bytes <= BATCH_BYTES - DOCUMENT_TEXT_MAX)
            return true;
        return write_and_empty_batch(upload);
    }
    if (fault.kind != FAULT_INVALID && fault.kind != FAULT_UNREADABLE) {
        http_reply_fault(upload->req, upload->res, &fault);
        return false;
    }
    list_refused_line(upload, line->number, &fault);
    arena_put_back(&upload->arena, &mark);
    return true;
}

static bool add_lines_of_piece(struct upload *upload, struct slice piece)
{
    struct fault fault;
    struct line line;
    size_t taken = 0;

    lines_push(&upload->lines, piece);
    while (lines_read_next(&upload->lines, &line)) {
        if (!add_line_to_batch(upload, &line))
            return false;
        if (++taken % AT_ONCE == 0 && !fiber_sleep(0, &fault)) {
            http_reply_fault(upload->req, upload->res, &fault);
            return false;
        }
    }
    if (taken > 0)
        set_fiber_deadline(upload, UPLOAD_LINE_MS);
    return true;
}

static bool read_stream(struct upload *upload)
{
    struct slice piece = SLICE("?");
    struct fault fault;
    struct line line;

    set_fiber_deadline(upload, UPLOAD_LINE_MS);
    while (piece.len > 0) {
        if (!http_request_read_piece(upload->req, &piece, &fault)) {
            http_reply_fault(upload->req, upload->res, &fault);
            return false;
        }
        if (!add_lines_of_piece(upload, piece))
            return false;
    }
    if (lines_read_last(&upload->lines, &line) && !add_line_to_batch(upload, &line))
        return false;
    return write_and_empty_batch(upload);
}

static void write_stream_answer(const struct upload *upload)
{
    struct http_response *res = upload->res;

    buf_clear(&res->body);
    upload_write_answer(res, upload->indexed, upload->unchanged, buf_as_slice(&upload->listed),
                        number_max(upload->refused - UPLOAD_REFUSED_MAX, 0));
    http_reply_json(res, HTTP_OK);
}

static enum http_status run_stream(struct upload_limits *limits, const struct http_request *req,
                                   struct http_response *res)
{
    struct fault fault;
    struct upload *upload = fault_calloc(sizeof *upload, "a stream of documents", &fault);

    if (upload == NULL)
        return http_reply_fault(req, res, &fault);
    upload->limits = limits;
    upload->req = req;
    upload->res = res;
    upload->until_ns = loop_now_ns(req->loop) + UPLOAD_MS * NS_PER_MS;
    arena_init(&upload->arena, ROOM);
    buf_init(&upload->listed, REFUSED_BYTES);
    if (read_stream(upload))
        write_stream_answer(upload);
    buf_finish(&upload->listed);
    arena_finish(&upload->arena);
    free(upload);
    return res->status;
}

enum http_status upload_receive_stream(struct upload_limits *limits, const struct http_request *req,
                                       struct http_response *res)
{
    const struct uuid *tenant_id = &api_caller(req)->tenant_id;
    struct fault fault;

    if (!http_request_query(req, NULL, NULL, &fault) ||
        !quota_acquire(&limits->streams, tenant_id, &fault))
        return http_reply_fault(req, res, &fault);
    const enum http_status status = run_stream(limits, req, res);
    quota_release(&limits->streams, tenant_id);
    return status;
}
