// SPDX-License-Identifier: MIT
#include "base/parse.h"
#include "cache/address_private.h"

enum { REDIS_PORT = 6379, REDIS_DATABASES_MAX = 1024 };

static bool bad_url(struct fault *fault, const char *why)
{
    return fault_set(fault, FAULT_INVALID, "cache_url", "The Redis URL is wrong: %s", why);
}

static bool starts(struct slice text, struct slice prefix)
{
    return text.len >= prefix.len && memcmp(text.at, prefix.at, prefix.len) == 0;
}

static struct slice rest(struct slice text, size_t from)
{
    return (struct slice){text.at + from, text.len - from};
}

static bool percent_decode(struct slice text, char *out, size_t max)
{
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '%') {
            if (i + 2 >= text.len)
                return false;
            int high = parse_hex_digit(text.at[i + 1]);
            int low = parse_hex_digit(text.at[i + 2]);
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0' || len == max)
            return false;
        out[len++] = c;
    }
    out[len] = '\0';
    return true;
}

static bool copy_text(struct slice text, char *out, size_t max)
{
    if (text.len == 0 || text.len > max || memchr(text.at, '\0', text.len) != NULL)
        return false;
    memcpy(out, text.at, text.len);
    out[text.len] = '\0';
    return true;
}

static bool parse_database(struct slice text, unsigned *out)
{
    int64_t number;
    if (text.len == 0)
        return true;
    if (!parse_i64(text, 0, REDIS_DATABASES_MAX, &number))
        return false;
    *out = (unsigned)number;
    return true;
}

static bool parse_unix(struct slice text, struct cache_address *out, struct fault *fault)
{
    const struct slice query = SLICE("?db=");
    struct slice path = text;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '?')
            continue;
        if (!starts(rest(text, i), query) ||
            !parse_database(rest(text, i + query.len), &out->database))
            return bad_url(fault, "after the path only ?db=<number> may follow");
        path.len = i;
        break;
    }
    if (path.len == 0 || path.at[0] != '/' || !copy_text(path, out->path, CACHE_PATH_MAX))
        return bad_url(fault, "unix:// needs an absolute path of at most 107 bytes");
    return true;
}

static bool parse_login(struct slice text, struct cache_address *out, struct fault *fault)
{
    const char *colon = memchr(text.at, ':', text.len);
    size_t user_len = colon != NULL ? (size_t)(colon - text.at) : 0;
    size_t password_from = colon != NULL ? user_len + 1 : 0;
    if (!percent_decode((struct slice){text.at, user_len}, out->user, CACHE_SECRET_MAX) ||
        !percent_decode(rest(text, password_from), out->password, CACHE_SECRET_MAX))
        return bad_url(fault, "the user or the password is too long or badly percent-encoded");
    return true;
}

/* "host", "host:port", "[v6]", "[v6]:port" */
static bool parse_host(struct slice text, struct cache_address *out, struct fault *fault)
{
    struct slice host = text;
    struct slice port = {NULL, 0};
    const char *colon = memchr(text.at, ':', text.len);
    if (text.len > 0 && text.at[0] == '[') {
        const char *close = memchr(text.at, ']', text.len);
        if (close == NULL)
            return bad_url(fault, "an IPv6 host must end with ]");
        host = (struct slice){text.at + 1, (size_t)(close - text.at) - 1};
        port = rest(text, (size_t)(close - text.at) + 1);
        if (port.len > 0 && port.at[0] != ':')
            return bad_url(fault, "after ] only :port may follow");
    } else if (colon != NULL) {
        host.len = (size_t)(colon - text.at);
        port = rest(text, host.len);
    }
    int64_t number = REDIS_PORT;
    if (port.len > 0 && !parse_i64(rest(port, 1), 1, UINT16_MAX, &number))
        return bad_url(fault, "the port must be 1 to 65535");
    if (!copy_text(host, out->host, CACHE_HOST_MAX))
        return bad_url(fault, "the host is missing or too long");
    out->port = (uint16_t)number;
    return true;
}

static bool parse_tcp(struct slice text, struct cache_address *out, struct fault *fault)
{
    const char *at = text.len > 0 ? memrchr(text.at, '@', text.len) : NULL;
    if (at != NULL) {
        size_t len = (size_t)(at - text.at);
        if (!parse_login((struct slice){text.at, len}, out, fault))
            return false;
        text = rest(text, len + 1);
    }
    const char *slash = text.len > 0 ? memchr(text.at, '/', text.len) : NULL;
    if (slash != NULL) {
        size_t len = (size_t)(slash - text.at);
        if (!parse_database(rest(text, len + 1), &out->database))
            return bad_url(fault, "the database must be a number");
        text.len = len;
    }
    return parse_host(text, out, fault);
}

bool cache_address_parse(struct slice url, struct cache_address *out, struct fault *fault)
{
    const struct slice tcp = SLICE("redis://");
    const struct slice local = SLICE("unix://");
    struct cache_address address = {.none = url.len == 0};
    bool ok = true;
    if (starts(url, tcp))
        ok = parse_tcp(rest(url, tcp.len), &address, fault);
    else if (starts(url, local))
        ok = parse_unix(rest(url, local.len), &address, fault);
    else if (url.len > 0)
        return bad_url(fault, "it must begin with redis:// or unix://");
    if (ok)
        *out = address;
    return ok;
}
