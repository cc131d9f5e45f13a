// SPDX-License-Identifier: MIT
#include "dialogue/button.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/parse.h"
#include "base/text.h"

enum {
    MAC_LEN = 8,      /* bytes of the HMAC that are sent: a forger needs 2^63 taps on average */
    MAC_TEXT_LEN = 11 /* in base64url */
};

void button_derive_key(struct slice token, uint8_t key[BUTTON_KEY_LEN])
{
    digest_hmac_sha256(token, SLICE("tapbot buttons 1"), key);
}

/* Computes the MAC of `text`, callback_data without its MAC, for this person. */
static void compute_mac(struct slice text, const uint8_t key[BUTTON_KEY_LEN], int64_t user_id,
                        char out[DIGEST_BASE64_LEN(MAC_LEN) + 1])
{
    uint8_t digest[DIGEST_SHA256_LEN];
    char room[BUTTON_DATA_MAX + 32];
    struct buf signed_text;

    buf_init_over(&signed_text, room, sizeof room);
    buf_i64(&signed_text, user_id);
    buf_char(&signed_text, ':');
    buf_slice(&signed_text, text);
    digest_hmac_sha256((struct slice){(const char *)key, BUTTON_KEY_LEN},
                       buf_as_slice(&signed_text), digest);
    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)digest, MAC_LEN}, out);
}

static bool is_valid_name(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!ascii_is_lower(text.at[i]) && !ascii_is_digit(text.at[i]) && text.at[i] != '_')
            return false;
    return text.len > 0 && text.len <= BUTTON_NAME_MAX;
}

struct slice button_make_id_argument(const struct uuid *id, const char *suffix, struct arena *arena)
{
    char text[DIGEST_BASE64_LEN(sizeof id->bytes) + 1];

    digest_base64_encode(DIGEST_BASE64_URL,
                         (struct slice){(const char *)id->bytes, sizeof id->bytes}, text);
    return arena_printf(arena, "%s%s", text, suffix);
}

bool button_write(const struct button *button, const uint8_t key[BUTTON_KEY_LEN], int64_t user_id,
                  char data[BUTTON_DATA_MAX + 1])
{
    char mac[DIGEST_BASE64_LEN(MAC_LEN) + 1];
    struct fault ignored;
    struct buf text;

    if (!is_valid_name(button->flow) || !is_valid_name(button->action) ||
        !text_is_url_safe(button->argument) || button->version < 0)
        return false;
    buf_init_over(&text, data, BUTTON_DATA_MAX + 1); /* with the NUL of buf_printf() */
    buf_printf(&text, "%.*s.%lld.%.*s.%.*s", SLICE_ARG(button->flow), (long long)button->version,
               SLICE_ARG(button->action), SLICE_ARG(button->argument));
    compute_mac(buf_as_slice(&text), key, user_id, mac);
    buf_printf(&text, ".%s", mac);
    return buf_ok(&text, &ignored);
}

bool button_read(struct slice data, const uint8_t key[BUTTON_KEY_LEN], int64_t user_id,
                 struct button *out)
{
    char mac[DIGEST_BASE64_LEN(MAC_LEN) + 1];

    if (data.len > BUTTON_DATA_MAX || data.len < MAC_TEXT_LEN + 1)
        return false;
    struct slice rest = {data.at, data.len - MAC_TEXT_LEN - 1};
    if (data.at[rest.len] != '.')
        return false;
    compute_mac(rest, key, user_id, mac);
    if (!digest_equal(mac, data.at + rest.len + 1, MAC_TEXT_LEN))
        return false;
    out->flow = slice_cut(&rest, '.');
    const struct slice version = slice_cut(&rest, '.');
    out->action = slice_cut(&rest, '.');
    out->argument = rest;
    return rest.at != NULL && parse_i64(version, 0, INT64_MAX, &out->version);
}
