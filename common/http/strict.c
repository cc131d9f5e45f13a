// SPDX-License-Identifier: MIT
#include <stdint.h>

#include "base/ascii.h"
#include "base/parse.h"
#include "base/text.h"
#include "http/strict_private.h"

enum { LENGTH_DIGITS_MAX = 18 }; /* including leading zeros */

static bool fault_bad_request(struct fault *fault, const char *why)
{
    return fault_set(fault, FAULT_UNREADABLE, "bad_request", "%s", why);
}

void http_strict_refuse(struct http_strict *strict, const char *why)
{
    if (strict->refused)
        return;
    strict->refused = true;
    (void)fault_bad_request(&strict->fault, why);
}

static bool is_token(struct slice text)
{
    return ascii_is_word(text, "!#$%&'*+-.^_`|~");
}

static bool is_valid_host(struct slice host)
{
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.at[i];
        if (c <= ' ' || c >= 0x7f || strchr("/?#@\\\"<>^`{|},", c) != NULL)
            return false;
    }
    return host.len > 0;
}

void http_strict_begin(struct http_strict *strict, struct slice method, struct slice version)
{
    memset(strict, 0, offsetof(struct http_strict, join));
    strict->http_1_0 = slice_is(version, "HTTP/1.0");
    if (!is_token(method))
        http_strict_refuse(strict, "The method is not a token.");
    else if (!strict->http_1_0 && !slice_is(version, "HTTP/1.1"))
        http_strict_refuse(strict, "The version is neither HTTP/1.1 nor HTTP/1.0.");
}

/* Reads a header that determines the message's end. Returns NULL, or why the request is refused. */
typedef const char *read_header_fn(struct http_strict *strict, struct slice value);

static const char *parse_content_length(struct http_strict *strict, struct slice value)
{
    int64_t length;

    if (strict->has_length)
        return "Content-Length is repeated.";
    /* A '-' is refused first, because parse_i64() accepts "-0". */
    if (value.len > LENGTH_DIGITS_MAX || slice_starts(value, SLICE("-")) ||
        !parse_i64(value, 0, INT64_MAX, &length))
        return "Content-Length is no sane number.";
    strict->has_length = true;
    strict->length = (uint64_t)length;
    return NULL;
}

static const char *parse_transfer_encoding(struct http_strict *strict, struct slice value)
{
    if (strict->chunked)
        return "Transfer-Encoding is repeated.";
    if (strict->http_1_0)
        return "Transfer-Encoding does not exist in HTTP/1.0.";
    if (!slice_equal_caseless(value, SLICE("chunked")))
        return "Transfer-Encoding is not exactly chunked.";
    strict->chunked = true;
    return NULL;
}

static const char *check_host_header(struct http_strict *strict, struct slice value)
{
    if (strict->has_host)
        return "Host is repeated.";
    if (!is_valid_host(value))
        return "Host is not a host.";
    strict->has_host = true;
    return NULL;
}

static const char *check_expect_header(struct http_strict *strict, struct slice value)
{
    (void)strict;
    return slice_equal_caseless(value, SLICE("100-continue"))
               ? NULL
               : "Expect asks for something other than 100-continue.";
}

/* Joins the lines of a list header with commas, which is equivalent (RFC 9110, 5.3). */
static const char *join_list_header(struct http_strict *strict, size_t header_index,
                                    struct slice value)
{
    struct slice *slot = &strict->headers[header_index];

    if (slot->at == NULL) {
        *slot = value;
        return NULL;
    }
    size_t need = slot->len + 1 + value.len;
    if (need > sizeof strict->join - strict->joined)
        return "A list header comes on too many lines.";
    char *begin = strict->join + strict->joined;
    memcpy(begin, slot->at, slot->len);
    begin[slot->len] = ',';
    memcpy(begin + slot->len + 1, value.at, value.len);
    strict->joined += need;
    *slot = (struct slice){begin, need};
    return NULL;
}

static const char *store_single_header(struct http_strict *strict, size_t header_index,
                                       struct slice value)
{
    if (strict->headers[header_index].at != NULL)
        return "A header that may come once is repeated.";
    strict->headers[header_index] = value;
    return NULL;
}

static const struct {
    struct slice name;
    read_header_fn *take;
} framing[] = {
    {{"host", 4},               check_host_header      },
    {{"content-length", 14},    parse_content_length   },
    {{"transfer-encoding", 17}, parse_transfer_encoding},
    {{"expect", 6},             check_expect_header    },
};

static const char *check_and_store_header(struct http_strict *strict, struct slice name,
                                          struct slice value)
{
    if (++strict->count > HTTP_HEADER_LINES_MAX)
        return "There are too many headers.";
    if (!is_token(name))
        return "A header's name is not a token.";
    if (!http_strict_has_no_control(value))
        return "A header's value holds control characters.";
    for (size_t i = 0; i < HTTP_H_COUNT; i++) {
        const struct http_kept_header *kept = &http_kept_headers[i];
        if (!slice_equal_caseless(name, kept->name))
            continue;
        bool list = (kept->flags & HTTP_KEPT_LIST) != 0;
        return list ? join_list_header(strict, i, value) : store_single_header(strict, i, value);
    }
    for (size_t i = 0; i < ARRAY_LEN(framing); i++) {
        if (slice_equal_caseless(name, framing[i].name))
            return framing[i].take(strict, value);
    }
    return NULL;
}

void http_strict_add_header(struct http_strict *strict, struct slice name, struct slice value)
{
    if (strict->refused)
        return;
    if (value.at == NULL)
        value = SLICE("");
    const char *why = check_and_store_header(strict, name, value);
    if (why != NULL)
        http_strict_refuse(strict, why);
}

bool http_strict_end(struct http_strict *strict, struct fault *fault)
{
    if (strict->has_length && strict->chunked)
        http_strict_refuse(strict, "Content-Length and Transfer-Encoding contradict each other.");
    if (!strict->has_host && !strict->http_1_0)
        http_strict_refuse(strict, "Host is missing.");
    if (strict->refused)
        *fault = strict->fault;
    return !strict->refused;
}

/* The byte of the percent escape at index `at`; -1 if it is malformed. */
static int decode_escape_at(struct slice text, size_t at)
{
    if (at + 2 >= text.len)
        return -1;
    int high = parse_hex_digit(text.at[at + 1]);
    int low = parse_hex_digit(text.at[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* True for bytes that are valid in a path without an escape: pchar of RFC 3986, and '/'. */
static bool is_path_char(char c)
{
    return ascii_is_alnum(c) || (c != '\0' && strchr("/-._~!$&'()*+,;=:@", c) != NULL);
}

/* False for an escape of a character with a meaning in paths, for us or for a proxy. */
static bool is_escape_allowed_in_path(int byte)
{
    if (byte < 0x20 || byte == 0x7f)
        return false;
    return strchr("/\\.%?#;", byte) == NULL;
}

static bool check_segment(struct slice segment, bool is_last, struct fault *fault)
{
    if (segment.len == 0 && !is_last)
        return fault_bad_request(fault, "The path has an empty segment.");
    if (slice_is(segment, ".") || slice_is(segment, ".."))
        return fault_bad_request(fault, "The path has a dot segment.");
    return true;
}

static bool check_path(struct slice path, struct fault *fault)
{
    size_t begin = 1;

    for (size_t i = 1; i < path.len; i++) {
        char c = path.at[i];
        if (c == '%') {
            if (!is_escape_allowed_in_path(decode_escape_at(path, i)))
                return fault_bad_request(fault, "The path has an escape that is not allowed.");
            i += 2;
        } else if (!is_path_char(c)) {
            return fault_bad_request(fault, "The path has a character that is not allowed.");
        } else if (c == '/') {
            if (!check_segment((struct slice){path.at + begin, i - begin}, false, fault))
                return false;
            begin = i + 1;
        }
    }
    return check_segment(slice_from(path, begin), true, fault);
}

static bool fault_bad_query(struct fault *fault, const char *why)
{
    return fault_set(fault, FAULT_UNREADABLE, "bad_query", "%s", why);
}

/* Decodes one name or value of the query to `*to`, which has enough space, and advances `*to`. */
static bool decode_query_part(struct slice text, char **write_at, struct slice *out,
                              struct fault *fault)
{
    char *begin = *write_at;
    char *end = begin;

    for (size_t i = 0; i < text.len; i++) {
        int byte = (unsigned char)text.at[i];
        if (byte == '%') {
            byte = decode_escape_at(text, i);
            i += 2;
            if (byte < 0)
                return fault_bad_query(fault, "The query has a broken escape.");
        } else if (byte == '+') {
            byte = ' ';
        } else if (byte <= ' ' || byte == 0x7f || byte == '#') {
            return fault_bad_query(fault, "The query has a character that is not allowed.");
        }
        if (byte == 0)
            return fault_bad_query(fault, "The query holds NUL.");
        *end++ = (char)byte;
    }
    struct slice decoded = {begin, (size_t)(end - begin)};
    if (!text_is_utf8(decoded))
        return fault_bad_query(fault, "The query is not UTF-8.");
    *end++ = '\0';
    *write_at = end;
    *out = decoded;
    return true;
}

static bool parse_query(struct slice text, struct field_pair *pairs, size_t *count,
                        struct arena *arena, struct fault *fault)
{
    size_t found = 0;

    if (text.len == 0) {
        *count = 0;
        return true;
    }
    /* Decoding only shortens text; each name and each value needs a NUL. */
    char *room = arena_alloc(arena, text.len + 2 * HTTP_QUERY_MAX);
    if (room == NULL)
        return arena_fault(fault);
    while (text.len > 0) {
        struct slice value = slice_cut(&text, '&');
        if (value.len == 0)
            continue;
        struct slice name = slice_cut(&value, '=');
        if (found == HTTP_QUERY_MAX)
            return fault_set(fault, FAULT_INVALID, "too_many_parameters",
                             "The query has more than %d parameters.", (int)HTTP_QUERY_MAX);
        if (!decode_query_part(name, &room, &pairs[found].name, fault) ||
            !decode_query_part(value, &room, &pairs[found].value, fault))
            return false;
        found++;
    }
    *count = found;
    return true;
}

/* Removes scheme and host of a target in absolute form, which every server must accept (RFC 9112,
 * 3.2.2). The host is not compared with that of the header, because no route depends on it. Returns
 * false if it is no host. */
static bool cut_origin(struct slice *target)
{
    static const struct slice schemes[] = {
        {"http://",  7},
        {"https://", 8}
    };
    const struct slice whole = *target;

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        struct slice host = {whole.at, schemes[i].len};
        if (whole.len < host.len || !slice_equal_caseless(host, schemes[i]))
            continue;
        host = (struct slice){whole.at + schemes[i].len, 0};
        while (schemes[i].len + host.len < whole.len && host.at[host.len] != '/' &&
               host.at[host.len] != '?')
            host.len++;
        *target = slice_from(whole, schemes[i].len + host.len);
        return is_valid_host(host);
    }
    return true;
}

bool http_strict_parse_target(struct slice target, struct slice *path, struct field_pair *query,
                              size_t *query_count, struct arena *arena, struct fault *fault)
{
    struct field_pair pairs[HTTP_QUERY_MAX];
    size_t count = 0;

    if (target.len > HTTP_TARGET_MAX)
        return fault_set(fault, FAULT_TOO_LARGE, "target_too_long",
                         "The target is longer than %d bytes.", (int)HTTP_TARGET_MAX);
    struct slice rest = target;
    if (!cut_origin(&rest))
        return fault_bad_request(fault, "The target has no host.");
    const bool is_absolute = rest.len < target.len;
    struct slice whole = slice_cut(&rest, '?');
    if (is_absolute && whole.len == 0)
        whole = SLICE("/"); /* RFC 9110, 4.2.3: an empty path of a URI */
    if (whole.len == 0 || whole.at[0] != '/')
        return fault_bad_request(fault, "The target is not an absolute path.");
    if (!check_path(whole, fault))
        return false;
    *path = whole;
    if (!parse_query(rest, pairs, &count, arena, fault))
        return false;
    *query_count = count;
    if (count > 0)
        memcpy(query, pairs, count * sizeof pairs[0]);
    return true;
}
