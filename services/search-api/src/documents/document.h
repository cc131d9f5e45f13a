// SPDX-License-Identifier: MIT
/* A document: a message that can be found. */
#pragma once

#include "base/arena.h"
#include "base/uuid.h"
#include "loop/work.h"

enum {
    DOCUMENT_ID_MAX = 200,
    DOCUMENT_POINTS_MAX = 4096, /* of a text that a program sends */
    DOCUMENT_TEXT_MAX = 16384,  /* bytes of any text */
    DOCUMENTS_MAX = 500,        /* written at once */
    DOCUMENT_AHEAD_S = 86400    /* sent_at of a program may be so far prefetch: clocks differ */
};

/* In the order of document_source_names. */
enum document_source { DOCUMENT_OF_GATEWAY, DOCUMENT_OF_API };
extern const char *const document_source_names[];

struct document {
    struct uuid tenant_id;
    struct slice id;  /* 1 to DOCUMENT_ID_MAX visible ASCII characters, unique in the tenant */
    int64_t version;  /* the source's, 0 and above */
    struct slice bot; /* absent: not said in a bot */
    int64_t chat_id;  /* FIELD_ABSENT: in no chat */
    int64_t user_id;  /* FIELD_ABSENT: of nobody */
    int language;     /* -1: not known */
    struct slice text;
    int64_t sent_at;
    /* Made of the text by documents_read(): */
    int64_t length;     /* in words, at most INT16_MAX */
    struct slice terms; /* a literal of PostgreSQL's type tsvector */
};

/* Sets `length` and `terms` of each, in a thread of `work`; their text goes into the arena. At most
 * DOCUMENTS_MAX with WORDS_BATCH_BYTES_MAX (text/words_batch.h). In a fiber. */
bool documents_read(struct work *work, struct document *list, size_t count, struct arena *arena,
                    struct fault *fault) MUST_CHECK;
