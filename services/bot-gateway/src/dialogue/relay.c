// SPDX-License-Identifier: MIT
#include "dialogue/relay.h"

const struct relay_limit relay_limits[RELAY_LIMITS] = {
    {3600,      true,  20 },
    {24 * 3600, true,  60 },
    {24 * 3600, false, 100},
};

bool relay_is_allowed(const int64_t sent[RELAY_LIMITS])
{
    for (int i = 0; i < RELAY_LIMITS; i++)
        if (sent[i] >= relay_limits[i].max)
            return false;
    return true;
}
