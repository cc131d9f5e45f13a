// SPDX-License-Identifier: MIT
#include "messages/seen_ids.h"

#include <stdlib.h>

#include "base/digest.h"

enum {
    FORMAT = 2,     /* the first byte of a cursor */
    HEAD = 1 + 8,   /* bytes of the format and the hash */
    NUMBER_MAX = 9, /* bytes of a difference, at most: each byte has 7 of its bits */
    BYTES_MAX = HEAD + SEEN_IDS_MAX * NUMBER_MAX
};

static int compare_numbers(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

bool seen_ids_has(const struct seen_ids *seen, int64_t number)
{
    return seen->count > 0 &&
           bsearch(&number, seen->numbers, seen->count, sizeof number, compare_numbers) != NULL;
}

bool seen_ids_merge(const struct seen_ids *seen, const int64_t *numbers, size_t count,
                    struct arena *arena, struct seen_ids *out, struct fault *fault)
{
    int64_t *all = arena_alloc(arena, (seen->count + count) * sizeof *all + 1);

    if (all == NULL)
        return arena_fault(fault);
    if (seen->count > 0)
        memcpy(all, seen->numbers, seen->count * sizeof *all);
    if (count > 0)
        memcpy(all + seen->count, numbers, count * sizeof *all);
    qsort(all, seen->count + count, sizeof *all, compare_numbers);
    *out = (struct seen_ids){all, seen->count + count};
    return true;
}

static void write_hash(struct slice text, uint8_t *out)
{
    const uint64_t hash = digest_fast64(text);

    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(hash >> (8 * i));
}

/* Reads the difference at `*at`, and advances `*at`. 0: there is no valid difference. */
static uint64_t read_difference(const uint8_t *bytes, size_t len, size_t *at)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < NUMBER_MAX && *at < len; i++) {
        const uint8_t byte = bytes[(*at)++];
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80)
            return value;
    }
    return 0;
}

static bool read_numbers(const uint8_t *bytes, size_t len, int64_t *numbers, size_t *count)
{
    int64_t last = 0;

    *count = 0;
    for (size_t at = HEAD; at < len; (*count)++) {
        const uint64_t more = read_difference(bytes, len, &at);
        if (more == 0 || more > (uint64_t)(INT64_MAX - last) || *count == SEEN_IDS_MAX)
            return false;
        numbers[*count] = last += (int64_t)more;
    }
    return *count > 0;
}

bool seen_ids_read_cursor(struct slice cursor, struct slice request_text, struct arena *arena,
                          struct seen_ids *out, struct fault *fault)
{
    uint8_t bytes[BYTES_MAX], head[HEAD] = {FORMAT};
    size_t len;

    if (cursor.at == NULL) {
        *out = (struct seen_ids){.count = 0};
        return true;
    }
    struct seen_ids seen = {.count = 0};
    int64_t *numbers = arena_alloc(arena, SEEN_IDS_MAX * sizeof *numbers);
    if (numbers == NULL)
        return arena_fault(fault);
    write_hash(request_text, head + 1);
    if (!digest_base64_decode(DIGEST_BASE64_URL, cursor, bytes, sizeof bytes, &len) || len < HEAD ||
        memcmp(bytes, head, HEAD) != 0 || !read_numbers(bytes, len, numbers, &seen.count))
        return fault_set_field(fault, arena, "cursor", "bad_cursor",
                               "The cursor is not one of this search");
    seen.numbers = numbers;
    *out = seen;
    return true;
}

void seen_ids_write_cursor(const struct seen_ids *seen, struct slice request_text, struct buf *out)
{
    uint8_t bytes[BYTES_MAX] = {FORMAT};
    size_t len = HEAD;
    int64_t last = 0;

    write_hash(request_text, bytes + 1);
    for (size_t i = 0; i < seen->count && i < SEEN_IDS_MAX; i++) {
        uint64_t more = (uint64_t)(seen->numbers[i] - last);
        for (; more >= 0x80; more >>= 7)
            bytes[len++] = (uint8_t)(more | 0x80);
        bytes[len++] = (uint8_t)more;
        last = seen->numbers[i];
    }
    char *text = buf_reserve(out, DIGEST_BASE64_LEN(len) + 1);
    if (text != NULL)
        buf_advance(out, digest_base64_encode(DIGEST_BASE64_URL,
                                              (struct slice){(const char *)bytes, len}, text));
}
