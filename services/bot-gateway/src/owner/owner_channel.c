// SPDX-License-Identifier: MIT
#include "owner/owner_channel.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HOST_MAX = 253 };

const char *const owner_channels[OWNER_CHANNELS] = {"airbnb", "booking", "sutochno", "krisha",
                                                    "google", "vrbo",    "other"};

/* A label of the host's name, such as "airbnb" of www.airbnb.com.au. */
static const struct {
    const char *label;
    const char *channel;
} labels[] = {
    {"airbnb",   "airbnb"  },
    {"booking",  "booking" },
    {"sutochno", "sutochno"},
    {"krisha",   "krisha"  },
    {"google",   "google"  },
    {"vrbo",     "vrbo"    },
    {"homeaway", "vrbo"    },
    {"abritel",  "vrbo"    },
};

bool owner_is_channel(struct slice name)
{
    return SLICE_IS_IN(name, owner_channels);
}

static bool has_prefix(struct slice word, const char *prefix)
{
    const size_t len = strlen(prefix);

    return word.len > len && strncasecmp(word.at, prefix, len) == 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

struct slice owner_find_calendar_url(struct slice text, struct arena *arena)
{
    static const char scheme[] = "webcal://";

    while (text.len > 0) {
        struct slice word = text;
        word.len = 0;
        while (word.len < text.len && !is_space(text.at[word.len]))
            word.len++;
        if (has_prefix(word, "https://") || has_prefix(word, "http://"))
            return word;
        if (has_prefix(word, scheme))
            return arena_printf(arena, "https://%.*s",
                                SLICE_ARG(slice_from(word, sizeof scheme - 1)));
        text = slice_from(text, word.len < text.len ? word.len + 1 : text.len);
    }
    return SLICE_NONE;
}

/* The name of the server between the scheme and the path, in lower case, with a '.' at both ends.
 */
static size_t copy_host(struct slice url, char host[HOST_MAX + 3])
{
    size_t at = 0, len = 1;

    while (at + 2 < url.len && memcmp(url.at + at, "://", 3) != 0)
        at++;
    host[0] = '.';
    for (at += 3; at < url.len && len <= HOST_MAX && strchr("/?#:", url.at[at]) == NULL; at++)
        host[len++] = (char)tolower((unsigned char)url.at[at]);
    host[len++] = '.';
    host[len] = '\0';
    return len;
}

const char *owner_channel_of_url(struct slice url)
{
    char host[HOST_MAX + 3], label[16];

    copy_host(url, host);
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        snprintf(label, sizeof label, ".%s.", labels[i].label);
        if (strstr(host, label) != NULL)
            return labels[i].channel;
    }
    return "other";
}
