// SPDX-License-Identifier: MIT
/* telegram_text_split(): finds the end of each piece, then writes the piece. */
#include "telegram/html_private.h"
#include "telegram/text.h"

/* A piece is cut at a paragraph, line or word only after 1/PIECE_PART of its maximum length. */
enum { PIECE_PART = 8 };

/* Kinds of positions at which a piece may end, best first. */
enum { END_PARAGRAPH, END_LINE, END_WORD, END_CHARACTER, ENDS };

/* The tags that are open at a position of the text, as they are written in it. */
struct open_tags {
    struct slice raw[TELEGRAM_TAGS_MAX];
    int tag[TELEGRAM_TAGS_MAX];
    size_t count;
};

struct splitting {
    struct slice text;
    struct html_atom (*next)(struct slice text);
    size_t units;
    struct open_tags open;
};

static struct html_atom read_atom_at(const struct splitting *splitting, size_t at)
{
    return splitting->next(slice_from(splitting->text, at));
}

static bool is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r');
}

static int kind_of_boundary(uint32_t code, uint32_t previous_code)
{
    if (code == '\n')
        return previous_code == '\n' ? END_PARAGRAPH : END_LINE;
    return is_space(code) ? END_WORD : END_CHARACTER;
}

/* Finds the end of the piece that begins at `from`. Closing tags at that end belong to the
 * piece. */
static size_t find_piece_end(const struct splitting *splitting, size_t from)
{
    size_t ends[ENDS] = {0};
    size_t units = 0, at = from, end = 0;
    uint32_t before = 0;
    while (at < splitting->text.len) {
        struct html_atom atom = read_atom_at(splitting, at);
        at += atom.len;
        if (atom.kind != HTML_TEXT)
            continue;
        units += atom.units;
        if (units > splitting->units) {
            if (is_space(atom.code)) /* it ends a word */
                ends[END_WORD] = ends[END_CHARACTER];
            break;
        }
        int kind = kind_of_boundary(atom.code, before);
        if (kind == END_CHARACTER || units >= splitting->units / PIECE_PART)
            ends[kind] = at;
        ends[END_CHARACTER] = at;
        before = atom.code;
    }
    if (units <= splitting->units)
        return splitting->text.len;
    for (int kind = 0; end == 0; kind++)
        end = ends[kind];
    while (end < splitting->text.len && read_atom_at(splitting, end).kind == HTML_CLOSE)
        end += read_atom_at(splitting, end).len;
    return end;
}

/* Appends an atom. Escapes a '&' that begins no entity, because cutting the text could make it an
 * entity. */
static void append_atom(struct splitting *splitting, const struct html_atom *atom, size_t at,
                        struct buf *out)
{
    struct open_tags *open = &splitting->open;
    struct slice raw = {splitting->text.at + at, atom->len};
    if (atom->kind == HTML_CLOSE) {
        open->count--;
        buf_printf(out, "</%s>", telegram_html_tag_name(open->tag[open->count]));
        return;
    }
    if (atom->kind == HTML_OPEN) {
        open->raw[open->count] = raw;
        open->tag[open->count++] = atom->tag;
    }
    if (splitting->next == telegram_html_read_atom && atom->code == '&' && !atom->entity)
        buf_text(out, "&amp;");
    else
        buf_slice(out, raw);
}

/* Writes the piece from `from` to `to`. False: it has no visible character. */
static bool append_piece(struct splitting *splitting, size_t from, size_t to, struct buf *out)
{
    struct open_tags *open = &splitting->open;
    bool visible = false;
    for (size_t i = 0; i < open->count; i++)
        buf_slice(out, open->raw[i]);
    for (size_t at = from; at < to;) {
        struct html_atom atom = read_atom_at(splitting, at);
        visible = visible || (atom.kind == HTML_TEXT && !is_space(atom.code));
        append_atom(splitting, &atom, at, out);
        at += atom.len;
    }
    for (size_t i = open->count; i > 0; i--)
        buf_printf(out, "</%s>", telegram_html_tag_name(open->tag[i - 1]));
    return visible;
}

static bool fault_too_long(struct fault *fault)
{
    return fault_set(fault, FAULT_INVALID, "text_too_long",
                     "The text has more than %d messages have room for.", TELEGRAM_PIECES_MAX);
}

static bool split_pieces(struct splitting *splitting, struct buf *piece, struct arena *arena,
                         struct telegram_pieces *out, struct fault *fault)
{
    struct telegram_pieces pieces = {.count = 0};
    for (size_t from = 0, end; from < splitting->text.len; from = end) {
        end = find_piece_end(splitting, from);
        buf_clear(piece);
        bool visible = append_piece(splitting, from, end, piece);
        if (piece->failed || (visible && pieces.count == TELEGRAM_PIECES_MAX))
            return fault_too_long(fault);
        if (!visible)
            continue;
        if (!buf_keep(piece, arena, &pieces.items[pieces.count++], fault))
            return false;
    }
    *out = pieces;
    return true;
}

bool telegram_text_split(struct slice text, enum telegram_markup markup, size_t units_max,
                         struct arena *arena, struct telegram_pieces *out, struct fault *fault)
{
    struct splitting splitting = {.text = text,
                                  .next = markup == TELEGRAM_HTML ? telegram_html_read_atom
                                                                  : telegram_html_read_plain_char,
                                  .units = units_max < 2 ? 2 : units_max};
    struct buf piece = BUF(TELEGRAM_PIECE_BYTES_MAX);
    if (markup == TELEGRAM_HTML && !telegram_text_check_html(text, fault))
        return false;
    bool ok = split_pieces(&splitting, &piece, arena, out, fault);
    buf_finish(&piece);
    return ok;
}
