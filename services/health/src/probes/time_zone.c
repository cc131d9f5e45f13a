// SPDX-License-Identifier: MIT
#include "probes/time_zone.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/parse.h"

#include "probes/proc.h"

#define ZONES "/usr/share/zoneinfo"

/* Reads the offset after the name: [+-]hh[:mm], with the sign of POSIX: west of Greenwich is
 * positive. */
static bool read_offset(struct slice text, int *minutes)
{
    int64_t hours, rest = 0;
    const bool east = text.len > 0 && text.at[0] == '-';
    if (text.len > 0 && (text.at[0] == '-' || text.at[0] == '+'))
        text = slice_from(text, 1);
    const struct slice whole = slice_cut(&text, ':');
    if (!parse_i64(whole, 0, 24, &hours) || (text.len > 0 && !parse_i64(text, 0, 59, &rest)))
        return false;
    *minutes = (int)(hours * 60 + rest) * (east ? 1 : -1);
    return true;
}

bool time_zone_footer_offset(struct slice file, int *minutes)
{
    if (file.len < 4 || !slice_starts(file, SLICE("TZif")) || file.at[file.len - 1] != '\n')
        return false;
    size_t begin = file.len - 1;
    while (begin > 0 && file.at[begin - 1] != '\n')
        begin--;
    struct slice footer = {file.at + begin, file.len - 1 - begin};
    size_t name = 0;
    if (footer.len > 0 && footer.at[0] == '<')
        while (name < footer.len && footer.at[name++] != '>') {
        }
    else
        while (name < footer.len &&
               ((footer.at[name] | 0x20) >= 'a' && (footer.at[name] | 0x20) <= 'z'))
            name++;
    return name > 0 && read_offset(slice_from(footer, name), minutes);
}

bool time_zone_offset(const char *name, int *minutes)
{
    struct slice file;
    struct fault fault;
    auto_free char *room = fault_calloc(PROC_FILE_MAX + 1, "a time zone", &fault);
    return room != NULL && proc_file(ZONES, name, room, &file) &&
           time_zone_footer_offset(file, minutes);
}
