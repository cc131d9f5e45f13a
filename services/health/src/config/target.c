// SPDX-License-Identifier: MIT
#include "config/target.h"

#include <string.h>

#include "base/ascii.h"
#include "base/parse.h"

enum { DNS_NAME_MAX = 253, PORT_MAX = 65535 };

#define FORM(name, word, form, probe) TARGET_##form,
static const enum target_form forms[CHECK_KINDS] = {CHECK_KINDS_EACH(FORM)};

const char *const target_forms[] = {
    [TARGET_NONE] = "left out",
    [TARGET_URL] = "a URL like https://host:port/path, without user and password",
    [TARGET_ADDRESS] = "host:port, an IPv6 address in brackets",
    [TARGET_NAME] = "a name of DNS",
    [TARGET_PATH] = "an absolute path",
};

enum target_form target_form_of_kind(enum check_kind kind)
{
    return forms[kind];
}

/* True if each label has 1 to 63 bytes; a trailing dot is allowed. */
static bool is_dns_name(struct slice name)
{
    if (name.len > 0 && name.at[name.len - 1] == '.')
        name.len--;
    if (name.len > DNS_NAME_MAX || !ascii_is_word(name, "-_."))
        return false;
    while (name.at != NULL) {
        const struct slice label = slice_cut(&name, '.');
        if (label.len == 0 || label.len > 63)
            return false;
    }
    return true;
}

/* Removes a DNS name, or an IPv6 address in brackets, from the front of `rest`. False: neither is
 * there. */
static bool skip_host(struct slice *rest)
{
    size_t len = 0;

    if (rest->len > 0 && rest->at[0] == '[') {
        const char *end = memchr(rest->at, ']', rest->len);
        if (end == NULL)
            return false;
        const struct slice inside = {rest->at + 1, (size_t)(end - rest->at) - 1};
        *rest = slice_from(*rest, inside.len + 2);
        return ascii_is_word(inside, ":.") && memchr(inside.at, ':', inside.len) != NULL;
    }
    while (len < rest->len && strchr(":/?#", rest->at[len]) == NULL)
        len++;
    const struct slice name = {rest->at, len};
    *rest = slice_from(*rest, len);
    return is_dns_name(name);
}

static bool is_port(struct slice text)
{
    int64_t port;

    return parse_i64(text, 1, PORT_MAX, &port) && text.at[0] != '0';
}

static bool is_host_and_port(struct slice text)
{
    return skip_host(&text) && text.len > 1 && text.at[0] == ':' && is_port(slice_from(text, 1));
}

bool target_is_url(struct slice text)
{
    const struct slice plain = SLICE("http://"), secure = SLICE("https://");

    if (!slice_starts(text, plain) && !slice_starts(text, secure))
        return false;
    text = slice_from(text, slice_starts(text, plain) ? plain.len : secure.len);
    if (!skip_host(&text))
        return false;
    if (text.len > 0 && text.at[0] == ':') {
        size_t len = 1;
        while (len < text.len && strchr("/?#", text.at[len]) == NULL)
            len++;
        if (!is_port((struct slice){text.at + 1, len - 1}))
            return false;
        text = slice_from(text, len);
    }
    return text.len == 0 || ascii_is_word(text, "-._~:/?@!$&'()*+,;=%[]");
}

bool target_fits(enum target_form form, struct slice target)
{
    switch (form) {
    case TARGET_NONE:
        return target.len == 0;
    case TARGET_URL:
        return target_is_url(target);
    case TARGET_ADDRESS:
        return is_host_and_port(target);
    case TARGET_NAME:
        return is_dns_name(target);
    case TARGET_PATH:
        return target.len > 0 && target.at[0] == '/';
    }
    return false;
}
