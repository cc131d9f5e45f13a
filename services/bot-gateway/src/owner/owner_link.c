// SPDX-License-Identifier: MIT
#include "owner/owner_link.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/digest.h"
#include "base/now.h"

enum {
    ID_LEN = sizeof((struct uuid){0}.bytes),
    SIGNED_LEN = ID_LEN + 2 * sizeof(uint32_t), /* owner, version, end in seconds */
    MAC_LEN = 16,
    LINK_LEN = SIGNED_LEN + MAC_LEN
};
_Static_assert(sizeof OWNER_LINK_PREFIX - 1 + DIGEST_BASE64_LEN(LINK_LEN) <= OWNER_LINK_MAX,
               "a link can carry the payload");

/* Signs a link. The text that a button signs begins with a digit (button.c), so the MAC of a button
 * is never valid for a link, or the reverse. */
static void compute_mac(const uint8_t signed_part[SIGNED_LEN], const uint8_t key[BUTTON_KEY_LEN],
                        uint8_t mac[DIGEST_SHA256_LEN])
{
    static const char purpose[] = "owner link 1:";
    char text[sizeof purpose - 1 + SIGNED_LEN];

    memcpy(text, purpose, sizeof purpose - 1);
    memcpy(text + sizeof purpose - 1, signed_part, SIGNED_LEN);
    digest_hmac_sha256((struct slice){(const char *)key, BUTTON_KEY_LEN},
                       (struct slice){text, sizeof text}, mac);
}

void owner_link_write(const struct owner_link *link, const uint8_t key[BUTTON_KEY_LEN],
                      char out[OWNER_LINK_MAX + 1])
{
    static const char prefix[] = OWNER_LINK_PREFIX;
    const uint32_t numbers[] = {htonl((uint32_t)link->version),
                                htonl((uint32_t)(link->ends_at / US_PER_S))};
    uint8_t bytes[LINK_LEN], mac[DIGEST_SHA256_LEN];

    memcpy(bytes, link->owner.bytes, ID_LEN);
    memcpy(bytes + ID_LEN, numbers, sizeof numbers);
    compute_mac(bytes, key, mac);
    memcpy(bytes + SIGNED_LEN, mac, MAC_LEN);
    memcpy(out, prefix, sizeof prefix);
    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)bytes, LINK_LEN},
                         out + sizeof prefix - 1);
}

bool owner_link_read(struct slice text, const uint8_t key[BUTTON_KEY_LEN], struct owner_link *out)
{
    uint8_t bytes[LINK_LEN], mac[DIGEST_SHA256_LEN];
    uint32_t numbers[2];
    size_t len;

    if (!digest_base64_decode(DIGEST_BASE64_URL, text, bytes, sizeof bytes, &len) ||
        len != LINK_LEN)
        return false;
    compute_mac(bytes, key, mac);
    if (!digest_equal(mac, bytes + SIGNED_LEN, MAC_LEN))
        return false;
    memcpy(out->owner.bytes, bytes, ID_LEN);
    memcpy(numbers, bytes + ID_LEN, sizeof numbers);
    out->version = ntohl(numbers[0]);
    out->ends_at = ntohl(numbers[1]) * US_PER_S;
    return true;
}
