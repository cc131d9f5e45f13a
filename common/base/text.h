// SPDX-License-Identifier: MIT
/* Text typed by people: UTF-8 checks, cleaning, slugs, phone numbers. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"

/* True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). */
bool text_is_utf8(struct slice text);
/* Length of the longest prefix that is well-formed UTF-8. */
size_t text_utf8_prefix_len(struct slice text);

/* Writes a code point as UTF-8. Returns its length; 0 if there is no such code point. */
size_t text_encode(int32_t point, char out[4]);
/* Reads the code point at byte `at`, which must be before the end. Returns its length in bytes; 0
 * if the character is not well-formed. */
size_t text_decode(struct slice text, size_t at, int32_t *point);
/* The lower-case form of a code point, or the code point itself (Unicode, simple case mapping). */
int32_t text_to_lower(int32_t point);
/* True for digits of any script and for numbers such as "½", "Ⅷ", "③" (Unicode, category N). */
bool text_is_number(int32_t point);
/* True for letters of any script (Unicode, general category L). */
bool text_is_letter(int32_t point);
/* Like text_decode(), but composes the following combining marks into the code point: "и" and
 * U+0306 become "й", as in NFC. A mark without a composed form, such as a stress, is skipped. A
 * byte that is not part of a well-formed character is read as U+FFFD, so the length is never 0. */
size_t text_decode_composed(struct slice text, size_t at, int32_t *point);
/* The letter without its marks: "o" for "ó", "и" for "й". The code point itself if it has none
 * (Unicode, canonical decomposition). */
int32_t text_base_letter(int32_t point);
/* U+FFFD, the replacement of a byte that is not part of a well-formed character. */
#define TEXT_REPLACEMENT "\xef\xbf\xbd"

/* Number of code points of well-formed UTF-8. */
size_t text_length(struct slice text);

/* Removes what a sender cannot see: marks and overrides of the writing direction, zero-width spaces
 * and joiners, soft hyphens, byte order marks, and control characters but tab, line ends and NUL.
 * Joiners stay within emoji and within words of scripts that need them, tags after a flag. Other
 * line ends (U+0085, U+2028 ...) become newlines. A changed text is in the arena; `.at` is NULL
 * only if the arena is full. Bytes that are not UTF-8 stay. */
struct slice text_visible(struct arena *arena, struct slice text) MUST_CHECK;
/* text_visible() for a value with a form of its own, such as a phone, a date, a code or the name of
 * a city: also every dash becomes "-" and every kind of space " ". */
struct slice text_typed(struct arena *arena, struct slice text) MUST_CHECK;

/* text_visible(), trims Unicode white space at both ends, replaces CR LF and CR by newlines and
 * normalises to NFC (UAX 15). If that changes the text, the result is in the arena. `.at` is NULL
 * only if the arena is full. NUL stays: callers refuse a text for which text_has_control() is true.
 * A text with a long run of combining marks is not normalised, so that the time is linear. */
struct slice text_clean(struct arena *arena, struct slice text) MUST_CHECK;
bool text_has_control(struct slice text);
/* Whether the text has nothing but spaces, tabs and line breaks. */
bool text_is_blank(struct slice text);
/* Whether the text has no character that can be seen: only white space, format and control
 * characters, and those that fonts show as nothing (Unicode, Default_Ignorable_Code_Point, such as
 * U+3164; also U+2800). Usual in names of Telegram, where a name is required. */
bool text_is_invisible(struct slice text);

enum { TEXT_MARK_RUN_MAX = 30 }; /* UAX 15, Stream-Safe Text Format; no language has so many */

/* Whether more than TEXT_MARK_RUN_MAX combining marks follow each other in canonical decomposition,
 * whether the text is composed or not. NFC sorts such a run in quadratic time. Bodies and queries
 * with it are refused ("bad_text"), except documents of search-api, which people have written
 * elsewhere. bot-gateway replaces such a name of a person; it stores and passes on all other texts
 * as they are. Phrases and search read the letter alone (text_decode_composed()). */
bool text_has_long_mark_run(struct slice text);

/* Whether the text has only A-Za-z0-9_-, which need no escaping in a URL. True for an empty
 * text. */
bool text_is_url_safe(struct slice text);

/* True for groups of [a-z0-9] joined by single '-' or '_', 1-64 bytes. */
bool text_is_slug(struct slice text);

/* Whether two names are equal, ignoring case, "ё" for "е", and the code points in `ignored`, an
 * array that ends with 0. False for invalid UTF-8. */
bool text_same_name(struct slice a, struct slice b, const int32_t *ignored);

/* Whether two code points that follow each other belong to different characters as people see them
 * (UAX 29, extended grapheme clusters), so not within a flag or a family of emoji. `state` is 0
 * before the first pair of a text, and passed on from pair to pair. */
bool text_is_grapheme_break(int32_t before, int32_t after, int32_t *state);

/* Length in bytes of the first `points_max` code points of well-formed UTF-8, or of the whole text
 * if it has fewer. */
size_t text_first_len(struct slice text, size_t points_max);

enum { PHONE_MAX = 16 }; /* E.164: '+', at most 15 digits */

/* Normalises a phone number to E.164. Accepts any country with '+', and Kazakh numbers also as +8
 * 7xx, 8 7xx, 7 7xx, 7xx or 8 10 7 7xx, with the separators of text_phone_separator_len(), after
 * "tel:" and before the end of a sentence. Digits may be full-width. Numbers of +7 have eleven
 * digits. */
bool text_normalize_phone(struct slice text, char out[PHONE_MAX + 1]) MUST_CHECK;
/* Length in bytes of the separator of digits at the beginning of the text: a space, bracket or
 * dash, a dot or slash before a digit, or an invisible mark that phones paste. 0: there is none. */
size_t text_phone_separator_len(struct slice text);
/* Finds the phone number in a text: "Иван +7 701 234 56 78". False if there is none, or if there
 * are several different ones. */
bool text_phone_find(struct slice text, char out[PHONE_MAX + 1]) MUST_CHECK;

/* Writes the text with ASCII in place of what stands for it: decimal digits of any script, and
 * compatibility forms (NFKC), such as full-width ones. Other characters and invalid bytes are
 * copied. `out` has room for text.len bytes, which the result never exceeds; returns its length.
 * origins_or_null[i] receives the index in `text` of the character from which out[i] comes. */
size_t text_fold_to_ascii(struct slice text, char *out, size_t *origins_or_null);

/* Length in bytes of what a link to an account in a messenger begins with, at the beginning of the
 * text: "t.me/", "whatsapp.com/", in any case, also with blanks: "t . me / ". 0: there is none. */
size_t text_account_link_len(struct slice text);
