// SPDX-License-Identifier: MIT
#include "rides/delivery.h"

#include "base/digest.h"

#include "ride_callers.h"

void delivery_code_generate(char out[DELIVERY_CODE_LEN + 1])
{
    digest_random_text("0123456789", out, DELIVERY_CODE_LEN);
}

static bool is_same_code(struct slice code, struct slice typed)
{
    char digits[DELIVERY_CODE_LEN] = "";
    size_t len = 0;

    for (size_t i = 0; i < typed.len; i++) {
        if (typed.at[i] == ' ')
            continue;
        if (len == DELIVERY_CODE_LEN)
            return false;
        digits[len++] = typed.at[i];
    }
    return len == DELIVERY_CODE_LEN && code.len == len && digest_equal(digits, code.at, len);
}

bool delivery_code_is_right(struct slice code, struct slice typed_code, unsigned actor)
{
    return actor == TRANSITION_BY_STAFF || is_same_code(code, typed_code);
}
