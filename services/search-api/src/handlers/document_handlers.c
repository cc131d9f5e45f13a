// SPDX-License-Identifier: MIT
/* Uploads of documents, and the erasure of a person's documents. */
#include "api/change.h"
#include "base/now.h"

#include "app.h"
#include "documents/document_json.h"
#include "documents/document_store.h"
#include "documents/upload.h"
#include "handlers/handlers.h"
#include "vectors/synchroniser.h"

/* The documents of the body of an upload, or why the body is invalid. */
struct upload {
    const struct upload_limits *limits;
    struct field_list list; /* list of struct document, after document_make_terms() */
    struct fault fault;     /* why the body is invalid; set only if `invalid` */
    bool invalid;
};

/* Decodes a body: one document, or {"items":[...]}. */
static bool decode_documents(const struct http_request *req, struct field_list *out,
                             struct fault *fault)
{
    const struct json_body *body;

    if (!http_request_json(req, true, &body, fault))
        return false;
    if (fields_body_has(body, "items"))
        return fields_decode_body(&document_list_fields, body, false, out, NULL, req->arena, fault);
    struct document *one = arena_alloc(req->arena, sizeof *one);
    if (one == NULL)
        return arena_fault(fault);
    fields_clear(&document_fields, one);
    *out = (struct field_list){one, 1};
    return fields_decode_body(&document_fields, body, false, one, NULL, req->arena, fault);
}

/* Decodes the documents of a body. Problems of the body are reported only inside the transaction of
 * the change, where a repeated Idempotency-Key is checked first. */
static void decode_upload(const struct search_app *app, const struct http_request *req,
                          struct upload *out)
{
    *out = (struct upload){.limits = app->uploads};
    out->invalid = !decode_documents(req, &out->list, &out->fault);
    if (out->invalid)
        out->list.count = 0;
    struct document *documents = out->list.items;
    for (size_t i = 0; i < out->list.count; i++)
        documents[i].tenant_id = api_caller(req)->tenant_id;
}

static bool write_upload(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    const struct upload *upload = arg;
    int64_t written;

    if (upload->invalid) {
        *fault = upload->fault;
        return false;
    }
    if (!upload_write_documents(upload->limits, change, upload->list.items, upload->list.count,
                                &written, fault))
        return false;
    upload_write_answer(res, written, (int64_t)upload->list.count - written, SLICE(""), 0);
    http_reply_json(res, HTTP_OK);
    return true;
}

enum http_status post_documents(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct search_app *app = data;
    struct upload upload;

    if (req->in_pieces)
        return upload_receive_stream(app->uploads, req, res);
    decode_upload(app, req, &upload);
    return upload_make_terms_and_change(app->uploads, req, res, &upload.list, write_upload,
                                        &upload);
}

/* --- erasure --- */

struct erasure_query {
    struct document_person person;
    bool dry_run;
};

// clang-format off
#define AT(member) .offset = offsetof(struct erasure_query, member)
static const struct field query_items[] = {
    {.name = "user_id",     .type = FIELD_INT,  .flags = FIELD_REQUIRED, AT(person.user_id), .min = -INT64_MAX, .max = INT64_MAX},
    {.name = "bot",         .type = FIELD_SLUG, AT(person.bot)},
    {.name = "without_bot", .type = FIELD_BOOL, AT(person.without_bot)},
    {.name = "dry_run",     .type = FIELD_BOOL, AT(dry_run)},
};
// clang-format on
static const struct fields query = FIELDS_OF(query_items, struct erasure_query);

/* Time limits of an erasure, which are short because the client waits for the answer. */
enum {
    ERASE_MS = 2000, /* no page starts later */
    INDEX_MS = 1500  /* the longest wait for the index of vectors, after ERASE_MS */
};

/* An erasure, which deletes pages of documents, each page in a transaction of its own. */
struct erasure {
    struct erasure_query query;
    struct uuid id;
    int64_t pages;  /* full pages so far */
    int64_t page;   /* documents of the last page */
    int64_t tx;     /* the index of vectors must include this transaction */
    int64_t erased; /* documents so far */
};

static bool count_documents_to_erase(struct change *change, struct erasure *erasure,
                                     struct fault *fault)
{
    return document_store_count_of_person(change->tx, &change->caller->tenant_id,
                                          &erasure->query.person, &erasure->page, fault);
}

static bool erase_page(struct change *change, struct erasure *erasure, struct fault *fault)
{
    if (!document_store_lock(change->tx, true, fault) ||
        !document_store_erase_page_of_person(change->tx, &change->caller->tenant_id,
                                             &erasure->query.person, &erasure->page, fault) ||
        !document_store_read_latest_tx(change->tx, &erasure->tx, fault))
        return false;
    if (erasure->page > 0)
        change_audit(change, "document.erase", "erasure", &erasure->id, erasure->pages + 1);
    /* Also without documents: the feed may have deleted them, but the lexicon has their words. */
    return document_store_increment_erasure_count(change->tx, &change->caller->tenant_id, fault);
}

static bool count_all_or_erase_page(struct change *change, void *arg, struct http_response *res,
                                    struct fault *fault)
{
    struct erasure *erasure = arg;
    char at[NOW_RFC3339_LEN + 1];

    if (!(change->dry_run ? count_documents_to_erase : erase_page)(change, erasure, fault))
        return false;
    const int64_t erased = erasure->erased + erasure->page;
    now_format_rfc3339(change->now_us, at);
    buf_printf(&res->body, "{\"at\":\"%s\",\"erased\":{\"document\":%lld}}", at, (long long)erased);
    http_reply_json(res, HTTP_OK);
    return true;
}

/* Removes all query parameters but dry_run, the only one that api_change() accepts. */
static void remove_parameters_but_dry_run(struct http_request *req)
{
    size_t count = 0;

    for (size_t i = 0; i < req->query_count; i++)
        if (slice_equal(req->query[i].name, SLICE("dry_run")))
            req->query[count++] = req->query[i];
    req->query_count = count;
}

static enum http_status reply_erasure_unfinished(const struct http_request *req,
                                                 struct http_response *res,
                                                 const struct erasure *erasure,
                                                 const char *what_is_left)
{
    struct fault fault;

    buf_clear(&res->body);
    fault_set(&fault, FAULT_UNAVAILABLE, "erasure_unfinished",
              "%s of the person are left; ask again, and it goes on.", what_is_left);
    fault.members =
        arena_printf(req->arena, "\"erased\":{\"document\":%lld}", (long long)erasure->erased);
    return http_reply_fault(req, res, &fault);
}

static enum http_status erase_pages_until(struct upload_limits *limits,
                                          const struct http_request *req, struct http_response *res,
                                          struct erasure *erasure, int64_t until_ns)
{
    const struct arena_mark mark = arena_mark(req->arena);
    const struct field_list nothing = {NULL, 0};
    const size_t header_count = res->header_count;

    for (;;) {
        buf_clear(&res->body);
        arena_put_back(req->arena, &mark);
        erasure->page = 0;
        const enum http_status status = upload_make_terms_and_change(
            limits, req, res, &nothing, count_all_or_erase_page, erasure);
        if (status == HTTP_UNAVAILABLE && erasure->erased > 0) {
            res->header_count = header_count; /* without Retry-After of the page's fault */
            return reply_erasure_unfinished(req, res, erasure, "Documents");
        }
        if (status != HTTP_OK || erasure->query.dry_run)
            return status;
        erasure->erased += erasure->page;
        if (erasure->page < DOCUMENTS_ERASED_MAX)
            return status;
        erasure->pages++;
        if (now_mono_ns() >= until_ns)
            return reply_erasure_unfinished(req, res, erasure, "Documents");
    }
}

/* Erases the documents, and waits until the index has deleted their vectors too. */
static enum http_status erase_documents_and_vectors(struct search_app *app,
                                                    const struct http_request *req,
                                                    struct http_response *res,
                                                    struct erasure *erasure)
{
    const int64_t until_ns = now_mono_ns() + ERASE_MS * NS_PER_MS;
    const enum http_status status = erase_pages_until(app->uploads, req, res, erasure, until_ns);

    if (status != HTTP_OK || erasure->query.dry_run || app->synchroniser == NULL ||
        synchroniser_wait_for_tx(app->synchroniser, erasure->tx, until_ns + INDEX_MS * NS_PER_MS))
        return status;
    return reply_erasure_unfinished(req, res, erasure, "Vectors");
}

enum http_status delete_documents(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    struct search_app *app = data;
    struct http_request rest = *req;
    struct erasure erasure = {.id = uuid_make()};
    struct fault fault;

    fields_clear(&query, &erasure.query);
    if (!http_request_query(req, &query, &erasure.query, &fault))
        return http_reply_fault(req, res, &fault);
    remove_parameters_but_dry_run(&rest);
    return erase_documents_and_vectors(app, &rest, res, &erasure);
}
