// SPDX-License-Identifier: MIT
#include "base/buf.h"
#include "base/digest.h"
#include "base/parse.h"
#include "http/etag_private.h"

size_t http_etag_format(int64_t version, struct slice body, char out[HTTP_ETAG_MAX])
{
    struct buf text = buf_over(out, HTTP_ETAG_MAX);

    buf_char(&text, '"');
    buf_i64(&text, version);
    buf_char(&text, '.');
    buf_hex(&text, digest_fast64(body), 2 * (int)sizeof(uint64_t));
    buf_append(&text, "\"", sizeof("\""));
    return text.len - 1;
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

/* Removes the next tag from `rest` and returns it with its quotes. The result is absent at the end
 * of the list, or if something else than a tag follows. */
static struct slice cut_next_tag(struct slice *rest)
{
    size_t at = 0;

    while (at < rest->len && is_separator(rest->at[at]))
        at++;
    if (rest->len - at >= 2 && rest->at[at] == 'W' && rest->at[at + 1] == '/')
        at += 2;
    if (at >= rest->len || rest->at[at] != '"')
        return SLICE_NONE;
    const char *begin = rest->at + at;
    const char *end = memchr(begin + 1, '"', rest->len - at - 1);
    if (end == NULL)
        return SLICE_NONE;
    struct slice tag = {begin, (size_t)(end - begin) + 1};
    *rest = (struct slice){end + 1, rest->len - at - tag.len};
    return tag;
}

static bool is_star(struct slice list)
{
    while (list.len > 0 && is_separator(list.at[0]))
        list = slice_from(list, 1);
    while (list.len > 0 && is_separator(list.at[list.len - 1]))
        list.len--;
    return slice_is(list, "*");
}

bool http_etag_list_has(struct slice list, struct slice tag)
{
    if (is_star(list))
        return true;
    for (struct slice found = cut_next_tag(&list); found.at != NULL; found = cut_next_tag(&list))
        if (slice_equal(found, tag))
            return true;
    return false;
}

bool http_etag_list_has_version(struct slice list, int64_t version)
{
    if (is_star(list))
        return true;
    for (struct slice found = cut_next_tag(&list); found.at != NULL; found = cut_next_tag(&list)) {
        int64_t named = 0;
        struct slice inside = {found.at + 1, found.len - 2};
        if (parse_i64(slice_cut(&inside, '.'), 0, INT64_MAX, &named) && named == version)
            return true;
    }
    return false;
}
