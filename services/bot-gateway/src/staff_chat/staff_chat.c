// SPDX-License-Identifier: MIT
#include "staff_chat/staff_chat.h"

bool staff_code_hash(struct slice typed, uint8_t hash[DIGEST_SHA256_LEN])
{
    char code[STAFF_CODE_LEN + 1];

    if (!digest_base32_read(typed, code, STAFF_CODE_LEN))
        return false;
    digest_sha256(slice_of(code), hash);
    return true;
}
