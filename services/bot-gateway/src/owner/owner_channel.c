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

/* --- an address in a message --- */

/* The schemes of an address, and what they mean. */
static const struct {
    const char *written, *meant;
} schemes[] = {
    {"https://",   "https://"},
    {"http://",    "http://" },
    {"webcal://",  "https://"},
    {"webcals://", "https://"},
};

/* Characters that an address never has, but that people and programs put around one: brackets,
 * quotes, and spaces that cannot be seen. */
static const char *const around[] = {
    "<", ">", "\"", "`", "«",      "»",      "„",      "“",
    "”", "‘", "’",  "…", "\u00a0", "\u200b", "\u2060", "\ufeff",
};

static bool ends_address(struct slice text)
{
    if ((unsigned char)text.at[0] <= ' ')
        return true;
    for (size_t i = 0; i < ARRAY_LEN(around); i++)
        if (slice_starts(text, slice_of(around[i])))
            return true;
    return false;
}

static size_t count_of(struct slice text, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == c;
    return count;
}

/* Whether the last character belongs to the sentence around the address: a point, a comma, or a
 * bracket that is not opened in the address. */
static bool ends_with_punctuation(struct slice word)
{
    const char last = word.at[word.len - 1];

    if (last == ')' || last == ']')
        return count_of(word, last) > count_of(word, last == ')' ? '(' : '[');
    return strchr(".,;:!?'", last) != NULL;
}

/* The address at the beginning of `text`, without what follows it. */
static struct slice cut_address(struct slice text)
{
    struct slice word = {text.at, 0};

    while (word.len < text.len && !ends_address(slice_from(text, word.len)))
        word.len++;
    while (word.len > 0 && ends_with_punctuation(word))
        word.len--;
    return word;
}

/* The index of the scheme that `text` begins with. */
static size_t find_scheme(struct slice text)
{
    size_t i = 0;

    while (i < ARRAY_LEN(schemes) &&
           !(text.len > strlen(schemes[i].written) &&
             strncasecmp(text.at, schemes[i].written, strlen(schemes[i].written)) == 0))
        i++;
    return i;
}

/* The address at the beginning of `text`, with the scheme that it means. Absent: there is none. */
static struct slice read_address(struct slice text, struct arena *arena)
{
    const size_t scheme = find_scheme(text);

    if (scheme == ARRAY_LEN(schemes))
        return SLICE_NONE;
    const struct slice word = cut_address(text);
    const size_t len = strlen(schemes[scheme].written);
    if (word.len <= len)
        return SLICE_NONE;
    if (strcmp(schemes[scheme].written, schemes[scheme].meant) == 0)
        return word;
    return arena_printf(arena, "%s%.*s", schemes[scheme].meant, SLICE_ARG(slice_from(word, len)));
}

struct slice owner_find_calendar_url(struct slice text, struct arena *arena)
{
    for (size_t at = 0; at < text.len; at++) {
        const bool in_word = at > 0 && isalnum((unsigned char)text.at[at - 1]);
        const struct slice url = in_word ? SLICE_NONE : read_address(slice_from(text, at), arena);
        if (url.at != NULL)
            return url;
    }
    return SLICE_NONE;
}

bool owner_is_plain_url(struct slice url)
{
    static const char scheme[] = "http://";

    return url.len >= sizeof scheme - 1 && strncasecmp(url.at, scheme, sizeof scheme - 1) == 0;
}

/* --- its channel --- */

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
