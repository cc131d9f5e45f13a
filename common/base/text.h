// SPDX-License-Identifier: MIT
/* Text from people: UTF-8 checks, cleaning, slugs, phones. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). */
bool text_is_utf8(struct slice text);
/* Length of the longest well-formed beginning. */
size_t text_utf8_prefix(struct slice text);

/* Writes a code point as UTF-8: at most 4 bytes. Returns how many; 0: there is no such point. */
size_t text_encode(int32_t point, char out[4]);
/* The code point at byte `at` of a text that goes on there, and its length in bytes; 0: no
 * well-formed character stands there. */
size_t text_decode(struct slice text, size_t at, int32_t *point);
/* The small letter of a code point; itself where there is none (Unicode, simple case mapping). */
int32_t text_small(int32_t point);
/* A digit of any script, and what else stands for a number: "½", "Ⅷ", "③" (Unicode, general
 * category N). */
bool text_is_number(int32_t point);
/* A letter of any script (Unicode, general category L). */
bool text_is_letter(int32_t point);
/* As text_decode(), with the marks behind the code point composed into it: "и" and U+0306 are "й",
 * as in NFC. A mark that nothing is composed of, such as a stress, is left out. It always moves: a
 * byte that is not part of a well-formed character is U+FFFD. `at` is not the end. */
size_t text_composed(struct slice text, size_t at, int32_t *point);
/* What stands for a byte that is not part of a well-formed character: U+FFFD. */
#define TEXT_REPLACEMENT "\xef\xbf\xbd"

/* Code points of well-formed UTF-8. */
size_t text_length(struct slice text);

/* Trims Unicode white space at both ends, makes each CR LF and each other CR a newline and
 * normalises to NFC (UAX 15), into the arena where anything changes. `.at` is NULL only when the
 * arena is full. Control characters other than tab and newline make text_has_control() true:
 * callers refuse them. */
struct slice text_clean(struct arena *arena, struct slice text) MUST_CHECK;
bool text_has_control(struct slice text);

/* [a-z0-9] groups joined by single '-' or '_', 1-64 bytes. */
bool text_is_slug(struct slice text);

/* The same name, as people write it: letter case and "ё" for "е" do not matter, nor do the code
 * points of `ignored`, which ends with 0. False where a text is no UTF-8. */
bool text_same_name(struct slice a, struct slice b, const int32_t *ignored);

/* Length of the longest prefix of `text` of at most `max` bytes that ends between characters. */
size_t text_cut(struct slice text, size_t max);
/* Length in bytes of the first `count` code points of well-formed UTF-8; of all where there are
 * fewer. */
size_t text_first(struct slice text, size_t count);

enum { PHONE_MAX = 16 }; /* E.164: '+', at most 15 digits */

/* A phone as people write it to E.164: any country with '+'; Kazakh numbers also as 8 7xx, 7 7xx or
 * 7xx, with spaces, brackets and dashes. */
bool text_phone(struct slice text, char out[PHONE_MAX + 1]) MUST_CHECK;
/* The phone that stands among words: "Иван +7 701 234 56 78". False where there is none, or where
 * there are several that differ. */
bool text_phone_find(struct slice text, char out[PHONE_MAX + 1]) MUST_CHECK;
