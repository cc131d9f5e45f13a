// SPDX-License-Identifier: MIT
/* Reads the answer of a name server, an untrusted DNS message (RFC 1035). Pure. */
#pragma once

#include <arpa/nameser.h>

#include "base/arena.h"

enum { DNS_RECORDS_MAX = 32 };

struct dns_answer {
    int rcode;      /* 0: the name exists; 3: it does not exist; others: the server failed */
    bool truncated; /* `records` does not contain all records */
    struct slice records[DNS_RECORDS_MAX]; /* records of the requested type, in the arena */
    size_t count;
};

/* Reads "A", "AAAA", "CNAME", "MX", "NS" or "TXT". False: another word. */
bool dns_type_read(const char *word, ns_type *out) MUST_CHECK;

/* Parses an answer. Records are formatted as "10.0.0.1", "2001:db8::1", "10 mail.example"; the
 * strings of a text are concatenated; names are in lower case without the trailing dot. False: it
 * is malformed. */
bool dns_answer_read(const unsigned char *data, size_t len, ns_type type, struct arena *arena,
                     struct dns_answer *out) MUST_CHECK;
