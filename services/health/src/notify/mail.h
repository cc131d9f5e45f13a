// SPDX-License-Identifier: MIT
/* An e-mail as it goes over the wire: RFC 5322, MIME (RFC 2045, 2047). Plain text in UTF-8. Pure.
 *
 * No text can begin a line of the header: addresses are checked, the subject is encoded. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum {
    MAIL_ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3 */
    MAIL_TO_MAX = 16
};

struct mail {
    const char *from; /* addresses: mail_address_ok() */
    const char (*to)[MAIL_ADDRESS_MAX + 1];
    size_t to_count;
    struct slice subject; /* UTF-8 */
    struct slice body;    /* UTF-8 */
    int64_t at_us;
    /* Of the id, before its '@': letters, digits, '-' and '.'. A mail that is sent twice has one
     * id, by which mailboxes know it. */
    const char *id;
    const char *reply_to; /* so too, of the mail that this one follows; NULL: none */
};

/* local@domain of RFC 5321 in ASCII, without quotes and literals. */
bool mail_address_ok(struct slice address);
void mail_write(const struct mail *mail, struct buf *out);
