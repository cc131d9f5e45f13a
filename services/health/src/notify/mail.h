// SPDX-License-Identifier: MIT
/* Writes an e-mail as plain text in UTF-8: RFC 5322, MIME (RFC 2045, 2047). Pure.
 *
 * No text can inject a header line: addresses are checked, the subject is encoded. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum {
    MAIL_ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3 */
    MAIL_TO_MAX = 16
};

struct mail {
    const char *from; /* this and `to` must satisfy mail_address_is_valid() */
    const char (*to)[MAIL_ADDRESS_MAX + 1];
    size_t to_count;
    struct slice subject; /* UTF-8 */
    struct slice body;    /* UTF-8 */
    int64_t at_us;
    /* The part of the Message-ID before its '@': letters, digits, '-' and '.'. A repeated e-mail
     * has the same id, so that mailboxes recognise the repetition. */
    const char *id;
    const char *reply_to; /* `id` of the first e-mail of the thread; NULL: this is the first */
};

/* True for local@domain of ASCII characters that RFC 5321 allows without quotes and literals, at
 * most MAIL_ADDRESS_MAX bytes. The place of dots and hyphens is checked only at the beginning of
 * each part. */
bool mail_address_is_valid(struct slice address);
void mail_write(const struct mail *mail, struct buf *out);
