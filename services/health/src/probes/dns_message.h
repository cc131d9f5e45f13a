// SPDX-License-Identifier: MIT
/* Messages of DNS (RFC 1035): writes a question, reads an answer that nobody vouches for. Pure. */
#pragma once

#include <stdint.h>

#include "base/arena.h"

enum {
    DNS_QUERY_MAX = 12 + 255 + 4 + 11, /* head, name, type and class, EDNS */
    DNS_ANSWER_MAX = 1232,             /* bytes of an answer that are asked for (RFC 6891) */
    DNS_RECORDS_MAX = 32
};

enum dns_type { DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28 };

struct dns_question {
    uint16_t id;
    enum dns_type type;
    const char *name; /* with or without a point at the end */
};

struct dns_answer {
    int rcode;      /* 0: the name is there; 3: it is not; else the server failed */
    bool truncated; /* there are more records than came */
    struct slice records[DNS_RECORDS_MAX]; /* of the type asked for, in the arena */
    size_t count;
    size_t left_out; /* records beyond DNS_RECORDS_MAX */
};

/* "A" and so on. False: it is none of those. */
bool dns_type_read(const char *word, enum dns_type *out) MUST_CHECK;

/* Bytes written, 0: the name cannot be asked for (RFC 1035, 2.3.4). */
size_t dns_question_write(const struct dns_question *question,
                          uint8_t out[DNS_QUERY_MAX]) MUST_CHECK;

enum dns_answer_kind {
    DNS_ANSWER_OK,
    DNS_ANSWER_IGNORED,  /* no answer to this question: wait on */
    DNS_ANSWER_MALFORMED /* an answer to it that cannot be read */
};
/* Records as people write them: "10.0.0.1", "2001:db8::1", "10 mail.example", a text's pieces in
 * one; names in small letters without the point at the end. `out` is set when DNS_ANSWER_OK is
 * given. */
enum dns_answer_kind dns_answer_read(const struct dns_question *question, const uint8_t *data,
                                     size_t len, struct arena *arena, struct dns_answer *out);
