// SPDX-License-Identifier: MIT
/* The encoding of a text file: UTF-8, or Windows-1251 as Excel writes it in Russia.
 *
 * A file that is well-formed UTF-8 to its last byte is UTF-8: Russian text in Windows-1251 is
 * practically never that. A file with more valid than invalid sequences is damaged UTF-8; it is
 * refused, because reading it as Windows-1251 would fill the database with garbage. */
#pragma once

#include <stdint.h>

#include "import/import_csv.h"

struct import_encoding_scan {
    int64_t line; /* newlines so far */
    unsigned char head[3];
    size_t head_len;
    unsigned needed;         /* continuation bytes of a sequence that has begun */
    unsigned char low, high; /* bounds of the next one */
    int64_t good;            /* sequences of several bytes */
    int64_t bad;
    int64_t bad_line; /* of the first bad one, from 0 */
};

void import_encoding_scan_bytes(struct import_encoding_scan *scan, const unsigned char *bytes,
                                size_t count);
/* Bytes of a UTF-8 BOM at the beginning: 3 or 0. */
size_t import_encoding_bom(const struct import_encoding_scan *scan);
/* FAULT_UNREADABLE "bad_encoding". */
bool import_encoding_detect(const struct import_encoding_scan *scan,
                            enum import_csv_encoding *encoding, struct fault *fault) MUST_CHECK;

enum { IMPORT_1251_MAX = 3 };
/* Returns the number of bytes written. The one code without a character becomes U+FFFD. */
size_t import_encoding_from_1251(unsigned char byte, char out[IMPORT_1251_MAX]);
