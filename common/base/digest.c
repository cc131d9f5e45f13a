// SPDX-License-Identifier: MIT
/* SHA-256 uses libcrypto's older functions, whose state is on the stack. The newer ones (EVP)
 * allocate memory for each hash, and a key must be checked even when memory is short. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

enum { LANES_LEN = 32 };

#define CRC32_POLYNOMIAL UINT32_C(0xedb88320) /* reflected */

/* Without hashes and random bytes no key can be checked and no id made: the process ends. */
static _Noreturn void die(const char *what)
{
    fprintf(stderr, "fatal: %s failed\n", what);
    __builtin_trap();
}

void digest_sha256(struct slice data, uint8_t out[DIGEST_SHA256_LEN])
{
    SHA256_CTX context;

    if (SHA256_Init(&context) != 1 || SHA256_Update(&context, data.at, data.len) != 1 ||
        SHA256_Final(out, &context) != 1)
        die("SHA-256 of libcrypto");
}

__extension__ typedef unsigned __int128 wide;

#define FIRST  UINT64_C(0xa0761d6478bd642f)
#define SECOND UINT64_C(0xe7037ed1a0b428db)

/* The two halves of the 128-bit product, folded: every input bit reaches every output bit. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t mix(uint64_t hash, const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return fold(hash ^ word, FIRST) + word;
}

/* A multiplication takes four cycles, but the CPU starts one in each cycle. So four run side by
 * side and are folded into one at the end. */
static uint64_t mix_lanes(uint64_t hash, struct slice data)
{
    uint64_t a = hash, b = hash ^ FIRST, c = hash ^ SECOND, d = ~hash;

    for (const char *at = data.at; at < data.at + data.len; at += LANES_LEN) {
        a = mix(a, at);
        b = mix(b, at + 8);
        c = mix(c, at + 16);
        d = mix(d, at + 24);
    }
    return fold(a ^ SECOND, b) ^ fold(c ^ FIRST, d);
}

uint64_t digest_fast64(struct slice data)
{
    uint64_t hash = fold(data.len ^ FIRST, SECOND);
    uint64_t word = 0;
    size_t i = data.len - data.len % LANES_LEN;

    if (i > 0)
        hash = mix_lanes(hash, (struct slice){data.at, i});
    for (; data.len - i >= 8; i += 8)
        hash = mix(hash, data.at + i);
    if (i < data.len)
        memcpy(&word, data.at + i, data.len - i);
    return fold(hash ^ word ^ SECOND, FIRST ^ hash);
}

uint32_t digest_crc32(struct slice data)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < data.len; i++) {
        crc ^= (uint8_t)data.at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? CRC32_POLYNOMIAL : 0);
    }
    return ~crc;
}

void digest_random(void *out, size_t len)
{
    uint8_t *at = out;

    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            die("getrandom");
        at += got;
        len -= (size_t)got;
    }
}

bool digest_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void digest_hex(const uint8_t *data, size_t len, char *out)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        *out++ = hex[data[i] >> 4];
        *out++ = hex[data[i] & 15];
    }
    *out = '\0';
}
