// SPDX-License-Identifier: MIT
#include "dialogue/receipt.h"

#include "base/text.h"

#include "dialogue/update_view.h"

struct slice receipt_write(const struct receipt *receipt, struct slice bot_name,
                           struct arena *arena)
{
    return arena_printf(arena, "telegram:%.*s:%s:%.*s", SLICE_ARG(bot_name),
                        receipt->is_document ? "document" : "photo", SLICE_ARG(receipt->file_id));
}

bool receipt_read(struct slice text, struct slice bot_name, struct receipt *out)
{
    struct slice rest = text;
    const struct slice scheme = slice_cut(&rest, ':'), name = slice_cut(&rest, ':'),
                       kind = slice_cut(&rest, ':');
    const bool is_document = slice_is(kind, "document");

    if (!slice_is(scheme, "telegram") || bot_name.len == 0 || !slice_equal(name, bot_name) ||
        (!is_document && !slice_is(kind, "photo")) || rest.len == 0 ||
        rest.len > UPDATE_FILE_ID_MAX || !text_is_url_safe(rest))
        return false;
    *out = (struct receipt){rest, is_document};
    return true;
}
