// SPDX-License-Identifier: MIT
#include "import/import_encoding.h"

#include <inttypes.h>

static void bad(struct import_encoding_scan *scan)
{
    if (scan->bad++ == 0)
        scan->bad_line = scan->line;
    scan->needed = 0;
}

static void start_sequence(struct import_encoding_scan *scan, unsigned char byte)
{
    scan->low = 0x80;
    scan->high = 0xBF;
    if (byte < 0x80)
        scan->line += byte == '\n';
    else if (byte >= 0xC2 && byte <= 0xDF)
        scan->needed = 1;
    else if (byte >= 0xE0 && byte <= 0xEF)
        scan->needed = 2;
    else if (byte >= 0xF0 && byte <= 0xF4)
        scan->needed = 3;
    else
        bad(scan);
    /* Excludes overlong forms, surrogates and code points above U+10FFFF. */
    if (byte == 0xE0)
        scan->low = 0xA0;
    if (byte == 0xED)
        scan->high = 0x9F;
    if (byte == 0xF0)
        scan->low = 0x90;
    if (byte == 0xF4)
        scan->high = 0x8F;
}

static void scan_byte(struct import_encoding_scan *scan, unsigned char byte)
{
    if (scan->head_len < sizeof scan->head)
        scan->head[scan->head_len++] = byte;
    if (scan->needed == 0) {
        start_sequence(scan, byte);
        return;
    }
    if (byte < scan->low || byte > scan->high) {
        bad(scan);
        start_sequence(scan, byte);
        return;
    }
    scan->low = 0x80;
    scan->high = 0xBF;
    scan->needed--;
    scan->good += scan->needed == 0;
}

void import_encoding_scan_bytes(struct import_encoding_scan *scan, const unsigned char *bytes,
                                size_t count)
{
    for (size_t i = 0; i < count; i++)
        scan_byte(scan, bytes[i]);
}

size_t import_encoding_bom(const struct import_encoding_scan *scan)
{
    static const unsigned char bom[] = {0xEF, 0xBB, 0xBF};
    return scan->head_len == sizeof bom && memcmp(scan->head, bom, sizeof bom) == 0 ? sizeof bom
                                                                                    : 0;
}

static bool is_utf16(const struct import_encoding_scan *scan)
{
    return scan->head_len >= 2 && ((scan->head[0] == 0xFF && scan->head[1] == 0xFE) ||
                                   (scan->head[0] == 0xFE && scan->head[1] == 0xFF));
}

bool import_encoding_detect(const struct import_encoding_scan *scan,
                            enum import_csv_encoding *encoding, struct fault *fault)
{
    int64_t wrong = scan->bad + (scan->needed > 0);
    if (is_utf16(scan))
        return fault_set(fault, FAULT_UNREADABLE, "utf16", "The file is in UTF-16.");
    if (wrong > 0 && (import_encoding_bom(scan) > 0 || scan->good > wrong))
        return fault_set(fault, FAULT_UNREADABLE, "bad_encoding",
                         "Line %" PRId64 " has bytes that are no UTF-8.",
                         (scan->bad > 0 ? scan->bad_line : scan->line) + 1);
    *encoding = wrong > 0 ? CSV_1251 : CSV_UTF8;
    return true;
}

/* Code points of bytes 0x80-0xBF; 0xC0-0xFF are U+0410-U+044F. */
static const uint16_t upper[64] = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409,
    0x2039, 0x040A, 0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0xFFFD, 0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0,
    0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB,
    0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6,
    0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

size_t import_encoding_from_1251(unsigned char byte, char out[IMPORT_1251_MAX])
{
    unsigned point = byte;
    if (byte >= 0xC0)
        point = 0x0410U + (byte - 0xC0U);
    else if (byte >= 0x80)
        point = upper[byte - 0x80];
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | point >> 12);
    out[1] = (char)(0x80 | (point >> 6 & 0x3F));
    out[2] = (char)(0x80 | (point & 0x3F));
    return 3;
}
