// SPDX-License-Identifier: MIT
/* DNS messages (RFC 1035): writes a question, reads an untrusted answer. Pure. */
#pragma once

#include <stdint.h>

#include "base/arena.h"

enum {
    DNS_QUERY_MAX = 12 + 255 + 4 + 11, /* header, name, type and class, EDNS */
    DNS_ANSWER_MAX = 1232,             /* the announced maximum of an answer (RFC 6891) */
    DNS_RECORDS_MAX = 32
};

enum dns_type { DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28 };

struct dns_question {
    uint16_t id;
    enum dns_type type;
    const char *name; /* with or without a trailing dot */
};

struct dns_answer {
    int rcode;      /* 0: the name exists; 3: it does not; else the server failed */
    bool truncated; /* the answer does not contain all records */
    struct slice records[DNS_RECORDS_MAX]; /* of the requested type, in the arena */
    size_t count;
    size_t left_out; /* records beyond DNS_RECORDS_MAX */
};

/* "A" and so on. False: none of those. */
bool dns_type_read(const char *word, enum dns_type *out) MUST_CHECK;

/* Bytes written; 0: the name is invalid (RFC 1035, 2.3.4). */
size_t dns_question_write(const struct dns_question *question,
                          uint8_t out[DNS_QUERY_MAX]) MUST_CHECK;

enum dns_answer_kind {
    DNS_ANSWER_OK,
    DNS_ANSWER_IGNORED,  /* not an answer to this question: wait on */
    DNS_ANSWER_MALFORMED /* an answer to it that cannot be parsed */
};
/* Records are formatted as "10.0.0.1", "2001:db8::1", "10 mail.example"; the strings of a text are
 * concatenated; names are in lower case without the trailing dot. `out` is set if DNS_ANSWER_OK is
 * returned. */
enum dns_answer_kind dns_answer_read(const struct dns_question *question, const uint8_t *data,
                                     size_t len, struct arena *arena, struct dns_answer *out);
