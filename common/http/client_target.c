// SPDX-License-Identifier: MIT
#include <curl/curl.h>

#include "base/auto.h"
#include "base/parse.h"
#include "http/client_target_private.h"

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

static bool bad_url(struct fault *fault)
{
    return fault_set(fault, FAULT_INVALID, "bad_url", "The address of the other server is wrong.");
}

static char *url_part(CURLU *url, CURLUPart which, unsigned flags)
{
    char *text = NULL;
    return curl_url_get(url, which, &text, flags) == CURLUE_OK ? text : NULL;
}

static bool copy_host(const char *host, char out[HTTP_HOST_MAX + 1])
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

static bool take_url_apart(CURLU *url, struct arena *arena, struct http_target *out,
                           struct fault *fault)
{
    curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
    auto_curl_text char *whole = url_part(url, CURLUPART_URL, 0);
    auto_curl_text char *scheme = url_part(url, CURLUPART_SCHEME, 0);
    auto_curl_text char *host = url_part(url, CURLUPART_HOST, 0);
    auto_curl_text char *zone = url_part(url, CURLUPART_ZONEID, 0);
    auto_curl_text char *port = url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    struct http_target target = {0};
    int64_t number;
    if (zone != NULL || whole == NULL || scheme == NULL || host == NULL || port == NULL ||
        strlen(whole) > HTTP_URL_MAX || !copy_host(host, target.host) ||
        !parse_i64(slice_of(port), 1, UINT16_MAX, &number))
        return bad_url(fault);
    target.plain = strcmp(scheme, "http") == 0;
    if (!target.plain && strcmp(scheme, "https") != 0)
        return bad_url(fault);
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
        return bad_url(fault);
    return take_url_apart(handle, arena, out, fault);
}
