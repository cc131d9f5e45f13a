// SPDX-License-Identifier: MIT
#include "api/idempotency.h"

static bool is_visible_ascii(char c)
{
    return c > ' ' && c < 0x7f;
}

static bool fault_bad_key(struct fault *fault)
{
    return fault_set(fault, FAULT_UNREADABLE, "bad_idempotency_key",
                     "Idempotency-Key is 1 to %d visible ASCII characters, plain or quoted",
                     IDEMPOTENCY_KEY_MAX);
}

/* Reads the inside of a quoted string (RFC 8941, 3.3.3), in which `\"` and `\\` are the only
 * escapes. Returns the length; -1 if it is not valid. */
static int unquote_string(struct slice inner, char *out)
{
    int len = 0;

    for (size_t i = 0; i < inner.len; i++) {
        char c = inner.at[i];

        if (c == '"')
            return -1;
        if (c == '\\') {
            i++;
            if (i == inner.len || (inner.at[i] != '"' && inner.at[i] != '\\'))
                return -1;
            c = inner.at[i];
        }
        out[len++] = c;
    }
    return len;
}

bool api_idempotency_read_key(struct slice header, struct arena *arena, struct slice *key,
                              struct fault *fault)
{
    char text[2 * IDEMPOTENCY_KEY_MAX];
    struct slice plain = slice_trim(header);
    int len;

    if (plain.len > 0 && plain.at[0] == '"') {
        if (plain.len < 2 || plain.len > sizeof text || plain.at[plain.len - 1] != '"')
            return fault_bad_key(fault);
        len = unquote_string((struct slice){plain.at + 1, plain.len - 2}, text);
        if (len < 0)
            return fault_bad_key(fault);
        plain = (struct slice){text, (size_t)len};
    }
    if (plain.len == 0 || plain.len > IDEMPOTENCY_KEY_MAX)
        return fault_bad_key(fault);
    for (size_t i = 0; i < plain.len; i++)
        if (!is_visible_ascii(plain.at[i]))
            return fault_bad_key(fault);
    return arena_keep(arena, plain, key, fault);
}

/* The raw bytes after the '?'; absent if there is no query. */
static struct slice get_raw_query(const struct http_request *req)
{
    struct slice rest = req->target;

    (void)slice_cut(&rest, '?');
    return rest;
}

static bool compute_fingerprint(const struct http_request *req, const struct api_caller *caller,
                                struct slice canonical, char *hex_out, struct fault *fault)
{
    const struct slice parts[] = {slice_of(http_method_name(req->method)), req->path,
                                  get_raw_query(req), caller->actor_text, canonical};
    uint8_t hash[DIGEST_SHA256_LEN];
    struct buf text = BUF(canonical.len + req->target.len + caller->actor_text.len + 64);
    bool ok;

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_slice(&text, parts[i]);
        buf_char(&text, '\n');
    }
    ok = buf_ok(&text, fault);
    if (ok) {
        digest_sha256(buf_as_slice(&text), hash);
        digest_hex(hash, sizeof hash, hex_out);
    }
    buf_finish(&text);
    return ok;
}

static void set_id_and_lock(const struct uuid *client, struct slice key,
                            struct idempotency *idempotency)
{
    char text[sizeof client->bytes + IDEMPOTENCY_KEY_MAX];
    uint8_t hash[DIGEST_SHA256_LEN];

    memcpy(text, client->bytes, sizeof client->bytes);
    memcpy(text + sizeof client->bytes, key.at, key.len);
    digest_sha256((struct slice){text, sizeof client->bytes + key.len}, hash);
    memcpy(idempotency->id.bytes, hash, sizeof idempotency->id.bytes);
    memcpy(&idempotency->lock, hash + sizeof idempotency->id.bytes, sizeof idempotency->lock);
    if (idempotency->lock == INT64_MIN)
        idempotency->lock = 0; /* because db_int() writes INT64_MIN as NULL */
}

bool idempotency_identify(const struct http_request *req, const struct api_caller *caller,
                          struct slice key, struct slice canonical, struct idempotency *out,
                          struct fault *fault)
{
    struct idempotency idempotency = {.on = true, .key = key};

    if (!compute_fingerprint(req, caller, canonical, idempotency.fingerprint, fault))
        return false;
    set_id_and_lock(&caller->client_id, key, &idempotency);
    *out = idempotency;
    return true;
}
