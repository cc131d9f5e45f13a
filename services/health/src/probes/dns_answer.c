// SPDX-License-Identifier: MIT
#include "probes/dns_answer.h"

#include <arpa/inet.h>
#include <strings.h>

#include "base/buf.h"

enum {
    FLAG_TRUNCATED = 0x02,
    RCODE = 0x0f /* in the third and fourth byte of the message */,
    TEXT_MAX = 4096
};

static const struct {
    const char *word;
    ns_type type;
} types[] = {
    {"A",     ns_t_a    },
    {"AAAA",  ns_t_aaaa },
    {"CNAME", ns_t_cname},
    {"MX",    ns_t_mx   },
    {"NS",    ns_t_ns   },
    {"TXT",   ns_t_txt  },
};

bool dns_type_read(const char *word, ns_type *out)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcasecmp(word, types[i].word) == 0) {
            *out = types[i].type;
            return true;
        }
    }
    return false;
}

static bool put_address(const ns_rr *record, int family, size_t size, struct buf *out)
{
    char text[INET6_ADDRSTRLEN];
    if (record->rdlength != size)
        return false;
    (void)inet_ntop(family, record->rdata, text, sizeof(text));
    buf_text(out, text);
    return true;
}

static bool put_text(const ns_rr *record, struct buf *out)
{
    struct slice rest = {(const char *)record->rdata, record->rdlength};
    while (rest.len > 0) {
        const size_t len = (unsigned char)rest.at[0];
        if (len >= rest.len)
            return false;
        buf_append(out, rest.at + 1, len);
        rest = slice_from(rest, len + 1);
    }
    return true;
}

/* Writes the name that begins at byte `from` of the record's data and must end with the data. */
static bool put_name(const ns_msg *message, const ns_rr *record, int from, struct buf *out)
{
    char name[NS_MAXDNAME];
    if (record->rdlength <= from ||
        ns_name_uncompress(ns_msg_base(*message), ns_msg_end(*message), record->rdata + from, name,
                           sizeof(name)) != record->rdlength - from)
        return false;
    for (const char *c = strcmp(name, ".") == 0 ? "" : name; *c != '\0'; c++)
        buf_char(out, (char)(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c));
    return true;
}

static bool put_data(const ns_msg *message, const ns_rr *record, struct buf *out)
{
    switch (ns_rr_type(*record)) {
    case ns_t_a:
        return put_address(record, AF_INET, 4, out);
    case ns_t_aaaa:
        return put_address(record, AF_INET6, 16, out);
    case ns_t_txt:
        return put_text(record, out);
    case ns_t_mx:
        if (record->rdlength < 2)
            return false;
        buf_printf(out, "%u ", ns_get16(record->rdata));
        return put_name(message, record, 2, out);
    default:
        return put_name(message, record, 0, out);
    }
}

static bool add_record(const ns_msg *message, const ns_rr *record, struct arena *arena,
                       struct dns_answer *out)
{
    char room[TEXT_MAX];
    struct buf text;
    struct fault fault;
    buf_init_over(&text, room, sizeof(room));
    if (out->count == DNS_RECORDS_MAX) {
        out->truncated = true;
        return true;
    }
    return put_data(message, record, &text) &&
           buf_keep(&text, arena, &out->records[out->count++], &fault);
}

bool dns_answer_read(const unsigned char *data, size_t len, ns_type type, struct arena *arena,
                     struct dns_answer *out)
{
    ns_msg message;
    ns_rr record;
    if (len < NS_HFIXEDSZ || len > NS_MAXMSG)
        return false;
    *out =
        (struct dns_answer){.rcode = data[3] & RCODE, .truncated = (data[2] & FLAG_TRUNCATED) != 0};
    if (out->truncated)
        return true;
    if (ns_initparse(data, (int)len, &message) != 0)
        return false;
    for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
        if (ns_parserr(&message, ns_s_an, i, &record) != 0)
            return false;
        if (ns_rr_type(record) == type && ns_rr_class(record) == ns_c_in &&
            !add_record(&message, &record, arena, out))
            return false;
    }
    return true;
}
