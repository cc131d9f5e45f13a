// SPDX-License-Identifier: MIT
/* SHA-256, two checksums and random bytes; libcrypto is named nowhere else. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { DIGEST_SHA256_LEN = 32 };

/* RFC 6234 SHA-256; no allocation. */
void digest_sha256(struct slice data, uint8_t out[DIGEST_SHA256_LEN]);

/* 64 bits that differ when the data differ, fast, not against an adversary: ETags, hash tables. */
uint64_t digest_fast64(struct slice data);

/* CRC-32 (ISO-HDLC, as zlib's), by table. */
uint32_t digest_crc32(struct slice data);

/* From the kernel's generator; ends the process when that fails, since nothing is safe then. */
void digest_random(void *out, size_t len);

/* The same bytes, in time that does not depend on where they differ. */
bool digest_equal(const void *a, const void *b, size_t len);

void digest_hex(const uint8_t *data, size_t len, char *out /* 2 * len + 1 */);
