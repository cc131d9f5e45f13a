// SPDX-License-Identifier: MIT
/* libcrypto's set-up costs more than the hashing of a key, so one context a thread is kept. */
#include "base/digest.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

struct hasher {
    EVP_MD_CTX *context;
    EVP_MD *sha256;
};

static __thread struct hasher *own_hasher;
static pthread_once_t hasher_once = PTHREAD_ONCE_INIT;
static pthread_key_t hasher_key;

/* Without hashes and random bytes no key can be checked and no id made: nothing is safe then. */
static _Noreturn void die(const char *what)
{
    fprintf(stderr, "fatal: %s failed\n", what);
    __builtin_trap();
}

static void hasher_destroy(void *data)
{
    struct hasher *hasher = data;

    EVP_MD_CTX_free(hasher->context);
    EVP_MD_free(hasher->sha256);
    free(hasher);
}

static void hasher_key_create(void)
{
    if (pthread_key_create(&hasher_key, hasher_destroy) != 0)
        die("pthread_key_create");
}

static struct hasher *hasher_get(void)
{
    struct hasher *hasher;

    if (own_hasher != NULL)
        return own_hasher;
    pthread_once(&hasher_once, hasher_key_create);
    hasher = calloc(1, sizeof(*hasher));
    if (hasher == NULL)
        die("memory for SHA-256");
    hasher->context = EVP_MD_CTX_new();
    hasher->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (hasher->context == NULL || hasher->sha256 == NULL)
        die("SHA-256 of libcrypto");
    pthread_setspecific(hasher_key, hasher);
    own_hasher = hasher;
    return hasher;
}

void digest_sha256(struct slice data, uint8_t out[DIGEST_SHA256_LEN])
{
    struct hasher *hasher = hasher_get();

    if (EVP_DigestInit_ex2(hasher->context, hasher->sha256, NULL) != 1 ||
        EVP_DigestUpdate(hasher->context, data.at, data.len) != 1 ||
        EVP_DigestFinal_ex(hasher->context, out, NULL) != 1)
        die("SHA-256 of libcrypto");
}

void digest_hmac_sha256(struct slice key, struct slice data, uint8_t out[DIGEST_SHA256_LEN])
{
    const unsigned char *bytes = (const unsigned char *)(data.at != NULL ? data.at : "");

    if (HMAC(EVP_sha256(), key.at != NULL ? key.at : "", (int)key.len, bytes, data.len, out,
             NULL) == NULL)
        die("HMAC of libcrypto");
}

__extension__ typedef unsigned __int128 wide;

/* The two halves of the 128-bit product, folded: every input bit reaches every output bit. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t digest_fast64(struct slice data)
{
    static const uint64_t first = UINT64_C(0xa0761d6478bd642f);
    static const uint64_t second = UINT64_C(0xe7037ed1a0b428db);
    uint64_t hash = fold(data.len ^ first, second);
    uint64_t word = 0;
    size_t i = 0;

    for (; data.len - i >= 8; i += 8) {
        memcpy(&word, data.at + i, 8);
        hash = fold(hash ^ word, first) + word;
    }
    word = 0;
    if (i < data.len)
        memcpy(&word, data.at + i, data.len - i);
    return fold(hash ^ word ^ second, first ^ hash);
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
