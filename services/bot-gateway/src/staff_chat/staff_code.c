// SPDX-License-Identifier: MIT
#include "staff_chat/staff_code.h"

#include <string.h>

#include "base/ascii.h"

void staff_code_make(char out[STAFF_CODE_LEN + 1])
{
    uint8_t random[STAFF_CODE_LEN];

    digest_random(random, sizeof random);
    for (size_t i = 0; i < STAFF_CODE_LEN; i++)
        out[i] = DIGEST_BASE32[random[i] % 32];
    out[STAFF_CODE_LEN] = '\0';
}

/* The digit of DIGEST_BASE32 that is meant; 0: none. */
static char digit_of(char c)
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

bool staff_code_hash(struct slice typed, uint8_t hash[DIGEST_SHA256_LEN])
{
    char code[STAFF_CODE_LEN];

    if (typed.len != STAFF_CODE_LEN)
        return false;
    for (size_t i = 0; i < STAFF_CODE_LEN; i++) {
        code[i] = digit_of(typed.at[i]);
        if (code[i] == '\0')
            return false;
    }
    digest_sha256((struct slice){code, STAFF_CODE_LEN}, hash);
    return true;
}
