// SPDX-License-Identifier: MIT
/* Documents of programs are written: those of a JSON body in the change that the request is, those
 * of an NDJSON stream in batches, each a change of its own. */
#pragma once

#include "api/change.h"
#include "api/service.h"

#include "documents/document.h"
#include "jobs/desk.h"

enum {
    LOADS_MAX = 4,                /* streams under way; more are refused */
    LOADS_OF_ONE = 3,             /* of them, for one tenant */
    LOAD_SEATS = 4,               /* changes under way; others wait */
    LOAD_BODY_MAX = 1 << 30,      /* bytes of a stream */
    LOAD_LINE_MS = 10 * 1000,     /* until the next line has come */
    LOAD_BATCH_MS = 20 * 1000,    /* until a batch is written */
    LOAD_MS = 2 * 60 * 60 * 1000, /* of a stream */
    LOAD_REFUSED_MAX = 32         /* refused lines that are told */
};

/* Streams and changes under way. A tenant may have so many documents of programs. `service` is
 * borrowed; returns new. */
struct loading_desk;
struct loading_desk *loading_desk_create(struct service *service, int64_t documents_max,
                                         struct fault *fault) MUST_CHECK;
void loading_desk_destroy(struct loading_desk *desk); /* takes NULL */
/* Where changes wait. Borrowed. */
struct desk *loading_seats(struct loading_desk *desk);

/* documents_read() of the list, then api_change(), at the desk, where tenants take turns: all
 * changes share threads and few connections with the feeder of all tenants. "overloaded" is the
 * reply to who has waited too long. */
struct loading_list {
    struct document *items;
    size_t count;
};
enum http_status loading_change(struct loading_desk *desk, const struct http_request *req,
                                struct http_response *res, const struct loading_list *list,
                                api_change_fn *act, void *arg);

/* Writes documents of the caller's tenant, which documents_read() has read. Where there would be
 * more of them than there may be, and more than before: FAULT_INVALID "too_many_documents". */
bool loading_write(const struct loading_desk *desk, struct change *change,
                   const struct document *list, size_t count, int64_t *written,
                   struct fault *fault) MUST_CHECK;

/* Answers a request whose body is NDJSON: each line a document, written once some hundred have
 * come, while the kernel keeps what comes next. A line that cannot be written is told and passed
 * over. On a fault, what was written before stays. */
enum http_status loading_run(struct loading_desk *desk, const struct http_request *req,
                             struct http_response *res);

/* What became of documents: the answer of both. */
void loading_tell(struct http_response *res, int64_t indexed, int64_t unchanged);
