// SPDX-License-Identifier: MIT
/* Detects the encoding of a text file: UTF-8, or Windows-1251 as Russian Excel writes it.
 *
 * A file of valid UTF-8 is UTF-8, because Russian text in Windows-1251 is practically never valid
 * UTF-8. A file with more valid than invalid sequences is damaged UTF-8 and is refused: read as
 * Windows-1251 it would fill the database with garbage. */
#pragma once

#include <stdint.h>

#include "base/fault.h"

enum import_csv_encoding { CSV_UTF8, CSV_1251 };

struct import_encoding_scan {
    int64_t line; /* newlines so far */
    unsigned char head[3];
    size_t head_len;
    unsigned needed;         /* continuation bytes still expected */
    unsigned char low, high; /* bounds of the next one */
    int64_t good;            /* valid multi-byte sequences */
    int64_t bad;
    int64_t bad_line; /* line of the first invalid sequence, from 0 */
};

void import_encoding_scan_bytes(struct import_encoding_scan *scan, const unsigned char *bytes,
                                size_t count);
/* Length of the UTF-8 BOM at the beginning: 3 or 0. */
size_t import_encoding_bom(const struct import_encoding_scan *scan);
/* FAULT_UNREADABLE "bad_encoding" or "utf16". */
bool import_encoding_detect(const struct import_encoding_scan *scan,
                            enum import_csv_encoding *encoding, struct fault *fault) MUST_CHECK;

enum { IMPORT_1251_MAX = 3 };
/* Returns the number of bytes written. The one unassigned byte becomes U+FFFD. */
size_t import_encoding_from_1251(unsigned char byte, char out[IMPORT_1251_MAX]);
