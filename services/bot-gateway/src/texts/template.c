// SPDX-License-Identifier: MIT
#include "texts/template.h"

#include "base/ascii.h"

#include "telegram/text.h"

/* --- pieces --- */

static size_t measure_name_prefix(struct slice text)
{
    size_t len = 0;

    while (len < text.len && (ascii_is_lower(text.at[len]) ||
                              (len > 0 && (text.at[len] == '_' || ascii_is_digit(text.at[len])))))
        len++;
    return len;
}

static struct slice cut_prefix(struct slice *rest, size_t len)
{
    const struct slice taken = {rest->at, len};

    *rest = slice_from(*rest, len);
    return taken;
}

static void cut_piece_in_braces(struct slice *rest, struct template_piece *piece)
{
    const struct slice inside = slice_from(*rest, 1);
    const size_t len = measure_name_prefix(inside);
    const struct slice behind = slice_from(inside, len);
    const char *end = behind.len > 0 ? memchr(behind.at, '}', behind.len) : NULL;
    const char next = (char)(len > 0 && behind.len > 0 ? behind.at[0] : '\0');

    *piece = (struct template_piece){
        .text = {inside.at, len}
    };
    if (next == '}' || next == '?') {
        piece->kind = next == '}' ? TEMPLATE_VALUE : TEMPLATE_IF;
        *rest = slice_from(behind, 1);
    } else if (next == '|' && end != NULL) {
        piece->kind = TEMPLATE_FORMS;
        piece->forms = (struct slice){behind.at + 1, (size_t)(end - behind.at) - 1};
        *rest = slice_from(behind, (size_t)(end - behind.at) + 1);
    } else {
        *piece = (struct template_piece){.kind = TEMPLATE_BAD, .text = cut_prefix(rest, 1)};
    }
}

bool template_cut_piece(struct slice *rest, struct template_piece *piece)
{
    size_t len = 0;

    if (rest->len == 0)
        return false;
    while (len < rest->len && rest->at[len] != '{' && rest->at[len] != '}')
        len++;
    if (len > 0) {
        *piece = (struct template_piece){.kind = TEMPLATE_LITERAL, .text = cut_prefix(rest, len)};
    } else if (slice_starts(*rest, SLICE("{{")) || slice_starts(*rest, SLICE("}}"))) {
        cut_prefix(rest, 1);
        *piece = (struct template_piece){.kind = TEMPLATE_LITERAL, .text = cut_prefix(rest, 1)};
    } else if (rest->at[0] == '}') {
        *piece = (struct template_piece){.kind = TEMPLATE_END, .text = cut_prefix(rest, 1)};
    } else {
        cut_piece_in_braces(rest, piece);
    }
    return true;
}

/* --- forms --- */

static size_t get_russian_form_index(uint64_t n)
{
    if (n % 10 == 1 && n % 100 != 11)
        return 0;
    return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2;
}

size_t template_form_index(enum language language, int64_t number)
{
    const uint64_t n = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    return language == LANGUAGE_RU ? get_russian_form_index(n) : n != 1;
}

static struct slice choose_form(struct slice forms, size_t form_index)
{
    struct slice chosen = slice_cut(&forms, '|');

    while (form_index-- > 0 && forms.at != NULL)
        chosen = slice_cut(&forms, '|');
    return chosen;
}

/* --- rendering --- */

static const struct text_value *find_value(const struct text_value *values, size_t count,
                                           struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(name, values[i].name))
            return &values[i];
    return NULL;
}

static void append_literal(struct slice text, struct buf *out)
{
    while (text.len > 0) {
        const char *end = memmem(text.at, text.len, "\\n", 2);
        const size_t len = end != NULL ? (size_t)(end - text.at) : text.len;
        buf_slice(out, cut_prefix(&text, len));
        if (end != NULL) {
            cut_prefix(&text, 2);
            buf_char(out, '\n');
        }
    }
}

static void append_value(const struct text_value *value, bool escapes_html, struct buf *out)
{
    const bool is_moment = escapes_html && value->moment_format != NULL;

    if (is_moment)
        buf_printf(out, "<tg-time unix=\"%lld\" format=\"%s\">", (long long)value->moment_s,
                   value->moment_format);
    if (value->text.at == NULL)
        buf_i64(out, value->number);
    else if (escapes_html)
        telegram_text_escape(out, value->text);
    else
        buf_slice(out, value->text);
    if (is_moment)
        buf_text(out, "</tg-time>");
}

void template_render(struct slice template, enum language language, const struct text_value *values,
                     size_t count, bool escapes_html, struct buf *out)
{
    struct template_piece piece;
    bool inside = false, hidden = false;

    while (template_cut_piece(&template, &piece)) {
        const struct text_value *value = find_value(values, count, piece.text);
        if (piece.kind == TEMPLATE_IF) {
            inside = true;
            hidden = value == NULL || (value->text.at != NULL && value->text.len == 0);
        } else if (piece.kind == TEMPLATE_END && inside) {
            inside = hidden = false;
        } else if (hidden) {
            continue;
        } else if (piece.kind == TEMPLATE_VALUE && value != NULL) {
            append_value(value, escapes_html, out);
        } else if (piece.kind == TEMPLATE_FORMS && value != NULL) {
            append_literal(choose_form(piece.forms, template_form_index(language, value->number)),
                           out);
        } else if (piece.kind != TEMPLATE_VALUE && piece.kind != TEMPLATE_FORMS) {
            append_literal(piece.text, out);
        }
    }
}
