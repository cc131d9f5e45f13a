// SPDX-License-Identifier: MIT
/* A document: a searchable message. */
#pragma once

#include "base/arena.h"
#include "base/uuid.h"
#include "loop/work.h"

enum {
    DOCUMENT_ID_MAX = 200,      /* bytes */
    DOCUMENT_POINTS_MAX = 4096, /* code points of the text in an upload */
    DOCUMENT_TEXT_MAX = 16384,  /* bytes of any text */
    DOCUMENTS_MAX = 500,        /* documents in one write */
    DOCUMENT_FUTURE_S = 86400   /* how far `sent_at` of an upload may be in the future, because
                                 * clocks differ */
};

/* Where a document came from, in the order of document_source_names. */
enum document_source { DOCUMENT_OF_GATEWAY, DOCUMENT_OF_API };
extern const char *const document_source_names[];

struct document {
    struct uuid tenant_id;
    struct slice id;  /* 1 to DOCUMENT_ID_MAX visible ASCII characters, unique in the tenant */
    int64_t version;  /* assigned by the source, 0 or higher */
    struct slice bot; /* absent: not sent through a bot */
    int64_t chat_id;  /* FIELD_ABSENT: no chat */
    int64_t user_id;  /* FIELD_ABSENT: no author */
    int language;     /* -1: unknown */
    struct slice text;
    int64_t sent_at;
    /* Set by document_make_terms(): */
    int64_t length;     /* in words, at most INT16_MAX */
    struct slice terms; /* a literal of PostgreSQL's type tsvector */
};

/* Sets `length` and `terms` of each document; `terms` are in the arena. The work is done in a
 * thread of `work`. At most DOCUMENTS_MAX documents with WORDS_BATCH_BYTES_MAX of text
 * (text/words_batch.h). Must run in a fiber. */
bool document_make_terms(struct work *work, struct document *list, size_t count,
                         struct arena *arena, struct fault *fault) MUST_CHECK;
