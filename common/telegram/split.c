// SPDX-License-Identifier: MIT
/* telegram_text_split(): finds the end of each piece, then writes the piece. */
#include "base/text.h"

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

/* How far the search for the end of a piece has come. */
struct scan {
    size_t at;      /* end of the last atom that fits */
    size_t units;   /* visible, of the piece up to `at` */
    size_t bytes;   /* of the piece up to `at`, with the tags that are reopened before it */
    size_t closing; /* bytes of the tags that would have to be closed at `at` */
    int tags[TELEGRAM_TAGS_MAX]; /* open at `at` */
    size_t tag_count;
    size_t ends[ENDS]; /* the last position of each kind; 0: none */
    uint32_t code;     /* the last visible code point; 0: none */
    size_t code_end;   /* where it ends */
    int32_t grapheme;  /* state of text_is_grapheme_break() */
};

static size_t closing_tag_len(int tag)
{
    return strlen(telegram_html_tag_name(tag)) + strlen("</>");
}

static bool must_be_escaped(const struct splitting *splitting, const struct html_atom *atom)
{
    return splitting->next == telegram_html_read_atom && atom->code == '&' && !atom->entity;
}

static void scan_begin(const struct splitting *splitting, size_t from, struct scan *scan)
{
    *scan = (struct scan){.at = from, .tag_count = splitting->open.count};
    for (size_t i = 0; i < scan->tag_count; i++) {
        scan->tags[i] = splitting->open.tag[i];
        scan->bytes += splitting->open.raw[i].len;
        scan->closing += closing_tag_len(scan->tags[i]);
    }
}

/* Makes the end of the last code point a possible end of the piece, if the character that people
 * see ends there too. */
static void offer_end(const struct splitting *splitting, struct scan *scan, uint32_t next_code,
                      uint32_t before)
{
    if (scan->code_end == 0 ||
        !text_is_grapheme_break((int32_t)scan->code, (int32_t)next_code, &scan->grapheme))
        return;
    const int kind = kind_of_boundary(scan->code, before);
    if (kind == END_CHARACTER || scan->units >= splitting->units / PIECE_PART)
        scan->ends[kind] = scan->code_end;
    scan->ends[END_CHARACTER] = scan->code_end;
}

/* The code point of a visible atom; html_atom has only those of entities and of ASCII. */
static uint32_t code_at(const struct splitting *splitting, const struct html_atom *atom, size_t at)
{
    int32_t point = 0xfffd;

    if (atom->entity || (unsigned char)splitting->text.at[at] < 0x80)
        return atom->code;
    (void)text_decode(splitting->text, at, &point);
    return (uint32_t)point;
}

/* Takes the atom into the piece. False: the piece would become too long. */
static bool scan_atom(const struct splitting *splitting, const struct html_atom *atom,
                      struct scan *scan)
{
    const size_t units = atom->kind == HTML_TEXT ? atom->units : 0;
    const size_t len = must_be_escaped(splitting, atom) ? strlen("&amp;") : atom->len;
    const size_t closing = atom->kind == HTML_OPEN ? closing_tag_len(atom->tag) : 0;
    const bool fits = scan->units + units <= splitting->units &&
                      scan->bytes + len + scan->closing + closing <= TELEGRAM_PIECE_BYTES_MAX;

    if (!fits)
        return false;
    scan->at += atom->len;
    scan->units += units;
    scan->bytes += len;
    scan->closing += closing;
    if (atom->kind == HTML_OPEN)
        scan->tags[scan->tag_count++] = atom->tag;
    else if (atom->kind == HTML_CLOSE)
        scan->closing -= closing_tag_len(scan->tags[--scan->tag_count]);
    return true;
}

/* The best of the possible ends. A character longer than a piece is cut, and so is a run of tags
 * alone. */
static size_t choose_end(const struct scan *scan)
{
    for (int kind = 0; kind < ENDS; kind++)
        if (scan->ends[kind] != 0)
            return scan->ends[kind];
    return scan->at;
}

/* Finds the end of the piece that begins at `from`; `from` itself if not even one atom fits.
 * Closing tags at that end belong to the piece. */
static size_t find_piece_end(const struct splitting *splitting, size_t from)
{
    struct scan scan;
    uint32_t before = 0;
    size_t end;

    scan_begin(splitting, from, &scan);
    while (scan.at < splitting->text.len) {
        const struct html_atom atom = read_atom_at(splitting, scan.at);
        const bool is_text = atom.kind == HTML_TEXT;
        const uint32_t code = is_text ? code_at(splitting, &atom, scan.at) : ' ';
        if (is_text)
            offer_end(splitting, &scan, code, before);
        if (!scan_atom(splitting, &atom, &scan)) {
            if (!is_text)
                offer_end(splitting, &scan, code, before);
            else if (is_space(code)) /* it ends a word */
                scan.ends[END_WORD] = scan.ends[END_CHARACTER];
            break;
        }
        if (!is_text)
            continue;
        before = scan.code;
        scan.code = code;
        scan.code_end = scan.at;
    }
    if (scan.at == splitting->text.len)
        return scan.at;
    end = choose_end(&scan);
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
    if (must_be_escaped(splitting, atom))
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
        if (end == from)
            return fault_too_long(fault);
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
