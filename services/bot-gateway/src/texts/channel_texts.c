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

/* `of_booking` has the values of the clash up to `count`, `of_block` only channel and dates. */
static struct channel_clash_text make_clash_text(const struct channel_clash *clash,
                                                 enum text of_booking, enum text of_block,
                                                 size_t count)
{
    const bool is_block = clash->code.at == NULL;

    return (struct channel_clash_text){
        .text = is_block ? of_block : of_booking,
        .values =
            {
                     {.name = "channel", .text = clash->channel},
                     {.name = "dates", .number = clash->from, .other = clash->to},
                     {.name = "code", .text = clash->code},
                     {.name = "refund", .number = text_if_positive(clash->refund)},
                     },
        .count = is_block ? 2 : count,
    };
}

struct channel_clash_text channel_text_of_clash(const struct channel_clash *clash)
{
    return make_clash_text(clash, TEXT_NOTICE_CLASH, TEXT_NOTICE_CLASH_BLOCK, 3);
}

struct channel_clash_text channel_text_of_giving(const struct channel_clash *clash)
{
    return make_clash_text(clash, TEXT_CLASH_SURE, TEXT_CLASH_SURE_BLOCK, CHANNEL_CLASH_VALUES);
}
