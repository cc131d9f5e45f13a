// SPDX-License-Identifier: MIT
/* SHA-256, two checksums and random bytes. No other file uses libcrypto. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { DIGEST_SHA256_LEN = 32 };

/* RFC 6234 SHA-256; no allocation. */
void digest_sha256(struct slice data, uint8_t out[DIGEST_SHA256_LEN]);

/* A fast 64-bit hash for ETags and hash tables; an adversary can make it collide. */
uint64_t digest_fast64(struct slice data);

/* CRC-32 (ISO-HDLC, as zlib's); bit by bit, for short texts. */
uint32_t digest_crc32(struct slice data);

/* From the kernel's generator. When that fails, the process ends. */
void digest_random(void *out, size_t len);

/* True when the bytes are equal. The time does not depend on where they differ. */
bool digest_equal(const void *a, const void *b, size_t len);

void digest_hex(const uint8_t *data, size_t len, char *out /* 2 * len + 1 */);
