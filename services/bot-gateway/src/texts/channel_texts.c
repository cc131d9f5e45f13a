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

static const struct {
    const char *name;
    enum text text;
} states[] = {
    {"ok",      TEXT_FEED_IS_OK     },
    {"suspect", TEXT_FEED_IS_SUSPECT},
    {"failing", TEXT_FEED_IS_FAILING},
    {"stale",   TEXT_FEED_IS_STALE  },
};

enum text channel_text_of_state(struct slice status)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (slice_is(status, states[i].name))
            return states[i].text;
    return TEXT_FEED_IS_NEW;
}

/* The first row whose `begins` the code begins with is used. */
static const struct {
    const char *begins;
    enum text text;
} reasons[] = {
    {"upstream_",       TEXT_FEED_WHY_UNREACHABLE},
    {"status_401",      TEXT_FEED_WHY_REVOKED    },
    {"status_403",      TEXT_FEED_WHY_REVOKED    },
    {"status_404",      TEXT_FEED_WHY_REVOKED    },
    {"status_410",      TEXT_FEED_WHY_REVOKED    },
    {"address_refused", TEXT_FEED_WHY_ADDRESS    },
    {"too_",            TEXT_FEED_WHY_LARGE      },
    {"not_a_calendar",  TEXT_FEED_WHY_PAGE       },
    {"incomplete",      TEXT_FEED_WHY_INCOMPLETE },
    {"shrunken",        TEXT_FEED_WHY_SHRUNKEN   },
    {"times_jumped",    TEXT_FEED_WHY_JUMPED     },
};

enum text channel_text_of_error(struct slice error)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (slice_starts(error, slice_of(reasons[i].begins)))
            return reasons[i].text;
    return TEXT_FEED_WHY_STATUS;
}

bool channel_feed_is_acceptable(struct slice status, struct slice error)
{
    static const char *const errors[] = {"incomplete", "shrunken", "times_jumped"};

    return (slice_is(status, "suspect") || slice_is(status, "stale")) && SLICE_IS_IN(error, errors);
}
