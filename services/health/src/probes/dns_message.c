// SPDX-License-Identifier: MIT
#include "probes/dns_message.h"

#include <arpa/inet.h>
#include <strings.h>

#include "base/buf.h"

enum {
    HEAD = 12,
    LABEL_MAX = 63,
    NAME_MAX_BYTES = 255, /* on the wire */
    CLASS_IN = 1,
    TYPE_OPT = 41,
    FLAGS_RESPONSE = 0x8000,
    FLAGS_TRUNCATED = 0x0200,
    FLAGS_RECURSION = 0x0100,
    FLAGS_RCODE = 0x000f,
    JUMPS_MAX = 64,           /* of one name */
    TEXT_MAX = DNS_ANSWER_MAX /* a text, or a number and a name */
};

static const struct {
    const char *word;
    enum dns_type type;
} types[] = {
    {"A",     DNS_A    },
    {"AAAA",  DNS_AAAA },
    {"CNAME", DNS_CNAME},
    {"MX",    DNS_MX   },
    {"NS",    DNS_NS   },
    {"TXT",   DNS_TXT  },
};

bool dns_type_read(const char *word, enum dns_type *out)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcasecmp(word, types[i].word) == 0) {
            *out = types[i].type;
            return true;
        }
    }
    return false;
}

/* --- the question --- */

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Bytes written; 0: invalid name. */
static size_t write_name(const char *name, uint8_t out[NAME_MAX_BYTES])
{
    struct slice rest = slice_of(name);
    size_t len = 0;
    if (rest.len > 0 && rest.at[rest.len - 1] == '.')
        rest.len--;
    if (rest.len == 0)
        return 0;
    while (rest.at != NULL) {
        const struct slice label = slice_cut(&rest, '.');
        if (label.len == 0 || label.len > LABEL_MAX || len + label.len + 2 > NAME_MAX_BYTES)
            return 0;
        out[len] = (uint8_t)label.len;
        memcpy(out + len + 1, label.at, label.len);
        len += label.len + 1;
    }
    out[len] = 0;
    return len + 1;
}

size_t dns_question_write(const struct dns_question *question, uint8_t out[DNS_QUERY_MAX])
{
    memset(out, 0, DNS_QUERY_MAX);
    const size_t len = write_name(question->name, out + HEAD);
    if (len == 0)
        return 0;
    put16(out, question->id);
    put16(out + 2, FLAGS_RECURSION);
    put16(out + 4, 1);  /* one question */
    put16(out + 10, 1); /* one additional record: EDNS */
    uint8_t *at = out + HEAD + len;
    put16(at, question->type);
    put16(at + 2, CLASS_IN);
    put16(at + 5, TYPE_OPT); /* after the empty name */
    put16(at + 7, DNS_ANSWER_MAX);
    return HEAD + len + 4 + 11;
}

/* --- the answer --- */

struct reader {
    const uint8_t *data;
    size_t len;
    size_t at;
    bool broken;
};

static unsigned take(struct reader *reader, size_t bytes)
{
    unsigned value = 0;
    if (reader->broken || reader->len - reader->at < bytes) {
        reader->broken = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | reader->data[reader->at + i];
    reader->at += bytes;
    return value;
}

/* Escapes special bytes of a label as in master files. */
static void put_letter(struct buf *out, uint8_t byte, bool small)
{
    if (byte <= ' ' || byte >= 0x7f || byte == '.' || byte == '\\')
        buf_printf(out, "\\%03u", byte);
    else
        buf_char(out, (char)(small && byte >= 'A' && byte <= 'Z' ? byte + 'a' - 'A' : byte));
}

static void put_label(struct buf *out, const struct reader *reader, size_t at, size_t len)
{
    if (out->len > 0)
        buf_char(out, '.');
    for (size_t i = 0; i < len; i++)
        put_letter(out, reader->data[at + i], true);
}

/* Reads a name into `out`, an empty buffer. A pointer may only lead back (RFC 1035, 4.1.4). */
static void take_name(struct reader *reader, struct buf *out)
{
    struct reader within = *reader;
    size_t total = 0;
    size_t lowest = reader->at;
    bool jumped = false;
    while (!within.broken) {
        const unsigned len = take(&within, 1);
        if (!jumped)
            reader->at = within.at;
        if (within.broken || len == 0)
            break;
        if (len >= 0xc0) {
            const size_t to = (size_t)(len & 0x3f) << 8 | take(&within, 1);
            if (!jumped)
                reader->at = within.at;
            jumped = true;
            within.broken = within.broken || to >= lowest;
            lowest = to;
            within.at = to;
            continue;
        }
        total += len + 1;
        if (len > LABEL_MAX || total > NAME_MAX_BYTES || within.len - within.at < len) {
            within.broken = true;
            break;
        }
        put_label(out, &within, within.at, len);
        within.at += len;
        if (!jumped)
            reader->at = within.at;
    }
    reader->broken = reader->broken || within.broken;
}

static void take_text(struct reader *reader, size_t end, struct buf *out)
{
    while (!reader->broken && reader->at < end) {
        const unsigned len = take(reader, 1);
        if (reader->broken || end - reader->at < len) {
            reader->broken = true;
            return;
        }
        for (unsigned i = 0; i < len; i++)
            buf_char(out, (char)reader->data[reader->at + i]);
        reader->at += len;
    }
}

static void take_address(struct reader *reader, int family, size_t size, struct buf *out)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (reader->broken || reader->len - reader->at < size) {
        reader->broken = true;
        return;
    }
    (void)inet_ntop(family, reader->data + reader->at, text, sizeof(text));
    reader->at += size;
    buf_text(out, text);
}

static void take_data(struct reader *reader, enum dns_type type, size_t end, struct buf *out)
{
    char room[NAME_MAX_BYTES * 4];
    struct buf name;
    buf_init_over(&name, room, sizeof(room));
    switch (type) {
    case DNS_A:
        take_address(reader, AF_INET, 4, out);
        break;
    case DNS_AAAA:
        take_address(reader, AF_INET6, 16, out);
        break;
    case DNS_TXT:
        take_text(reader, end, out);
        break;
    case DNS_MX:
        buf_u64(out, take(reader, 2));
        buf_char(out, ' ');
        take_name(reader, &name);
        break;
    case DNS_NS:
    case DNS_CNAME:
        take_name(reader, &name);
        break;
    }
    buf_slice(out, buf_as_slice(&name));
    reader->broken = reader->broken || reader->at != end;
}

static void take_record(struct reader *reader, enum dns_type type, struct arena *arena,
                        struct dns_answer *out)
{
    char owner[NAME_MAX_BYTES * 4];
    char room[TEXT_MAX];
    struct buf name, text;
    buf_init_over(&name, owner, sizeof(owner));
    buf_init_over(&text, room, sizeof(room));
    take_name(reader, &name);
    const unsigned of_type = take(reader, 2);
    const unsigned class = take(reader, 2);
    (void)take(reader, 4); /* time to live */
    const size_t len = take(reader, 2);
    if (reader->broken || reader->len - reader->at < len) {
        reader->broken = true;
        return;
    }
    const size_t end = reader->at + len;
    if (of_type == type && class == CLASS_IN) {
        take_data(reader, type, end, &text);
        const struct slice kept = arena_copy(arena, buf_as_slice(&text));
        reader->broken = reader->broken || text.failed || kept.at == NULL;
        if (out->count < DNS_RECORDS_MAX)
            out->records[out->count++] = kept;
        else
            out->left_out++;
    }
    reader->at = end;
}

/* Whether the message answers the question: the same id and question. */
static bool is_answer(struct reader *reader, const struct dns_question *question,
                      uint8_t asked[DNS_QUERY_MAX])
{
    char names[2][NAME_MAX_BYTES * 4];
    struct buf ours, theirs;
    struct reader query = {.data = asked, .len = DNS_QUERY_MAX, .at = HEAD};
    buf_init_over(&ours, names[0], sizeof(names[0]));
    buf_init_over(&theirs, names[1], sizeof(names[1]));
    const unsigned id = take(reader, 2);
    const unsigned flags = take(reader, 2);
    const unsigned questions = take(reader, 2);
    if (reader->broken || id != question->id || (flags & FLAGS_RESPONSE) == 0 || questions != 1)
        return false;
    reader->at = HEAD;
    take_name(&query, &ours);
    take_name(reader, &theirs);
    const unsigned type = take(reader, 2);
    const unsigned class = take(reader, 2);
    return !reader->broken && slice_equal(buf_as_slice(&ours), buf_as_slice(&theirs)) &&
           type == question->type && class == CLASS_IN;
}

enum dns_answer_kind dns_answer_read(const struct dns_question *question, const uint8_t *data,
                                     size_t len, struct arena *arena, struct dns_answer *out)
{
    uint8_t asked[DNS_QUERY_MAX];
    struct reader reader = {.data = data, .len = len};
    struct dns_answer answer = {.rcode = 0};
    if (len < HEAD || dns_question_write(question, asked) == 0 ||
        !is_answer(&reader, question, asked))
        return DNS_ANSWER_IGNORED;
    struct reader head = {.data = data, .len = len, .at = 2};
    const unsigned flags = take(&head, 2);
    (void)take(&head, 2);
    const unsigned records = take(&head, 2);
    answer.rcode = (int)(flags & FLAGS_RCODE);
    answer.truncated = (flags & FLAGS_TRUNCATED) != 0;
    for (unsigned i = 0; i < records && !reader.broken; i++)
        take_record(&reader, question->type, arena, &answer);
    if (reader.broken && !answer.truncated)
        return DNS_ANSWER_MALFORMED;
    *out = answer;
    return DNS_ANSWER_OK;
}
