// SPDX-License-Identifier: MIT
#include "texts/channel_texts.h"

static const struct {
    const char *channel;
    enum text text;
} names[] = {
    {"airbnb",   TEXT_CHANNEL_AIRBNB  },
    {"booking",  TEXT_CHANNEL_BOOKING },
    {"vrbo",     TEXT_CHANNEL_VRBO    },
    {"sutochno", TEXT_CHANNEL_SUTOCHNO},
    {"krisha",   TEXT_CHANNEL_KRISHA  },
    {"google",   TEXT_CHANNEL_GOOGLE  },
};

enum text channel_text_of(struct slice channel)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (slice_is(channel, names[i].channel))
            return names[i].text;
    return TEXT_CHANNEL_OTHER;
}
