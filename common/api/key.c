// SPDX-License-Identifier: MIT
/* Generates and checks the text of API keys. key_cache.c looks keys up. */
#include "api/key.h"

#include "base/ascii.h"
#include "base/digest.h"

enum { HEAD_LEN = 8, RANDOM_LEN = 30, CHECK_LEN = 6 };
_Static_assert(HEAD_LEN + RANDOM_LEN + CHECK_LEN == API_KEY_LEN, "the parts make the whole");

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char head_live[] = "tb_live_";
static const char head_test[] = "tb_test_";

static void compute_check_digits(const char *key, char out[CHECK_LEN])
{
    uint32_t crc = digest_crc32((struct slice){key, HEAD_LEN + RANDOM_LEN});

    for (int i = CHECK_LEN - 1; i >= 0; i--, crc /= 62)
        out[i] = base62[crc % 62];
}

void api_key_generate(bool is_test_key, char out[API_KEY_LEN + 1])
{
    memcpy(out, is_test_key ? head_test : head_live, HEAD_LEN);
    digest_random_text(base62, out + HEAD_LEN, RANDOM_LEN);
    compute_check_digits(out, out + HEAD_LEN + RANDOM_LEN);
    out[API_KEY_LEN] = '\0';
}

bool api_key_is_wellformed(struct slice key)
{
    char check[CHECK_LEN];

    if (key.at == NULL || key.len != API_KEY_LEN)
        return false;
    if (!digest_equal(key.at, head_live, HEAD_LEN) && !digest_equal(key.at, head_test, HEAD_LEN))
        return false;
    if (!ascii_is_word(slice_from(key, HEAD_LEN), ""))
        return false;
    compute_check_digits(key.at, check);
    return digest_equal(check, key.at + HEAD_LEN + RANDOM_LEN, CHECK_LEN);
}
