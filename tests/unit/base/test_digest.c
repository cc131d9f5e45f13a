// SPDX-License-Identifier: MIT
#include <pthread.h>

#include "base/digest.h"

#include "suite.h"

static void hex_sha256(struct slice data, char out[65])
{
    uint8_t hash[DIGEST_SHA256_LEN];

    digest_sha256(data, hash);
    digest_hex(hash, sizeof(hash), out);
}

static const struct {
    struct slice data;
    const char *hash;
} hashes[] = {
    {{"", 0},    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {{NULL, 0},  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {{"abc", 3}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
};

START_TEST(sha256_gives_the_vectors_of_the_standard)
{
    char hex[65];

    hex_sha256(hashes[_i].data, hex);
    ck_assert_str_eq(hex, hashes[_i].hash);
    hex_sha256(hashes[_i].data, hex);
    ck_assert_str_eq(hex, hashes[_i].hash);
}
END_TEST

static void *hash_in_thread(void *out)
{
    hex_sha256(SLICE("abc"), out);
    return NULL;
}

START_TEST(each_thread_hashes_with_a_context_of_its_own)
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
END_TEST

START_TEST(crc32_is_the_one_of_zlib)
{
    ck_assert_uint_eq(digest_crc32(SLICE("123456789")), 0xcbf43926);
    ck_assert_uint_eq(digest_crc32(SLICE("")), 0);
    ck_assert_uint_eq(digest_crc32(SLICE("a")), 0xe8b7be43);
}
END_TEST

START_TEST(the_fast_hash_sees_every_bit_and_the_length)
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
END_TEST

START_TEST(random_bytes_differ_and_fill_the_whole)
{
    uint8_t a[64] = {0}, b[64] = {0}, zero[32] = {0};

    digest_random(a, sizeof(a));
    digest_random(b, sizeof(b));
    ck_assert(memcmp(a, b, sizeof(a)) != 0);
    ck_assert(memcmp(a + 32, zero, 32) != 0);
    digest_random(zero, 0);
}
END_TEST

START_TEST(equality_looks_at_every_byte)
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
END_TEST

int main(void)
{
    TCase *tests = tcase_create("digest");
    tcase_add_loop_test(tests, sha256_gives_the_vectors_of_the_standard, 0, COUNT(hashes));
    tcase_add_test(tests, each_thread_hashes_with_a_context_of_its_own);
    tcase_add_test(tests, crc32_is_the_one_of_zlib);
    tcase_add_test(tests, the_fast_hash_sees_every_bit_and_the_length);
    tcase_add_test(tests, random_bytes_differ_and_fill_the_whole);
    tcase_add_test(tests, equality_looks_at_every_byte);
    return suite_main("digest", tests);
}
