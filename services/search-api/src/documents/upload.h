// SPDX-License-Identifier: MIT
/* Documents of programs are written: those of a JSON body in the change that the request is, those
 * of an NDJSON stream in batches, each a change of its own. */
#pragma once

#include "api/change.h"
#include "api/service.h"

#include "documents/document.h"
#include "jobs/semaphore.h"

enum {
    UPLOADS_MAX = 4,                /* streams under way; more are refused */
    UPLOADS_PER_TENANT = 3,         /* of them, for one tenant */
    UPLOAD_SLOTS = 4,               /* changes under way; others wait */
    UPLOAD_BODY_MAX = 1 << 30,      /* bytes of a stream */
    UPLOAD_LINE_MS = 10 * 1000,     /* until the next line has come */
    UPLOAD_BATCH_MS = 20 * 1000,    /* until a batch is written */
    UPLOAD_MS = 2 * 60 * 60 * 1000, /* of a stream */
    UPLOAD_REFUSED_MAX = 32         /* refused lines that are told */
};

/* Streams and changes under way. A tenant may have so many documents of programs. `service` is
 * borrowed; returns new. */
struct upload_limits;
struct upload_limits *upload_limits_create(struct service *service, int64_t documents_max,
                                           struct fault *fault) MUST_CHECK;
void upload_limits_destroy(struct upload_limits *semaphore); /* takes NULL */
/* Where changes wait. Borrowed. */
struct semaphore *upload_semaphore(struct upload_limits *semaphore);

/* documents_read() of the list, then api_change(), at the semaphore, where tenants take turns: all
 * changes share threads and few connections with the message_consumer of all tenants. "overloaded"
 * is the reply to who has waited too long. */
struct upload_list {
    struct document *items;
    size_t count;
};
enum http_status upload_change(struct upload_limits *semaphore, const struct http_request *req,
                               struct http_response *res, const struct upload_list *list,
                               api_change_fn *act, void *arg);

/* Writes documents of the caller's tenant, which documents_read() has read. Where there would be
 * more of them than there may be, and more than before: FAULT_INVALID "too_many_documents". */
bool upload_write(const struct upload_limits *semaphore, struct change *change,
                  const struct document *list, size_t count, int64_t *written,
                  struct fault *fault) MUST_CHECK;

/* Answers a request whose body is NDJSON: each line a document, written once some hundred have
 * come, while the kernel keeps what comes next. A line that cannot be written is told and passed
 * over. On a fault, what was written before stays. */
enum http_status upload_run(struct upload_limits *semaphore, const struct http_request *req,
                            struct http_response *res);

/* What became of documents: the answer of both. */
void upload_report(struct http_response *res, int64_t indexed, int64_t unchanged);
