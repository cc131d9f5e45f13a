// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "api/deliver_private.h"

#define SECRET_PREFIX "whsec_"

bool deliver_secret_read(struct slice secret, struct deliver_key *out, struct fault *fault)
{
    struct deliver_key key;

    if (!slice_starts(secret, SLICE(SECRET_PREFIX)) ||
        !digest_base64_decode(DIGEST_BASE64, slice_from(secret, strlen(SECRET_PREFIX)), key.bytes,
                              sizeof key.bytes, &key.len) ||
        key.len < DELIVER_KEY_MIN)
        return fault_set(fault, FAULT_INVALID, "bad_secret",
                         "Must be whsec_ and the base64 of 24 to 64 bytes");
    *out = key;
    return true;
}

void deliver_secret_make(struct deliver_key *out)
{
    uint8_t random[DELIVER_MADE_KEY * 3 / 4];
    char text[DIGEST_BASE64_LEN(sizeof random) + 1];

    digest_random(random, sizeof random);
    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)random, sizeof random},
                         text);
    memcpy(out->bytes, text, DELIVER_MADE_KEY);
    out->len = DELIVER_MADE_KEY;
}

void deliver_secret_write(const struct deliver_key *key, char out[DELIVER_SECRET_MAX + 1])
{
    const size_t prefix = strlen(SECRET_PREFIX);

    memcpy(out, SECRET_PREFIX, prefix);
    digest_base64_encode(DIGEST_BASE64, (struct slice){(const char *)key->bytes, key->len},
                         out + prefix);
}

bool deliver_key_is_printable(const struct deliver_key *key)
{
    for (size_t i = 0; i < key->len; i++)
        if (key->bytes[i] < 0x21 || key->bytes[i] > 0x7e)
            return false;
    return true;
}

void deliver_sign(struct slice key, struct slice content, char out[DELIVER_SIGNATURE_LEN + 1])
{
    uint8_t hmac[DIGEST_SHA256_LEN];

    digest_hmac_sha256(key, content, hmac);
    memcpy(out, "v1,", 3);
    digest_base64_encode(DIGEST_BASE64, (struct slice){(const char *)hmac, sizeof hmac}, out + 3);
}

void deliver_sign_headers(struct slice key, const char *id, int64_t at_s, struct slice content,
                          struct deliver_headers *out)
{
    char signature[DELIVER_SIGNATURE_LEN + 1];

    deliver_sign(key, content, signature);
    snprintf(out->id, sizeof out->id, "webhook-id: %.100s", id);
    snprintf(out->timestamp, sizeof out->timestamp, "webhook-timestamp: %lld", (long long)at_s);
    snprintf(out->signature, sizeof out->signature, "webhook-signature: %s", signature);
}

/* --- addresses --- */

static bool is_host_in_list(const char *hosts, struct slice host)
{
    struct slice rest = slice_of(hosts);

    while (rest.len > 0)
        if (slice_equal_caseless(slice_trim(slice_cut(&rest, ',')), host))
            return true;
    return false;
}

/* True if the text contains `part`, in any case. */
static bool has_part(struct slice text, const char *part)
{
    const struct slice wanted = slice_of(part);

    for (size_t i = 0; i + wanted.len <= text.len; i++)
        if (slice_equal_caseless((struct slice){text.at + i, wanted.len}, wanted))
            return true;
    return false;
}

/* True for a path below those of n8n's webhooks. Encoded dots and slashes are refused, because a
 * receiver may resolve them to another path. */
static bool is_webhook_path(struct slice path)
{
    return (slice_starts(path, SLICE("/webhook/")) ||
            slice_starts(path, SLICE("/webhook-test/"))) &&
           !has_part(path, "%2e") && !has_part(path, "%2f") && !has_part(path, "%5c") &&
           !has_part(path, "\\");
}

static bool refuse_url(struct fault *fault, const char *detail)
{
    return fault_set(fault, FAULT_INVALID, "url_not_allowed", "%s", detail);
}

bool deliver_check_host(const struct deliver_hosts *hosts, const char *text, struct arena *arena,
                        bool *is_ours, struct fault *fault)
{
    struct http_url url;

    if (!http_url_parse(text, arena, &url, fault))
        return false;
    const bool loopback = hosts->loopback && url.is_loopback;
    const bool ours = loopback || is_host_in_list(hosts->internal, url.host);
    if (ours && !loopback && !is_webhook_path(url.path))
        return refuse_url(fault, "Must lead to a path below /webhook/ or /webhook-test/");
    if (!ours && url.plain)
        return refuse_url(fault, "Must be https");
    if (!ours && url.is_private)
        return refuse_url(fault, "Must not lead into a private network");
    *is_ours = ours;
    return true;
}

bool deliver_url_check(const struct deliver_hosts *hosts, struct slice url, struct arena *arena,
                       struct fault *fault)
{
    const struct slice text = arena_copy(arena, url);
    bool is_ours;

    if (text.at == NULL)
        return arena_fault(fault);
    if (strlen(text.at) != url.len || url.len > DELIVER_URL_MAX)
        return fault_set(fault, FAULT_INVALID, "bad_url", "Must be an address of at most %d bytes",
                         DELIVER_URL_MAX);
    return deliver_check_host(hosts, text.at, arena, &is_ours, fault);
}
