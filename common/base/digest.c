// SPDX-License-Identifier: MIT
/* Hashes and random bytes. SHA-256 uses libcrypto's older functions, whose state is on the stack.
 * The newer ones (EVP) allocate memory, but a key must be checked even if memory is short. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/ascii.h"

enum { LANES_LEN = 32, SHA256_BLOCK = 64 };

#define CRC32_POLYNOMIAL UINT32_C(0xedb88320) /* with its bits reflected */

/* Ends the process: without hashes and random bytes it can neither check keys nor make ids. */
static _Noreturn void die(const char *what)
{
    fprintf(stderr, "fatal: %s failed\n", what);
    __builtin_trap();
}

static void sha256_of_two(struct slice first, struct slice second, uint8_t out[DIGEST_SHA256_LEN])
{
    SHA256_CTX context;

    if (SHA256_Init(&context) != 1 || SHA256_Update(&context, first.at, first.len) != 1 ||
        SHA256_Update(&context, second.at, second.len) != 1 || SHA256_Final(out, &context) != 1)
        die("SHA-256 of libcrypto");
}

void digest_sha256(struct slice data, uint8_t out[DIGEST_SHA256_LEN])
{
    sha256_of_two(data, SLICE_NONE, out);
}

/* RFC 2104: H(K XOR opad, H(K XOR ipad, data)). */
void digest_hmac_sha256(struct slice key, struct slice data, uint8_t out[DIGEST_SHA256_LEN])
{
    uint8_t inner[SHA256_BLOCK] = {0}, outer[SHA256_BLOCK];
    uint8_t hash[DIGEST_SHA256_LEN];

    if (key.len > SHA256_BLOCK)
        digest_sha256(key, inner);
    else if (key.len > 0)
        memcpy(inner, key.at, key.len);
    for (int i = 0; i < SHA256_BLOCK; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    sha256_of_two((struct slice){(const char *)inner, sizeof inner}, data, hash);
    sha256_of_two((struct slice){(const char *)outer, sizeof outer},
                  (struct slice){(const char *)hash, sizeof hash}, out);
}

__extension__ typedef unsigned __int128 wide;

#define FIRST  UINT64_C(0xa0761d6478bd642f)
#define SECOND UINT64_C(0xe7037ed1a0b428db)

/* Multiplies and combines both halves of the 128-bit product, so every input bit reaches every
 * output bit. */
static uint64_t fold_product(uint64_t a, uint64_t b)
{
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t mix_word(uint64_t hash, const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return fold_product(hash ^ word, FIRST) + word;
}

/* A multiplication takes four cycles, but the CPU can start one in each cycle. So four chains of
 * multiplications run in parallel, and their results are combined at the end. */
static uint64_t mix_lanes(uint64_t hash, struct slice data)
{
    uint64_t a = hash, b = hash ^ FIRST, c = hash ^ SECOND, d = ~hash;

    for (const char *at = data.at; at < data.at + data.len; at += LANES_LEN) {
        a = mix_word(a, at);
        b = mix_word(b, at + 8);
        c = mix_word(c, at + 16);
        d = mix_word(d, at + 24);
    }
    return fold_product(a ^ SECOND, b) ^ fold_product(c ^ FIRST, d);
}

uint64_t digest_fast64(struct slice data)
{
    uint64_t hash = fold_product(data.len ^ FIRST, SECOND);
    uint64_t word = 0;
    size_t i = data.len - data.len % LANES_LEN;

    if (i > 0)
        hash = mix_lanes(hash, (struct slice){data.at, i});
    for (; data.len - i >= 8; i += 8)
        hash = mix_word(hash, data.at + i);
    if (i < data.len)
        memcpy(&word, data.at + i, data.len - i);
    return fold_product(hash ^ word ^ SECOND, FIRST ^ hash);
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

uint32_t digest_random_number(void)
{
    uint32_t number;

    digest_random(&number, sizeof number);
    return number;
}

void digest_random_text(const char *alphabet, char *out, size_t len)
{
    const size_t count = strlen(alphabet);
    const size_t fair = 256 - 256 % count; /* later bytes would prefer the first characters */

    for (size_t i = 0; i < len;) {
        uint8_t byte;

        digest_random(&byte, sizeof byte);
        if (byte < fair)
            out[i++] = alphabet[byte % count];
    }
    out[len] = '\0';
}

void digest_base32_random(char *out, size_t len)
{
    digest_random_text(DIGEST_BASE32, out, len);
}

/* The base32 digit that a typed character stands for; 0 if it stands for none. */
static char normalize_base32_digit(char c)
{
    if (ascii_is_lower(c))
        c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L')
        return '1';
    if (c == 'O')
        return '0';
    if (c == '\0' || strchr(DIGEST_BASE32, c) == NULL)
        return '\0';
    return c;
}

bool digest_base32_read(struct slice typed, char *out, size_t len)
{
    enum { CODE_MAX = 16 };
    char code[CODE_MAX + 1] = "";
    size_t count = 0;

    for (size_t i = 0; i < typed.len; i++) {
        const char c = typed.at[i];
        if (c == ' ' || c == '-')
            continue;
        if (count == len || count == CODE_MAX || normalize_base32_digit(c) == '\0')
            return false;
        code[count++] = normalize_base32_digit(c);
    }
    if (count != len)
        return false;
    memcpy(out, code, len + 1);
    return true;
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

/* The last two of the 64 characters, which differ between the two kinds of base64. */
static const char base64_ends[][2] = {
    [DIGEST_BASE64] = {'+', '/'},
    [DIGEST_BASE64_URL] = {'-', '_'},
};

/* The value of a base64 character; -1 for other characters. */
static int decode_base64_char(enum digest_base64 kind, char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == base64_ends[kind][0])
        return 62;
    return c == base64_ends[kind][1] ? 63 : -1;
}

size_t digest_base64_encode(enum digest_base64 kind, struct slice data, char *out)
{
    size_t len = (size_t)EVP_EncodeBlock((uint8_t *)out, (const uint8_t *)data.at, (int)data.len);

    if (kind == DIGEST_BASE64)
        return len;
    while (len > 0 && out[len - 1] == '=')
        len--;
    out[len] = '\0';
    for (size_t i = 0; i < len; i++)
        if (out[i] == '+' || out[i] == '/')
            out[i] = out[i] == '+' ? '-' : '_';
    return len;
}

/* True if all characters are of the alphabet, and they encode whole bytes without unused bits. */
static bool is_base64(enum digest_base64 kind, struct slice text)
{
    static const int left_over[4] = {0, -1, 15, 3};
    const int mask = left_over[text.len % 4];
    int value = 0;

    for (size_t i = 0; i < text.len && value >= 0; i++)
        value = decode_base64_char(kind, text.at[i]);
    return value >= 0 && mask >= 0 && (value & mask) == 0;
}

bool digest_base64_decode(enum digest_base64 kind, struct slice text, void *out, size_t out_size,
                          size_t *len)
{
    uint8_t *at = out;
    uint32_t bits = 0;
    int count = 0;

    if (kind == DIGEST_BASE64 && text.len % 4 != 0)
        return false;
    for (int i = 0; kind == DIGEST_BASE64 && i < 2; i++)
        if (text.len > 0 && text.at[text.len - 1] == '=')
            text.len--;
    if (!is_base64(kind, text) || text.len / 4 * 3 + text.len % 4 * 3 / 4 > out_size)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bits = bits << 6 | (uint32_t)decode_base64_char(kind, text.at[i]);
        count += 6;
        if (count >= 8) {
            count -= 8;
            *at++ = (uint8_t)(bits >> count);
        }
    }
    *len = (size_t)(at - (uint8_t *)out);
    return true;
}
