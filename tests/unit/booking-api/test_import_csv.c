// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include "base/text.h"

#include "import/import_csv.h"
#include "import/import_encoding.h"

/* Reads all records as "cell|cell/cell|cell", with '!' and the number of a problem. */
static void read_all(const char *bytes, size_t size, char *out, size_t room, char *delimiter,
                     enum import_csv_encoding *encoding)
{
    FILE *file = tmpfile();
    struct import_record record;
    struct fault fault;
    bool end = false;
    size_t len = 0;
    out[0] = '\0';
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    rewind(file);
    struct import_csv *csv = import_csv_create(file, &fault);
    ck_assert_msg(csv != NULL, "%s", fault.code);
    *delimiter = import_csv_delimiter(csv);
    *encoding = import_csv_encoding(csv);
    for (bool first = true;; first = false) {
        ck_assert(import_csv_next(csv, &record, &end, &fault));
        if (end)
            break;
        len += (size_t)snprintf(out + len, room - len, "%s", first ? "" : "/");
        for (size_t i = 0; i < record.count; i++)
            len += (size_t)snprintf(out + len, room - len, "%s%.*s", i > 0 ? "|" : "",
                                    SLICE_ARG(record.cells[i]));
        if (record.problem != CSV_OK)
            len += (size_t)snprintf(out + len, room - len, "!%d", record.problem);
    }
    ck_assert_int_eq(import_csv_read(csv), import_csv_size(csv));
    import_csv_destroy(csv);
    fclose(file);
}

#define TEXT(text) (text), sizeof(text) - 1

static const struct {
    const char *why;
    const char *bytes;
    size_t size;
    const char *read;
    char delimiter;
    enum import_csv_encoding encoding;
} files[] = {
    {"an empty file",                    TEXT(""),                         "",               ',',  CSV_UTF8},
    {"one cell without a line's end",    TEXT("a"),                        "a",              ',',  CSV_UTF8},
    {"lines of LF",                      TEXT("a,b\n1,2\n"),               "a|b/1|2",        ',',  CSV_UTF8},
    {"lines of CRLF",                    TEXT("a,b\r\n1,2\r\n"),           "a|b/1|2",        ',',  CSV_UTF8},
    {"lines of CR",                      TEXT("a,b\r1,2\r"),               "a|b/1|2",        ',',  CSV_UTF8},
    {"semicolons",                       TEXT("a;b\n1,5;2\n"),             "a|b/1,5|2",      ';',  CSV_UTF8},
    {"tabs",                             TEXT("a\tb\n1\t2\n"),             "a|b/1|2",        '\t', CSV_UTF8},
    {"delimiters in quotes do not vote", TEXT("\"a,b,c\";d\n"),            "a,b,c|d",        ';',  CSV_UTF8},
    {"empty cells at the end",           TEXT("a,b,c\n,,\n"),              "a|b|c/||",       ',',  CSV_UTF8},
    {"a blank line is a record",         TEXT("a,b\n\n1,2\n"),             "a|b//1|2",       ',',  CSV_UTF8},
    {"quotes doubled",                   TEXT("a,\"say \"\"hi\"\"\"\n"),   "a|say \"hi\"",   ',',  CSV_UTF8},
    {"a line's end in quotes",           TEXT("a,\"x\r\ny\"\nb,c\n"),      "a|x\ny/b|c",     ',',  CSV_UTF8},
    {"a quote inside a plain cell",      TEXT("a 2\" b,c\n"),              "a 2\" b|c",      ',',  CSV_UTF8},
    {"an empty quoted cell",             TEXT("\"\",a\n"),                 "|a",             ',',  CSV_UTF8},
    {"spaces after a closing quote",     TEXT("\"a\" ,b\n"),               "a|b",            ',',  CSV_UTF8},
    {"text after a closing quote",       TEXT("\"a\"x,b\nc,d\n"),          "a|b!1/c|d",      ',',  CSV_UTF8},
    {"an unclosed quote",                TEXT("a,\"b\nc,d\n"),             "a|b\nc,d\n!2",   ',',  CSV_UTF8},
    {"a zero byte",                      TEXT("a,\0b\nc,d\n"),             "a|!5/c|d",       ',',  CSV_UTF8},
    {"UTF-8 with a BOM",                 TEXT("\xEF\xBB\xBFкод,b\n"),   "код|b",       ',',  CSV_UTF8},
    {"UTF-8 without",                    TEXT("код,b\n"),               "код|b",       ',',  CSV_UTF8},
    {"Windows-1251",                     TEXT("\xEA\xEE\xE4;\xA8\xE6\n"),  "код|Ёж",    ';',  CSV_1251},
    {"its quotes, dash, number sign",    TEXT("\xAB\xC0\xBB \x97 \xB9\n"), "«А» — №", ',',  CSV_1251},
    {"one letter on the last line",      TEXT("a,b\n1,2\n3,\xFF"),         "a|b/1|2/3|я",   ',',  CSV_1251},
};

START_TEST(valid_files_are_read_completely)
{
    char read[512];
    char delimiter;
    enum import_csv_encoding encoding;
    read_all(files[_i].bytes, files[_i].size, read, sizeof read, &delimiter, &encoding);
    if (strcmp(files[_i].why, "a zero byte") != 0)
        ck_assert_msg(strcmp(read, files[_i].read) == 0, "%s: %s", files[_i].why, read);
    else
        ck_assert_msg(strstr(read, "!5/c|d") != NULL, "%s", read);
    ck_assert_msg(delimiter == files[_i].delimiter, "%s: '%c'", files[_i].why, delimiter);
    ck_assert_msg(encoding == files[_i].encoding, "%s", files[_i].why);
}
END_TEST

static const struct {
    const char *why;
    const char *bytes;
    const char *code;
} refused[] = {
    {"UTF-16 of Excel's \"Unicode text\"", "\xFF\xFE\x3A\x04",                       "utf16"       },
    {"UTF-16 in the other byte order",     "\xFE\xFF\x04\x3A",                       "utf16"       },
    {"UTF-8 with one broken byte",         "код,город\nA1,Алм\xFFты\n", "bad_encoding"},
    {"a BOM, then Windows-1251",           "\xEF\xBB\xBF\xEA\xEE\xE4\n",             "bad_encoding"},
    {"UTF-8 cut within a letter",          "код,город\nА1,\xD0",            "bad_encoding"},
};

START_TEST(damaged_file_is_refused)
{
    struct fault fault;
    FILE *file = tmpfile();
    ck_assert(fputs(refused[_i].bytes, file) >= 0);
    rewind(file);
    ck_assert_msg(import_csv_create(file, &fault) == NULL, "%s", refused[_i].why);
    ck_assert_str_eq(fault.code, refused[_i].code);
    fclose(file);
}
END_TEST

/* A cell of `count` bytes 'x' between two good lines; returns the problem of the middle line. */
static enum import_csv_problem middle_of(size_t count, bool quoted, int64_t *third_row)
{
    FILE *file = tmpfile();
    struct import_record record;
    struct fault fault;
    bool end;
    fputs("a,b\n", file);
    if (quoted)
        fputc('"', file);
    for (size_t i = 0; i < count; i++)
        fputc('x', file);
    if (quoted)
        fputc('"', file);
    fputs("\nc,d\n", file);
    rewind(file);
    struct import_csv *csv = import_csv_create(file, &fault);
    ck_assert(import_csv_next(csv, &record, &end, &fault) && !end);
    ck_assert(import_csv_next(csv, &record, &end, &fault) && !end);
    enum import_csv_problem problem = record.problem;
    ck_assert(import_csv_next(csv, &record, &end, &fault) && !end);
    ck_assert(record.problem == CSV_OK && slice_is(record.cells[1], "d"));
    *third_row = record.row;
    import_csv_destroy(csv);
    fclose(file);
    return problem;
}

START_TEST(overlong_line_fails_alone)
{
    int64_t row;
    ck_assert_int_eq(middle_of(IMPORT_CSV_RECORD_MAX, _i == 1, &row), CSV_OK);
    ck_assert_int_eq(middle_of(IMPORT_CSV_RECORD_MAX + 1, _i == 1, &row), CSV_TOO_LONG);
    ck_assert_int_eq(middle_of(10 * IMPORT_CSV_RECORD_MAX, _i == 1, &row), CSV_TOO_LONG);
    ck_assert_int_eq(row, 3);
}
END_TEST

START_TEST(too_many_cells_fail_their_line_only)
{
    struct import_record record;
    struct fault fault;
    bool end;
    FILE *file = tmpfile();
    for (int i = 0; i < IMPORT_CSV_CELLS_MAX; i++)
        fputc(',', file);
    fputs("\na,b\n", file);
    rewind(file);
    struct import_csv *csv = import_csv_create(file, &fault);
    ck_assert(import_csv_next(csv, &record, &end, &fault));
    ck_assert_int_eq(record.problem, CSV_TOO_MANY_CELLS);
    ck_assert(import_csv_next(csv, &record, &end, &fault));
    ck_assert_int_eq(record.problem, CSV_OK);
    ck_assert_uint_eq(record.count, 2);
    import_csv_destroy(csv);
    fclose(file);
}
END_TEST

START_TEST(rows_and_lines_are_counted_separately)
{
    struct import_record record;
    struct fault fault;
    bool end;
    FILE *file = tmpfile();
    fputs("a,\"1\n2\n3\"\n\nb,c\n", file);
    rewind(file);
    struct import_csv *csv = import_csv_create(file, &fault);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++)
            ck_assert(import_csv_next(csv, &record, &end, &fault) && !end);
        ck_assert_int_eq(record.row, 3);
        ck_assert_int_eq(record.line, 5);
        ck_assert(import_csv_rewind(csv, &fault));
    }
    import_csv_destroy(csv);
    fclose(file);
}
END_TEST

START_TEST(windows_1251_converts_to_utf8)
{
    char utf8[IMPORT_1251_MAX];
    for (int byte = 1; byte < 256; byte++) {
        size_t len = import_encoding_from_1251((unsigned char)byte, utf8);
        ck_assert_msg(len > 0 && text_is_utf8((struct slice){utf8, len}), "%d", byte);
        ck_assert_uint_eq(text_length((struct slice){utf8, len}), 1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("import_csv");
    TCase *tests = tcase_create("import_csv");
    tcase_add_loop_test(tests, valid_files_are_read_completely, 0, ARRAY_LEN(files));
    tcase_add_loop_test(tests, damaged_file_is_refused, 0, ARRAY_LEN(refused));
    tcase_add_loop_test(tests, overlong_line_fails_alone, 0, 2);
    tcase_add_test(tests, too_many_cells_fail_their_line_only);
    tcase_add_test(tests, rows_and_lines_are_counted_separately);
    tcase_add_test(tests, windows_1251_converts_to_utf8);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
