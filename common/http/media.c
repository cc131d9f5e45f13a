// SPDX-License-Identifier: MIT
#include "http/media.h"

#include <strings.h>

bool http_media_is(struct slice content_type, struct slice type)
{
    struct slice rest = content_type;

    return slice_equal_caseless(slice_trim(slice_cut(&rest, ';')), type);
}

bool http_media_is_json(struct slice content_type)
{
    static const struct slice prefix = {"application/", 12};
    static const struct slice suffix = {"+json", 5};
    struct slice rest = content_type;
    struct slice type = slice_trim(slice_cut(&rest, ';'));

    if (slice_equal_caseless(type, SLICE("application/json")))
        return true;
    return type.len > prefix.len + suffix.len && strncasecmp(type.at, prefix.at, prefix.len) == 0 &&
           strncasecmp(type.at + type.len - suffix.len, suffix.at, suffix.len) == 0;
}

/* True for the weight 0: "q=0", "q=0.", "q=0.000". Every other parameter leaves the range
 * acceptable. */
static bool is_zero_weight(struct slice parameter)
{
    if (parameter.len < 3 || strncasecmp(parameter.at, "q=0", 3) != 0)
        return false;
    for (size_t i = 3; i < parameter.len; i++) {
        if (parameter.at[i] != (i == 3 ? '.' : '0'))
            return false;
    }
    return true;
}

/* Returns how specific a range of the header is if it covers the wanted type, else 0. */
typedef int closeness_fn(struct slice range);

static int rank_json_range(struct slice range)
{
    if (slice_equal_caseless(range, SLICE("application/json")))
        return 3;
    if (slice_equal_caseless(range, SLICE("application/*")))
        return 2;
    return slice_is(range, "*/*") || slice_is(range, "*") ? 1 : 0;
}

static int rank_gzip_coding(struct slice coding)
{
    if (slice_equal_caseless(coding, SLICE("gzip")) ||
        slice_equal_caseless(coding, SLICE("x-gzip")))
        return 2;
    return slice_is(coding, "*") ? 1 : 0;
}

static bool is_best_match_accepted(struct slice list, closeness_fn *rank)
{
    struct slice rest = slice_trim(list);
    int best = 0;
    bool accepted = false;

    while (rest.len > 0) {
        struct slice parameters = slice_trim(slice_cut(&rest, ','));
        int close = rank(slice_trim(slice_cut(&parameters, ';')));
        bool zero = false;
        while (parameters.len > 0)
            zero = is_zero_weight(slice_trim(slice_cut(&parameters, ';'))) || zero;
        if (close > best) {
            best = close;
            accepted = !zero;
        } else if (close == best && close > 0) {
            accepted = accepted || !zero;
        }
    }
    return accepted;
}

bool http_media_accepts_json(struct slice accept)
{
    return slice_trim(accept).len == 0 || is_best_match_accepted(accept, rank_json_range);
}

bool http_media_accepts_gzip(struct slice accept_encoding)
{
    return accept_encoding.at == NULL || is_best_match_accepted(accept_encoding, rank_gzip_coding);
}
