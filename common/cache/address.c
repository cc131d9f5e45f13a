// SPDX-License-Identifier: MIT
#include "base/parse.h"
#include "cache/address_private.h"

enum { REDIS_PORT = 6379, REDIS_DATABASES_MAX = 1024 };

static bool fault_bad_url(struct fault *fault, const char *why)
{
    return fault_set(fault, FAULT_INVALID, "cache_url", "The Redis URL is wrong: %s", why);
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

static bool copy_nonempty_text(struct slice text, char *out, size_t max)
{
    if (text.len == 0 || text.len > max || memchr(text.at, '\0', text.len) != NULL)
        return false;
    slice_copy(text, out, max + 1);
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
    const struct slice database = SLICE("db=");
    const struct slice path = slice_cut(&text, '?');

    if (text.at != NULL && (!slice_starts(text, database) ||
                            !parse_database(slice_from(text, database.len), &out->database)))
        return fault_bad_url(fault, "after the path only ?db=<number> may follow");
    if (path.len == 0 || path.at[0] != '/' || !copy_nonempty_text(path, out->path, CACHE_PATH_MAX))
        return fault_bad_url(fault, "unix:// needs an absolute path of at most 107 bytes");
    return true;
}

static bool parse_login(struct slice text, struct cache_address *out, struct fault *fault)
{
    struct slice password = text;
    struct slice user = slice_cut(&password, ':');

    if (password.at == NULL) {
        password = text;
        user.len = 0;
    }
    if (!percent_decode(user, out->user, CACHE_SECRET_MAX) ||
        !percent_decode(password, out->password, CACHE_SECRET_MAX))
        return fault_bad_url(fault,
                             "the user or the password is too long or badly percent-encoded");
    return true;
}

/* Parses "host", "host:port", "[v6]" or "[v6]:port". */
static bool parse_host(struct slice text, struct cache_address *out, struct fault *fault)
{
    struct slice host = text;
    int64_t port = REDIS_PORT;

    if (text.len > 0 && text.at[0] == '[') {
        text = slice_from(text, 1);
        host = slice_cut(&text, ']');
        if (text.at == NULL)
            return fault_bad_url(fault, "an IPv6 host must end with ]");
        if (text.len > 0 && text.at[0] != ':')
            return fault_bad_url(fault, "after ] only :port may follow");
        text = text.len > 0 ? slice_from(text, 1) : SLICE_NONE;
    } else {
        host = slice_cut(&text, ':');
    }
    if (text.at != NULL && !parse_i64(text, 1, UINT16_MAX, &port))
        return fault_bad_url(fault, "the port must be 1 to 65535");
    if (!copy_nonempty_text(host, out->host, CACHE_HOST_MAX))
        return fault_bad_url(fault, "the host is missing or too long");
    out->port = (uint16_t)port;
    return true;
}

static bool parse_tcp(struct slice text, struct cache_address *out, struct fault *fault)
{
    const char *at = text.len > 0 ? memrchr(text.at, '@', text.len) : NULL;

    if (at != NULL) {
        size_t len = (size_t)(at - text.at);
        if (!parse_login((struct slice){text.at, len}, out, fault))
            return false;
        text = slice_from(text, len + 1);
    }
    const struct slice host = slice_cut(&text, '/');
    if (text.at != NULL && !parse_database(text, &out->database))
        return fault_bad_url(fault, "the database must be a number");
    return parse_host(host, out, fault);
}

bool cache_address_parse(struct slice url, struct cache_address *out, struct fault *fault)
{
    const struct slice tcp = SLICE("redis://");
    const struct slice local = SLICE("unix://");
    struct cache_address address = {.none = url.len == 0};
    bool ok = true;

    if (slice_starts(url, tcp))
        ok = parse_tcp(slice_from(url, tcp.len), &address, fault);
    else if (slice_starts(url, local))
        ok = parse_unix(slice_from(url, local.len), &address, fault);
    else if (url.len > 0)
        return fault_bad_url(fault, "it must begin with redis:// or unix://");
    if (ok)
        *out = address;
    return ok;
}
