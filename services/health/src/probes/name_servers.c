// SPDX-License-Identifier: MIT
#include "probes/name_servers.h"

#include <stdio.h>

#include "base/parse.h"

enum { PORT = 53, CONF_MAX = 4096, ADDRESS_MAX = 64 };

static bool read_address(struct slice text, uint16_t port, struct work_address *out)
{
    char copy[ADDRESS_MAX + 1];
    if (text.len > ADDRESS_MAX)
        return false;
    slice_copy(text, copy, sizeof(copy));
    return work_address_parse(copy, port, out);
}

static bool read_item(struct slice item, struct work_address *out)
{
    int64_t port = PORT;
    struct slice rest = item;
    item = slice_trim(item);
    if (item.len > 0 && item.at[0] == '[') {
        rest = slice_from(item, 1);
        item = slice_cut(&rest, ']');
        if (rest.len > 0 && rest.at[0] == ':')
            rest = slice_from(rest, 1);
    } else if (memchr(item.at, ':', item.len) == memrchr(item.at, ':', item.len)) {
        rest = item;
        item = slice_cut(&rest, ':');
    } else {
        rest = SLICE_NONE; /* an IPv6 address without a port */
    }
    if (rest.len > 0 && !parse_i64(rest, 1, UINT16_MAX, &port))
        return false;
    return read_address(item, (uint16_t)port, out);
}

size_t name_servers_of_list(struct slice list, struct work_address out[NAME_SERVERS_MAX])
{
    size_t count = 0;
    while (list.len > 0 && count < NAME_SERVERS_MAX)
        count += read_item(slice_cut(&list, ','), &out[count]);
    return count;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

size_t name_servers_of_conf(struct slice conf, struct work_address out[NAME_SERVERS_MAX])
{
    const struct slice word = SLICE("nameserver");
    size_t count = 0;
    while (conf.len > 0 && count < NAME_SERVERS_MAX) {
        struct slice line = slice_cut(&conf, '\n');
        if (!slice_starts(line, word) || line.len == word.len || !is_space(line.at[word.len]))
            continue;
        line = slice_trim(slice_from(line, word.len));
        size_t len = 0;
        while (len < line.len && !is_space(line.at[len]))
            len++;
        count += read_address((struct slice){line.at, len}, PORT, &out[count]);
    }
    return count;
}

size_t name_servers_of_system(struct work_address out[NAME_SERVERS_MAX])
{
    char text[CONF_MAX];
    FILE *file = fopen("/etc/resolv.conf", "re");
    const size_t len = file != NULL ? fread(text, 1, sizeof(text), file) : 0;
    if (file != NULL)
        (void)fclose(file);
    const size_t count = name_servers_of_conf((struct slice){text, len}, out);
    return count > 0 ? count : work_address_parse("127.0.0.1", PORT, &out[0]);
}
