// SPDX-License-Identifier: MIT
/* SHA-256, HMAC, two checksums, random bytes, and bytes as text. No other file uses libcrypto. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { DIGEST_SHA256_LEN = 32 };

/* RFC 6234 SHA-256; no allocation. */
void digest_sha256(struct slice data, uint8_t out[DIGEST_SHA256_LEN]);

/* RFC 2104 HMAC with SHA-256; the key may have any length. Allocates no memory. Compare results
 * with digest_equal(). */
void digest_hmac_sha256(struct slice key, struct slice data, uint8_t out[DIGEST_SHA256_LEN]);

/* A fast 64-bit hash for ETags and hash tables; an adversary can make it collide. */
uint64_t digest_fast64(struct slice data);

/* CRC-32 (ISO-HDLC, as in zlib). Slow: it computes bit by bit, for short texts. */
uint32_t digest_crc32(struct slice data);

/* The digits of Crockford's base32, which omits letters that look alike. */
#define DIGEST_BASE32 "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
/* Writes a code for people: `len` random digits and a NUL. */
void digest_base32_random(char *out, size_t len);
/* Writes the code of `len` digits that a person has typed, and a NUL: ignores case, spaces and
 * dashes, reads I and L as 1 and O as 0. False if `typed` is no such code; `out` is then
 * untouched. */
bool digest_base32_read(struct slice typed, char *out, size_t len) MUST_CHECK;

/* Random bytes from the kernel. If the kernel cannot provide them, the process ends. */
void digest_random(void *out, size_t len);
uint32_t digest_random_number(void);
/* Writes `len` characters of `alphabet` and a NUL. Each is drawn alone and equally likely. */
void digest_random_text(const char *alphabet, char *out, size_t len);

/* Whether the bytes are equal. The time does not depend on the position of a difference. */
bool digest_equal(const void *a, const void *b, size_t len);

void digest_hex(const uint8_t *data, size_t len, char *out /* has 2 * len + 1 bytes */);

/* Variants of base64 (RFC 4648): DIGEST_BASE64 of section 4 is padded with '='. DIGEST_BASE64_URL
 * of section 5 has no padding, and its 64 characters need no escaping in URLs and in the payload of
 * a Telegram deep link. */
enum digest_base64 { DIGEST_BASE64, DIGEST_BASE64_URL };
#define DIGEST_BASE64_LEN(bytes) (((bytes) + 2) / 3 * 4) /* maximum length, without the NUL */

/* Writes text and a NUL into DIGEST_BASE64_LEN(data.len) + 1 bytes. Returns the text's length. */
size_t digest_base64_encode(enum digest_base64 kind, struct slice data, char *out);

/* Accepts only text that digest_base64_encode() can write: no spaces, no line breaks, no other
 * padding, no bits after the last byte. False if the text is different or if the bytes do not fit
 * `out_size`; `out` and `len` are then untouched. */
bool digest_base64_decode(enum digest_base64 kind, struct slice text, void *out, size_t out_size,
                          size_t *len) MUST_CHECK;
