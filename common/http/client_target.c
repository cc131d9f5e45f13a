// SPDX-License-Identifier: MIT
#include <curl/curl.h>

#include "base/auto.h"
#include "base/parse.h"
#include "http/client.h"
#include "http/client_target_private.h"
#include "loop/work.h"

static void auto_curl_url_(CURLU **url)
{
    curl_url_cleanup(*url);
}

static void auto_curl_text_(char **text)
{
    curl_free(*text);
}

#define auto_curl_url  AUTO(auto_curl_url_)
#define auto_curl_text AUTO(auto_curl_text_)

static bool fault_bad_url(struct fault *fault)
{
    return fault_set(fault, FAULT_INVALID, "bad_url", "The address of the other server is wrong.");
}

static char *get_url_part(CURLU *url, CURLUPart part, unsigned flags)
{
    char *text = NULL;

    return curl_url_get(url, part, &text, flags) == CURLUE_OK ? text : NULL;
}

static bool copy_host_without_brackets(const char *host, char out[HTTP_HOST_MAX + 1])
{
    size_t len = strlen(host);

    if (len > 2 && host[0] == '[') {
        host++;
        len -= 2;
    }
    if (len == 0 || len > HTTP_HOST_MAX)
        return false;
    memcpy(out, host, len);
    out[len] = '\0';
    return true;
}

static bool parse_target_url(CURLU *url, struct arena *arena, struct http_target *out,
                             struct fault *fault)
{
    curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
    auto_curl_text char *scheme = get_url_part(url, CURLUPART_SCHEME, 0);
    auto_curl_text char *host = get_url_part(url, CURLUPART_HOST, 0);
    auto_curl_text char *whole = get_url_part(url, CURLUPART_URL, 0);
    auto_curl_text char *zone = get_url_part(url, CURLUPART_ZONEID, 0);
    auto_curl_text char *port = get_url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    struct http_target target = {0};
    int64_t number;
    if (zone != NULL || whole == NULL || scheme == NULL || host == NULL || port == NULL ||
        strlen(whole) > HTTP_URL_MAX || !copy_host_without_brackets(host, target.host) ||
        !parse_i64(slice_of(port), 1, UINT16_MAX, &number))
        return fault_bad_url(fault);
    target.plain = strcmp(scheme, "http") == 0;
    if (!target.plain && strcmp(scheme, "https") != 0)
        return fault_bad_url(fault);
    target.port = (uint16_t)number;
    target.url = arena_copy(arena, slice_of(whole)).at;
    target.origin = arena_printf(arena, "%s://%s:%s", scheme, host, port);
    if (target.url == NULL || target.origin.at == NULL)
        return arena_fault(fault);
    *out = target;
    return true;
}

bool http_target_parse(const char *url, struct arena *arena, struct http_target *out,
                       struct fault *fault)
{
    auto_curl_url CURLU *handle = curl_url();

    if (handle == NULL)
        return arena_fault(fault);
    if (curl_url_set(handle, CURLUPART_URL, url, CURLU_DISALLOW_USER) != CURLUE_OK)
        return fault_bad_url(fault);
    return parse_target_url(handle, arena, out, fault);
}

bool http_url_resolve(const char *base, struct slice location, struct arena *arena,
                      struct slice *out, struct fault *fault)
{
    auto_curl_url CURLU *handle = curl_url();
    const struct slice text = arena_copy(arena, location);
    struct http_target target;

    if (handle == NULL || text.at == NULL)
        return arena_fault(fault);
    if (strlen(text.at) != location.len ||
        curl_url_set(handle, CURLUPART_URL, base, CURLU_DISALLOW_USER) != CURLUE_OK ||
        curl_url_set(handle, CURLUPART_URL, text.at, CURLU_DISALLOW_USER) != CURLUE_OK)
        return fault_bad_url(fault);
    if (!parse_target_url(handle, arena, &target, fault))
        return false;
    *out = slice_of(target.url);
    return true;
}

/* True for localhost and its subdomains (RFC 6761, 6.3). */
static bool is_localhost(const char *name)
{
    struct slice host = slice_of(name);
    struct slice local = SLICE("localhost");

    if (host.len > 0 && host.at[host.len - 1] == '.')
        host.len--;
    if (host.len > local.len && host.at[host.len - local.len - 1] == '.')
        host = slice_from(host, host.len - local.len);
    return slice_equal_caseless(host, local);
}

/* True if the host is an address for which `fits` is true, or localhost. */
static bool is_localhost_or_address(const struct http_target *target,
                                    bool (*fits)(const struct work_address *address))
{
    struct work_address address;

    return work_address_parse(target->host, target->port, &address) ? fits(&address)
                                                                    : is_localhost(target->host);
}

bool http_target_is_private(const struct http_target *target)
{
    return is_localhost_or_address(target, work_address_is_private);
}

/* --- proxies --- */

static bool fault_bad_proxy(struct fault *fault)
{
    return fault_set(fault, FAULT_INVALID, "bad_proxy",
                     "A proxy is http://host:port or socks5h://user:password@host:port.");
}

/* Reads a user or a password. Fails for control characters, which curl refuses to decode. */
static bool get_url_secret(CURLU *url, CURLUPart part, char out[HTTP_PROXY_SECRET_MAX + 1])
{
    auto_curl_text char *raw = get_url_part(url, part, 0);
    auto_curl_text char *plain = get_url_part(url, part, CURLU_URLDECODE);

    if (raw == NULL)
        return true;
    if (plain == NULL || strlen(plain) > HTTP_PROXY_SECRET_MAX)
        return false;
    memcpy(out, plain, strlen(plain) + 1);
    return true;
}

/* True for a URL without a path and without other parts, which would be typing errors in a proxy's
 * URL. */
static bool has_only_server(CURLU *url)
{
    static const CURLUPart others[] = {CURLUPART_QUERY, CURLUPART_FRAGMENT, CURLUPART_ZONEID,
                                       CURLUPART_OPTIONS};
    auto_curl_text char *path = get_url_part(url, CURLUPART_PATH, 0);
    bool alone = path == NULL || strcmp(path, "/") == 0;

    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        auto_curl_text char *part = get_url_part(url, others[i], 0);
        alone = alone && part == NULL;
    }
    return alone;
}

static bool parse_proxy_url(CURLU *url, struct http_proxy *out, struct fault *fault)
{
    auto_curl_text char *scheme = get_url_part(url, CURLUPART_SCHEME, 0);
    auto_curl_text char *host = get_url_part(url, CURLUPART_HOST, 0);
    auto_curl_text char *port = get_url_part(url, CURLUPART_PORT, 0);
    struct http_proxy proxy = {0};
    int64_t number;

    if (!has_only_server(url) || scheme == NULL || host == NULL || port == NULL ||
        !copy_host_without_brackets(host, proxy.host) ||
        !parse_i64(slice_of(port), 1, UINT16_MAX, &number) ||
        !get_url_secret(url, CURLUPART_USER, proxy.user) ||
        !get_url_secret(url, CURLUPART_PASSWORD, proxy.password))
        return fault_bad_proxy(fault);
    if (strcmp(scheme, "http") != 0 && strcmp(scheme, "socks5h") != 0)
        return fault_bad_proxy(fault);
    memcpy(proxy.scheme, scheme, strlen(scheme) + 1);
    proxy.port = (uint16_t)number;
    *out = proxy;
    return true;
}

bool http_proxy_parse(const char *text, struct http_proxy *out, struct fault *fault)
{
    auto_curl_url CURLU *handle = curl_url();

    if (handle == NULL)
        return fault_out_of_memory(fault, "a proxy");
    if (curl_url_set(handle, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return fault_bad_proxy(fault);
    return parse_proxy_url(handle, out, fault);
}

/* The path of a URL as curl has normalised it, which has at least a "/" after the host. */
static struct slice path_of_normalised_url(const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host != NULL ? strchr(host + 3, '/') : NULL;

    return path != NULL ? (struct slice){path, strcspn(path, "?#")} : SLICE("/");
}

bool http_url_parse(const char *url, struct arena *arena, struct http_url *out, struct fault *fault)
{
    struct http_target target;

    if (!http_target_parse(url, arena, &target, fault))
        return false;
    const struct slice host = arena_copy(arena, slice_of(target.host));
    if (host.at == NULL)
        return arena_fault(fault);
    *out = (struct http_url){.host = host,
                             .path = path_of_normalised_url(target.url),
                             .port = target.port,
                             .plain = target.plain,
                             .is_private = http_target_is_private(&target),
                             .is_loopback =
                                 is_localhost_or_address(&target, work_address_is_loopback)};
    return true;
}
