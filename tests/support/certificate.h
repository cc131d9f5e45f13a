// SPDX-License-Identifier: MIT
/* Certificates for tests, good and bad ones. */
#pragma once

#include <stdbool.h>

struct certificate {
    const char *name;        /* CN and DNS name: "localhost" */
    int from_day, until_day; /* from today: -1 yesterday */
    const char *issuer;      /* path without ".pem" of the issuer's; NULL: its own */
};

/* Writes `path`.pem (the certificate) and `path`.key, for EC P-256. Both are unlinked by
 * certificate_drop(). */
bool certificate_make(const struct certificate *certificate, const char *path);
void certificate_drop(const char *path);
