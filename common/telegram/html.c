// SPDX-License-Identifier: MIT

#include "base/ascii.h"
#include "base/parse.h"

#include "telegram/html_private.h"

static const char *const tags[] = {"b",    "strong", "i",          "em",       "u",          "ins",
                                   "s",    "strike", "del",        "span",     "tg-spoiler", "a",
                                   "code", "pre",    "blockquote", "tg-emoji", "tg-time"};
enum { TAGS = ARRAY_LEN(tags), TAG_UNKNOWN = -2 };

const char *telegram_html_tag_name(int tag)
{
    return tags[tag];
}

static int find_tag_number(struct slice name)
{
    for (int i = 0; i < TAGS; i++) {
        if (slice_equal_caseless(name, slice_of(tags[i])))
            return i;
    }
    return TAG_UNKNOWN;
}

static struct html_atom make_bad_atom(const char *why)
{
    return (struct html_atom){.kind = HTML_BAD, .len = 1, .why = why};
}

/* --- characters and entities --- */

/* The length of a character of UTF-8 by its first byte. */
static size_t char_len_of_lead(unsigned char lead)
{
    if (lead >= 0xf0)
        return 4;
    if (lead >= 0xe0)
        return 3;
    return lead >= 0xc0 ? 2 : 1;
}

static size_t char_len_at_start(struct slice text)
{
    const size_t max = char_len_of_lead((unsigned char)text.at[0]);
    size_t len = 1;

    while (len < max && len < text.len && ((unsigned char)text.at[len] & 0xc0) == 0x80)
        len++;
    return len;
}

struct html_atom telegram_html_read_plain_char(struct slice text)
{
    unsigned char lead = (unsigned char)text.at[0];

    return (struct html_atom){.kind = HTML_TEXT,
                              .len = char_len_at_start(text),
                              .units = lead >= 0xf0 ? 2 : 1,
                              .code = lead < 0x80 ? lead : 0};
}

/* Reads "&#123" or "&#x7b" before a ';'. Returns its length in bytes, or 0. */
static size_t parse_entity_number(struct slice text, uint32_t *code)
{
    enum { BYTES_END = 10, CODE_END = 0x10ffff }; /* limits of Telegram, both exclusive */
    bool hex = text.len > 2 && text.at[2] == 'x';
    size_t len = hex ? 3 : 2;

    *code = 0;
    for (; len < text.len && len < BYTES_END; len++) {
        int digit = parse_hex_digit(text.at[len]);
        if (digit < 0 || (!hex && digit > 9))
            break;
        *code = *code * (hex ? 16 : 10) + (uint32_t)digit;
    }
    return *code > 0 && *code < CODE_END && len < BYTES_END ? len : 0;
}

/* Reads "&lt" and similar names before a ';'. Returns the length in bytes, or 0. */
static size_t parse_entity_name(struct slice text, uint32_t *code)
{
    static const struct {
        const char *name;
        char code;
    } names[] = {
        {"&lt",   '<'},
        {"&gt",   '>'},
        {"&amp",  '&'},
        {"&quot", '"'},
    };
    size_t len = 1;
    while (len < text.len && ascii_is_letter(text.at[len]))
        len++;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!slice_is((struct slice){text.at, len}, names[i].name))
            continue;
        *code = (uint32_t)names[i].code;
        return len;
    }
    return 0;
}

/* Reads an entity or a plain '&'. `text` begins with '&'. */
static struct html_atom parse_entity_or_ampersand(struct slice text)
{
    uint32_t code = 0;
    size_t len = text.len > 1 && text.at[1] == '#' ? parse_entity_number(text, &code)
                                                   : parse_entity_name(text, &code);

    if (len == 0)
        return telegram_html_read_plain_char(text);
    if (code >= 0xd800 && code <= 0xdfff)
        return make_bad_atom("an entity is half of a surrogate pair");
    if (len < text.len && text.at[len] == ';')
        len++;
    return (struct html_atom){.kind = HTML_TEXT,
                              .len = len,
                              .units = code > 0xffff ? 2 : 1,
                              .entity = true,
                              .code = code};
}

/* --- tags --- */

/* White space as is_space() of Telegram's td has it, but without NUL; a form feed is not a
 * space. */
static bool is_telegram_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v';
}

static void skip_spaces(struct slice *rest)
{
    while (rest->len > 0 && is_telegram_space(rest->at[0]))
        *rest = slice_from(*rest, 1);
}

/* Removes and returns the part of `rest` before white space or one of `ends`. */
static struct slice cut_word(struct slice *rest, const char *ends)
{
    size_t len = 0;

    while (len < rest->len && rest->at[len] != '\0' && !is_telegram_space(rest->at[len]) &&
           strchr(ends, rest->at[len]) == NULL)
        len++;
    struct slice word = {rest->at, len};
    *rest = slice_from(*rest, len);
    return word;
}

static bool begins_with(struct slice text, char c)
{
    return text.len > 0 && text.at[0] == c;
}

/* Reads an attribute's value after '=': text in quotes, or letters, digits, points and hyphens.
 * False if there is no value. */
static bool cut_attribute_value(struct slice *rest, struct slice *value)
{
    struct slice at = *rest;

    if (begins_with(at, '"') || begins_with(at, '\'')) {
        char quote = at.at[0];
        at = slice_from(at, 1);
        *value = slice_cut(&at, quote);
        *rest = at;
        return at.at != NULL && memchr(value->at, '\0', value->len) == NULL;
    }
    size_t len = 0;
    while (len < at.len && (ascii_is_alnum(at.at[len]) || at.at[len] == '.' || at.at[len] == '-'))
        len++;
    *value = (struct slice){at.at, len};
    *rest = slice_from(at, len);
    return begins_with(*rest, '>') || (rest->len > 0 && is_telegram_space(rest->at[0]));
}

/* Tags that need an attribute. */
static const struct {
    const char *tag;
    const char *attribute;
    const char *value; /* NULL: a number of 64 bits, not 0 */
    const char *why;
} needs[] = {
    {"span",     "class",    "tg-spoiler", "a span is no tg-spoiler"},
    {"tg-emoji", "emoji-id", NULL,         "an emoji has no id"     },
    {"tg-time",  "unix",     NULL,         "a time has no unix"     },
};
enum { NEEDS = ARRAY_LEN(needs) };

/* Whether this is a format of a time: "r", or of "w", "d" or "D", "t" or "T" (Bot API, date-time
 * entity formatting). */
static bool is_time_format(struct slice value)
{
    static const char *const parts[] = {"w", "dD", "tT"};

    if (slice_is(value, "r"))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(parts) && value.len > 0; i++)
        if (strchr(parts[i], value.at[0]) != NULL)
            value = slice_from(value, 1);
    return value.len == 0;
}

/* Sets `is_met` if the tag needs this attribute. Of repeated attributes the last one counts. */
static void check_needed_attribute(int tag, struct slice name, struct slice value, bool *is_met)
{
    int64_t number;

    for (size_t i = 0; i < NEEDS; i++) {
        if (strcmp(tags[tag], needs[i].tag) != 0 || !slice_is(name, needs[i].attribute))
            continue;
        *is_met = needs[i].value != NULL
                      ? slice_is(value, needs[i].value)
                      : parse_i64(value, INT64_MIN, INT64_MAX, &number) && number != 0;
    }
}

/* Reads attributes up to the '>', which stays in `rest`. Returns NULL, or why they are invalid. */
static const char *parse_attributes(int tag, struct slice *rest, bool *has_needed_attribute)
{
    for (;;) {
        skip_spaces(rest);
        if (begins_with(*rest, '>'))
            return NULL;
        struct slice value = SLICE_NONE;
        struct slice name = cut_word(rest, "=>/\"'");
        if (name.len == 0)
            return rest->len == 0 ? "a tag does not end" : "an attribute has no name";
        skip_spaces(rest);
        if (rest->len == 0)
            return "a tag does not end";
        if (!begins_with(*rest, '=')) {
            if (strcmp(tags[tag], "blockquote") == 0 && slice_is(name, "expandable"))
                continue;
            return "an attribute has no value";
        }
        *rest = slice_from(*rest, 1);
        skip_spaces(rest);
        if (!cut_attribute_value(rest, &value))
            return "the value of an attribute does not end";
        check_needed_attribute(tag, name, value, has_needed_attribute);
        if (strcmp(tags[tag], "tg-time") == 0 && slice_is(name, "format") && !is_time_format(value))
            return "the format of a time is unknown";
    }
}

static struct html_atom parse_open_tag(struct slice text)
{
    if (text.len > HTML_TAG_BYTES_MAX)
        text.len = HTML_TAG_BYTES_MAX;
    struct slice rest = slice_from(text, 1);
    bool met = false;
    int tag = find_tag_number(cut_word(&rest, ">"));
    if (rest.len == 0)
        return make_bad_atom("a tag does not end");
    if (tag == TAG_UNKNOWN)
        return make_bad_atom("a tag is unknown");
    const char *why = parse_attributes(tag, &rest, &met);
    for (size_t i = 0; why == NULL && i < NEEDS; i++) {
        if (strcmp(tags[tag], needs[i].tag) == 0 && !met)
            why = needs[i].why;
    }
    if (why != NULL)
        return make_bad_atom(why);
    return (struct html_atom){.kind = HTML_OPEN, .len = text.len - rest.len + 1, .tag = tag};
}

static struct html_atom parse_close_tag(struct slice text)
{
    if (text.len > HTML_TAG_BYTES_MAX)
        text.len = HTML_TAG_BYTES_MAX;
    struct slice rest = slice_from(text, 2);
    struct slice name = cut_word(&rest, ">");
    int tag = name.len == 0 ? HTML_TAG_LAST : find_tag_number(name);
    skip_spaces(&rest);
    if (!begins_with(rest, '>'))
        return make_bad_atom("a closing tag does not end");
    if (tag == TAG_UNKNOWN)
        return make_bad_atom("a tag is unknown");
    return (struct html_atom){.kind = HTML_CLOSE, .len = text.len - rest.len + 1, .tag = tag};
}

struct html_atom telegram_html_read_atom(struct slice text)
{
    if (text.at[0] == '&')
        return parse_entity_or_ampersand(text);
    if (text.at[0] != '<')
        return telegram_html_read_plain_char(text);
    return text.len > 1 && text.at[1] == '/' ? parse_close_tag(text) : parse_open_tag(text);
}
