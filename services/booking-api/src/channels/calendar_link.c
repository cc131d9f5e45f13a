// SPDX-License-Identifier: MIT
#include "channels/calendar_link.h"

struct slice calendar_link_token_of_file(struct slice file)
{
    static const struct slice ending = {".ics", 4};

    if (file.len != CALENDAR_TOKEN_LEN + ending.len ||
        !slice_equal(slice_from(file, CALENDAR_TOKEN_LEN), ending))
        return SLICE_NONE;
    return (struct slice){file.at, CALENDAR_TOKEN_LEN};
}

struct slice calendar_link_token_of_path(struct slice path)
{
    static const struct slice folder = {CALENDAR_LINK_PATH, sizeof CALENDAR_LINK_PATH - 1};
    const struct slice whole = slice_cut(&path, '?');
    size_t name = whole.len;

    while (name > 0 && whole.at[name - 1] != '/')
        name--;
    if (name < folder.len ||
        !slice_equal((struct slice){whole.at + name - folder.len, folder.len}, folder))
        return SLICE_NONE;
    return calendar_link_token_of_file(slice_from(whole, name));
}
