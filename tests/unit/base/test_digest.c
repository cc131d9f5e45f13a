// SPDX-License-Identifier: MIT
#include <pthread.h>

#include "base/digest.h"

#include "support/test.h"

static void hex_sha256(struct slice data, char out[65])
{
    uint8_t hash[DIGEST_SHA256_LEN];

    digest_sha256(data, hash);
    digest_hex(hash, sizeof hash, out);
}

static const struct {
    struct slice data;
    const char *hash;
} hashes[] = {
    {{"", 0},    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {{NULL, 0},  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {{"abc", 3}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
};

TEST_ROWS(sha256_matches_the_test_vectors, hashes)
{
    char hex[65];

    hex_sha256(row->data, hex);
    ck_assert_str_eq(hex, row->hash);
    hex_sha256(row->data, hex);
    ck_assert_str_eq(hex, row->hash);
}

static void *hash_in_thread(void *out)
{
    hex_sha256(SLICE("abc"), out);
    return NULL;
}

TEST(each_thread_hashes_with_a_context_of_its_own)
{
    char hex[4][65];
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, hash_in_thread, hex[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_str_eq(hex[i], hashes[2].hash);
    }
}

struct words {
    const char *text; /* NULL: `count` times the same byte */
    uint8_t byte;
    size_t count;
};

static struct slice slice_of_words(const struct words *words, char room[131])
{
    if (words->text != NULL)
        return slice_of(words->text);
    memset(room, words->byte, words->count);
    return (struct slice){room, words->count};
}

/* RFC 4231, section 4; its fifth case is about a shortened hash. */
static const struct {
    struct words key, data;
    const char *hash;
} keyed[] = {
    {{.byte = 0x0b, .count = 20},
     {.text = "Hi There"},
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {{.text = "Jefe"},
     {.text = "what do ya want for nothing?"},
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {{.byte = 0xaa, .count = 20},
     {.byte = 0xdd, .count = 50},
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {{.text = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15"
              "\x16\x17\x18\x19"},
     {.byte = 0xcd, .count = 50},
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {{.byte = 0xaa, .count = 131},
     {.text = "Test Using Larger Than Block-Size Key - Hash Key First"},
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {{.byte = 0xaa, .count = 131},
     {.text = "This is a test using a larger than block-size key and a larger than block-size "
              "data. The "
              "key needs to be hashed before being used by the HMAC algorithm."},
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

TEST_ROWS(hmac_matches_the_test_vectors, keyed)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    char key[131], data[131], hex[65];

    digest_hmac_sha256(slice_of_words(&row->key, key), slice_of_words(&row->data, data), hash);
    digest_hex(hash, sizeof hash, hex);
    ck_assert_str_eq(hex, row->hash);
}

/* RFC 2104: a shorter key is padded with zeros to a block; a key of a block's length is used as it
 * is. */
TEST(hmac_takes_any_length_of_key)
{
    char block[65] = {0};
    uint8_t a[DIGEST_SHA256_LEN], b[DIGEST_SHA256_LEN];

    digest_hmac_sha256(SLICE_NONE, SLICE("x"), a);
    digest_hmac_sha256((struct slice){block, 64}, SLICE("x"), b);
    ck_assert(digest_equal(a, b, sizeof a));
    digest_hmac_sha256((struct slice){block, 65}, SLICE("x"), b);
    ck_assert(!digest_equal(a, b, sizeof a));
}

TEST(crc32_equals_that_of_zlib)
{
    ck_assert_uint_eq(digest_crc32(SLICE("123456789")), 0xcbf43926);
    ck_assert_uint_eq(digest_crc32(SLICE("")), 0);
    ck_assert_uint_eq(digest_crc32(SLICE("a")), 0xe8b7be43);
}

TEST(fast_hash_depends_on_every_bit_and_the_length)
{
    for (size_t len = 1; len <= 100; len++) {
        char data[100] = {0};
        uint64_t whole = digest_fast64((struct slice){data, len});
        ck_assert_uint_ne(whole, digest_fast64((struct slice){data, len - 1}));
        ck_assert_uint_eq(whole, digest_fast64((struct slice){data, len}));
        for (size_t bit = 0; bit < len * 8; bit++) {
            data[bit / 8] ^= (char)(1 << bit % 8);
            ck_assert_uint_ne(whole, digest_fast64((struct slice){data, len}));
            data[bit / 8] ^= (char)(1 << bit % 8);
        }
    }
}

TEST(random_bytes_differ_and_fill_the_whole)
{
    uint8_t a[64] = {0}, b[64] = {0}, zero[32] = {0};

    digest_random(a, sizeof a);
    digest_random(b, sizeof b);
    ck_assert(memcmp(a, b, sizeof a) != 0);
    ck_assert(memcmp(a + 32, zero, 32) != 0);
    digest_random(zero, 0);
}

TEST(equality_compares_every_byte)
{
    char a[33] = "0123456789abcdef0123456789abcdef";
    char b[33] = "0123456789abcdef0123456789abcdef";

    ck_assert(digest_equal(a, b, 32));
    for (int i = 0; i < 32; i++) {
        b[i] ^= 1;
        ck_assert(!digest_equal(a, b, 32));
        b[i] ^= 1;
    }
    ck_assert(digest_equal(a, "x", 0));
}

#define BYTES(literal)                                                                             \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* RFC 4648, section 10, and the characters in which the alphabets differ. */
static const struct {
    struct slice bytes;
    const char *text[2]; /* by enum digest_base64 */
} base64[] = {
    {{NULL, 0},                         {"", ""}                },
    {BYTES("f"),                        {"Zg==", "Zg"}          },
    {BYTES("fo"),                       {"Zm8=", "Zm8"}         },
    {BYTES("foo"),                      {"Zm9v", "Zm9v"}        },
    {BYTES("foob"),                     {"Zm9vYg==", "Zm9vYg"}  },
    {BYTES("fooba"),                    {"Zm9vYmE=", "Zm9vYmE"} },
    {BYTES("foobar"),                   {"Zm9vYmFy", "Zm9vYmFy"}},
    {BYTES("\xfb\xff\xbf\x00\x10\x83"), {"+/+/ABCD", "-_-_ABCD"}},
    {BYTES("\xff"),                     {"/w==", "_w"}          },
};

TEST_ROWS(base64_matches_the_test_vectors, base64)
{
    for (int kind = DIGEST_BASE64; kind <= DIGEST_BASE64_URL; kind++) {
        const char *text = row->text[kind];
        char out[DIGEST_BASE64_LEN(6) + 1];
        uint8_t bytes[6];
        size_t len = 99;

        ck_assert_uint_eq(digest_base64_encode((enum digest_base64)kind, row->bytes, out),
                          strlen(text));
        ck_assert_str_eq(out, text);
        ck_assert(digest_base64_decode((enum digest_base64)kind, slice_of(text), bytes,
                                       row->bytes.len, &len));
        ck_assert(slice_equal((struct slice){(char *)bytes, len}, row->bytes));
    }
}

TEST(base64_round_trips_every_byte)
{
    uint8_t bytes[256], back[256];
    char text[DIGEST_BASE64_LEN(256) + 1];

    for (int i = 0; i < 256; i++)
        bytes[i] = (uint8_t)(255 - i);
    for (size_t len = 0; len <= 256; len++)
        for (int kind = DIGEST_BASE64; kind <= DIGEST_BASE64_URL; kind++) {
            const size_t written = digest_base64_encode((enum digest_base64)kind,
                                                        (struct slice){(char *)bytes, len}, text);
            size_t got = 999;
            ck_assert_int_eq(text[written], 0);
            ck_assert_uint_le(written, DIGEST_BASE64_LEN(len));
            ck_assert(digest_base64_decode((enum digest_base64)kind, (struct slice){text, written},
                                           back, len, &got));
            ck_assert_uint_eq(got, len);
            ck_assert(memcmp(back, bytes, len) == 0);
        }
}

static const struct {
    const char *why;
    enum digest_base64 kind;
    struct slice text;
} no_base64[] = {
    {"no padding",                       DIGEST_BASE64,     BYTES("Zg")        },
    {"too little padding",               DIGEST_BASE64,     BYTES("Zg=")       },
    {"too much padding",                 DIGEST_BASE64,     BYTES("Zm9v====")  },
    {"three padding characters",         DIGEST_BASE64,     BYTES("Z===")      },
    {"padding alone",                    DIGEST_BASE64,     BYTES("====")      },
    {"padding inside",                   DIGEST_BASE64,     BYTES("Zg==Zm9v")  },
    {"text behind the padding",          DIGEST_BASE64,     BYTES("Zg=v")      },
    {"one character too many",           DIGEST_BASE64,     BYTES("Zm9vY===")  },
    {"a line break",                     DIGEST_BASE64,     BYTES("Zm9v\n")    },
    {"a space",                          DIGEST_BASE64,     BYTES("Zm 9")      },
    {"a NUL",                            DIGEST_BASE64,     BYTES("Zm\0v")     },
    {"four surplus bits",                DIGEST_BASE64,     BYTES("Zh==")      },
    {"two surplus bits",                 DIGEST_BASE64,     BYTES("Zm9=")      },
    {"characters of the other alphabet", DIGEST_BASE64,     BYTES("-_-_")      },
    {"a letter outside of ASCII",        DIGEST_BASE64,     BYTES("Z\xd0\xb6v")},
    {"padding",                          DIGEST_BASE64_URL, BYTES("Zg==")      },
    {"a single character",               DIGEST_BASE64_URL, BYTES("Z")         },
    {"one character behind a block",     DIGEST_BASE64_URL, BYTES("Zm9vY")     },
    {"four surplus bits",                DIGEST_BASE64_URL, BYTES("Zh")        },
    {"two surplus bits",                 DIGEST_BASE64_URL, BYTES("Zm9")       },
    {"characters of the other alphabet", DIGEST_BASE64_URL, BYTES("+/+/")      },
    {"an invalid first character",       DIGEST_BASE64_URL, BYTES("*m9v")      },
};

TEST_ROWS_WHY(invalid_base64_is_refused, no_base64)
{
    uint8_t out[8] = {77};
    size_t len = 99;

    ck_assert(!digest_base64_decode(row->kind, row->text, out, sizeof out, &len));
    ck_assert_uint_eq(out[0], 77);
    ck_assert_uint_eq(len, 99);
}

TEST(base64_does_not_exceed_the_output)
{
    uint8_t out[3] = {77};
    size_t len = 99;

    ck_assert(!digest_base64_decode(DIGEST_BASE64, SLICE("Zm9v"), out, 2, &len));
    ck_assert(!digest_base64_decode(DIGEST_BASE64, SLICE("Zm8="), out, 1, &len));
    ck_assert(!digest_base64_decode(DIGEST_BASE64_URL, SLICE("Zg"), out, 0, &len));
    ck_assert_uint_eq(out[0], 77);
    ck_assert_uint_eq(len, 99);
}

/* --- codes for people --- */

enum { CODE_LEN = 8 };

static const struct {
    const char *why, *typed;
    const char *code; /* NULL: none */
} codes[] = {
    {"as printed",        "K7M4Q2XR",   "K7M4Q2XR"},
    {"small letters",     "k7m4q2xr",   "K7M4Q2XR"},
    {"in groups",         "K7M4-Q2 XR", "K7M4Q2XR"},
    {"misread letters",   "iLOo1100",   "11001100"},
    {"too short",         "K7M4Q2X",    NULL      },
    {"too long",          "K7M4Q2XR9",  NULL      },
    {"an invalid letter", "K7M4Q2XU",   NULL      },
    {"empty",             "",           NULL      },
    {"not ASCII",         "К7М4Q2XR", NULL      },
};

TEST_ROWS_WHY(typed_code_is_normalised, codes)
{
    char out[CODE_LEN + 1] = "before";
    const bool read = digest_base32_read(slice_of(row->typed), out, CODE_LEN);

    ck_assert(read == (row->code != NULL));
    ck_assert_str_eq(out, read ? row->code : "before");
}

TEST(generated_code_parses_to_itself)
{
    char made[CODE_LEN + 1], read[CODE_LEN + 1];

    for (int i = 0; i < 1000; i++) {
        digest_base32_random(made, CODE_LEN);
        ck_assert(digest_base32_read(slice_of(made), read, CODE_LEN));
        ck_assert_str_eq(made, read);
    }
}
