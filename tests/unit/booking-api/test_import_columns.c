// SPDX-License-Identifier: MIT
/* Names of columns, and parsing of cells. */
#include <stdlib.h>

#include <check.h>

#include "apartments/apartments_json.h"
#include "import/import_codes.h"
#include "import/import_columns.h"

#define REFUSED NULL

static const struct {
    import_value_fn *read;
    const char *cell;
    const char *json;
} cells[] = {
    {import_value_whole,   "12",                        "12"                                       },
    {import_value_whole,   "1 200",                     "1200"                                     },
    {import_value_whole,   "1\u00A0200",                "1200"                                     },
    {import_value_whole,   "1\u202F200",                "1200"                                     },
    {import_value_whole,   "2,00",                      "2"                                        },
    {import_value_whole,   "30%",                       "30"                                       },
    {import_value_whole,   "30 %",                      "30"                                       },
    {import_value_whole,   "-1",                        "-1"                                       },
    {import_value_whole,   "0",                         "0"                                        },
    {import_value_whole,   "2,5",                       REFUSED                                    },
    {import_value_whole,   "1 20",                      REFUSED                                    },
    {import_value_whole,   "12 34 567",                 REFUSED                                    },
    {import_value_whole,   "1234 567",                  REFUSED                                    },
    {import_value_whole,   "12a",                       REFUSED                                    },
    {import_value_whole,   "1e3",                       REFUSED                                    },
    {import_value_whole,   "2,",                        REFUSED                                    },
    {import_value_whole,   ",5",                        REFUSED                                    },
    {import_value_whole,   "-",                         REFUSED                                    },
    {import_value_whole,   "1234567890123456",          REFUSED                                    },
    {import_value_money,   "1 234,50",                  "{\"amount\":123450,\"currency\":\"KZT\"}" },
    {import_value_money,   "15000",                     "{\"amount\":1500000,\"currency\":\"KZT\"}"},
    {import_value_money,   "15 000 ₸",                "{\"amount\":1500000,\"currency\":\"KZT\"}"},
    {import_value_money,   "15 000 тг.",              "{\"amount\":1500000,\"currency\":\"KZT\"}"},
    {import_value_money,   "15000.5",                   "{\"amount\":1500050,\"currency\":\"KZT\"}"},
    {import_value_money,   "-5",                        "{\"amount\":-500,\"currency\":\"KZT\"}"   },
    {import_value_money,   "15,000",                    REFUSED                                    },
    {import_value_money,   "1.234,50",                  REFUSED                                    },
    {import_value_money,   "1,234.50",                  REFUSED                                    },
    {import_value_money,   "₸",                       REFUSED                                    },
    {import_value_money,   "дорого",              REFUSED                                    },
    {import_value_degrees, "43,238",                    "43.238"                                   },
    {import_value_degrees, "-0.05",                     "-0.05"                                    },
    {import_value_degrees, "76",                        "76"                                       },
    {import_value_degrees, "43°",                      REFUSED                                    },
    {import_value_yes_no,  "да",                      "true"                                     },
    {import_value_yes_no,  "НЕТ",                    "false"                                    },
    {import_value_yes_no,  "ИСТИНА",              "true"                                     },
    {import_value_yes_no,  "Yes",                       "true"                                     },
    {import_value_yes_no,  "0",                         "false"                                    },
    {import_value_yes_no,  "может",                REFUSED                                    },
    {import_value_clock,   "14:00",                     "\"14:00\""                                },
    {import_value_clock,   "9:05",                      "\"09:05\""                                },
    {import_value_clock,   "14:00:00",                  "\"14:00\""                                },
    {import_value_clock,   "14.30",                     "\"14:30\""                                },
    {import_value_clock,   "24:00",                     REFUSED                                    },
    {import_value_clock,   "14:60",                     REFUSED                                    },
    {import_value_clock,   "14",                        REFUSED                                    },
    {import_value_policy,  "Строгие",            "\"strict\""                               },
    {import_value_policy,  "flexible",                  "\"flexible\""                             },
    {import_value_text,    "a \"b\"",                   "\"a \\\"b\\\"\""                          },
    {import_value_slugs,   "wifi, kitchen;",            "[\"wifi\",\"kitchen\"]"                   },
    {import_value_slugs,   "wifi",                      "[\"wifi\"]"                               },
    {import_value_urls,    "https://a/1\nhttps://a/2 ", "[\"https://a/1\",\"https://a/2\"]"        },
};

START_TEST(cells_are_parsed_as_people_and_excel_write_them)
{
    const char *problem = NULL;
    struct buf json;
    buf_init(&json, 4096);
    bool read = cells[_i].read(slice_of(cells[_i].cell), &json, &problem);
    ck_assert_msg(read == (cells[_i].json != REFUSED), "%s", cells[_i].cell);
    if (read)
        ck_assert_msg(slice_is(buf_as_slice(&json), cells[_i].json), "%s: %.*s", cells[_i].cell,
                      SLICE_ARG(buf_as_slice(&json)));
    else
        ck_assert_msg(problem != NULL, "%s", cells[_i].cell);
    buf_finish(&json);
}
END_TEST

START_TEST(white_space_around_a_cell_is_ignored)
{
    ck_assert(slice_is(import_value_trim(SLICE(" \u00A0\tx y\u202F\n ")), "x y"));
    ck_assert_uint_eq(import_value_trim(SLICE(" \u00A0 ")).len, 0);
    ck_assert_uint_eq(import_value_trim(SLICE("")).len, 0);
    ck_assert(slice_is(import_value_trim(SLICE("\xA0")), "\xA0"));
}
END_TEST

static const struct {
    const char *name;
    const char *path; /* NULL: no column */
} names[] = {
    {"код",                            "code"               },
    {"Code",                              "code"               },
    {" КОД ",                          "code"               },
    {"Цена за ночь",            "base_price"         },
    {"base_price",                        "base_price"         },
    {"Base Price",                        "base_price"         },
    {"Предоплата %",            "prepayment_percent" },
    {"Сдаётся",                    "is_active"          },
    {"Бронь вперёд, дней", "booking_window_days"},
    {"Телефон владельца", "phone"              },
    {"title_kz",                          "title/kz"           },
    {"цен",                            NULL                 },
    {"",                                  NULL                 },
    {"\xFF",                              NULL                 },
};

START_TEST(columns_are_found_by_all_their_names)
{
    int column = import_column_find(slice_of(names[_i].name));
    if (names[_i].path == NULL)
        ck_assert_msg(column == IMPORT_NO_COLUMN, "%s", names[_i].name);
    else
        ck_assert_msg(column != IMPORT_NO_COLUMN &&
                          strcmp(import_columns[column].path, names[_i].path) == 0,
                      "%s", names[_i].name);
}
END_TEST

START_TEST(column_names_are_unique)
{
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++) {
        const struct import_column *column = &import_columns[i];
        ck_assert_msg(import_column_find(slice_of(column->ru)) == i, "%s", column->ru);
        ck_assert_msg(import_column_find(slice_of(column->en)) == i, "%s", column->en);
        for (int j = 0; j < IMPORT_ALIASES && column->aliases[j] != NULL; j++)
            ck_assert_msg(import_column_find(slice_of(column->aliases[j])) == i, "%s",
                          column->aliases[j]);
    }
}
END_TEST

START_TEST(every_writable_field_has_a_column)
{
    for (size_t i = 0; i < apartment_fields.count; i++) {
        const struct field *field = &apartment_fields.items[i];
        if ((field->flags & FIELD_READ_ONLY) == 0)
            ck_assert_msg(import_column_of_path(&apartment_fields, field->name) != IMPORT_NO_COLUMN,
                          "%s", field->name);
    }
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++)
        ck_assert_msg(import_column_field(import_columns[i].table, import_columns[i].path) != NULL,
                      "%s", import_columns[i].path);
}
END_TEST

START_TEST(unknown_header_columns_are_reported)
{
    struct import_header header;
    const char *problems[IMPORT_CSV_CELLS_MAX];
    struct import_record record = {.row = 1, .count = 5};
    const char *const header_names[] = {"Город", "цвет", "код", "", "CODE"};
    for (size_t i = 0; i < record.count; i++)
        record.cells[i] = slice_of(header_names[i]);
    import_header_read(&record, problems, &header);
    ck_assert(problems[0] == NULL && problems[2] == NULL && problems[3] == NULL);
    ck_assert_str_eq(problems[1], "unknown_column");
    ck_assert_str_eq(problems[4], "repeated_column");
    ck_assert_int_eq(header.cell_of[import_column_key()], 2);
    struct import_record row = {.row = 2, .count = 2};
    row.cells[0] = SLICE(" Алматы ");
    ck_assert(
        slice_is(import_header_cell(&header, &row, import_column_find(SLICE("город"))), "Алматы"));
    ck_assert_ptr_null(import_header_cell(&header, &row, import_column_key()).at);
}
END_TEST

START_TEST(repeated_code_returns_its_first_row)
{
    char code[16];
    struct import_codes *seen = calloc(1, sizeof *seen);
    for (int i = 1; i <= IMPORT_ROWS_MAX; i++) {
        snprintf(code, sizeof code, "ALM-%d", i);
        ck_assert_int_eq(import_codes_add(seen, slice_of(code), i), 0);
    }
    ck_assert_int_eq(import_codes_add(seen, SLICE("ALM-77"), 5), 77);
    memset(seen, 0, sizeof *seen);
    ck_assert_int_eq(import_codes_add(seen, SLICE("ALM-77"), 5), 0);
    free(seen);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("import_columns");
    TCase *tests = tcase_create("import_columns");
    tcase_add_loop_test(tests, cells_are_parsed_as_people_and_excel_write_them, 0,
                        ARRAY_LEN(cells));
    tcase_add_test(tests, white_space_around_a_cell_is_ignored);
    tcase_add_loop_test(tests, columns_are_found_by_all_their_names, 0, ARRAY_LEN(names));
    tcase_add_test(tests, column_names_are_unique);
    tcase_add_test(tests, every_writable_field_has_a_column);
    tcase_add_test(tests, unknown_header_columns_are_reported);
    tcase_add_test(tests, repeated_code_returns_its_first_row);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
