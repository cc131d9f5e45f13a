// SPDX-License-Identifier: MIT
/* Writes uploaded documents. The documents of a JSON body are written in one change, those of an
 * NDJSON stream in batches, each in its own transaction. */
#pragma once

#include "api/change.h"
#include "api/service.h"

#include "documents/document.h"
#include "jobs/quota.h"
#include "jobs/semaphore.h"

enum {
    UPLOADS_MAX = 4,                /* concurrent streams; further streams are refused */
    UPLOADS_PER_TENANT = 3,         /* concurrent streams of one tenant */
    UPLOAD_SLOTS = 4,               /* concurrent changes; others wait */
    UPLOAD_BODY_MAX = 1 << 30,      /* bytes of a stream */
    UPLOAD_LINE_MS = 10 * 1000,     /* the longest wait for the next line */
    UPLOAD_BATCH_MS = 20 * 1000,    /* the longest write of a batch */
    UPLOAD_MS = 2 * 60 * 60 * 1000, /* the longest stream */
    UPLOAD_REFUSED_MAX = 32         /* rejected lines listed in the answer */
};

/* The limits of concurrent streams and changes, and of the number of uploaded documents per tenant.
 */
struct upload_limits {
    struct service *service; /* borrowed */
    int64_t documents_max;   /* the most documents of a tenant */
    struct quota streams;
    struct semaphore changes;
};
void upload_limits_init(struct upload_limits *limits, struct service *service,
                        int64_t documents_max);

/* Makes the terms of the documents of `documents` (struct document), then calls api_change() with
 * `act` and `arg`. Holds a slot of the semaphore of changes until the end, because changes share
 * threads and a few connections with the consumers of feeds, and tenants take turns. If the wait
 * for a slot is too long, the answer is "overloaded". */
enum http_status upload_make_terms_and_change(struct upload_limits *limits,
                                              const struct http_request *req,
                                              struct http_response *res,
                                              const struct field_list *documents,
                                              api_change_fn *act, void *arg);

/* Writes documents of the caller's tenant. Requires document_make_terms(). FAULT_INVALID
 * "too_many_documents": documents were added, and the tenant would exceed `documents_max`. */
bool upload_write_documents(const struct upload_limits *limits, struct change *change,
                            const struct document *list, size_t count, int64_t *written,
                            struct fault *fault) MUST_CHECK;

/* Answers a request with an NDJSON body: each line is a document, written in batches of several
 * hundred while the kernel buffers the input. Invalid lines are reported and skipped. After a
 * fault, batches already written stay. */
enum http_status upload_receive_stream(struct upload_limits *limits, const struct http_request *req,
                                       struct http_response *res);

/* Writes the answer to an upload. `refused_lines` is a JSON list of rejected lines, without
 * brackets, `further_refused` the number of further rejected lines. */
void upload_write_answer(struct http_response *res, int64_t indexed, int64_t unchanged,
                         struct slice refused_lines, int64_t further_refused);
