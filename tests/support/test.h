// SPDX-License-Identifier: MIT
/* Tests of libcheck that register themselves. Every program of tapbot_test() has the main() of
 * test.c, which runs them in the order of the file.
 *
 *     TEST_CASE("cache", .setup = begin, .teardown = end);
 *
 *     TEST(expired_entry_is_loaded_again)
 *     {
 *         ...
 *     }
 *
 * A test belongs to the last TEST_CASE above it; if there is none, its case is named like the file
 * (test_X.c: "X"). CK_RUN_CASE=NAME runs the tests of one case. Each test has a process of its own,
 * unless CK_FORK=no. */
#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

#include "base/fault.h"
#include "base/now.h"
#include "base/slice.h"

struct test_case {
    const char *name;
    /* Before and after each test, in its process. */
    void (*setup)(void);
    void (*teardown)(void);
    /* Before and after all tests of the case, in the program's process. */
    void (*setup_once)(void);
    void (*teardown_once)(void);
    double timeout_s;      /* of each test, as patience_ms(); 0: the default of the program */
    bool (*skipped)(void); /* if it returns true at the start, the tests are left out */
};

/* A TEST, or a TEST_CASE (then test.fn is NULL). */
struct test_entry {
    TTest test;
    int first, end;
    struct test_case begins;
};

// clang-format off
#define TEST_CASE(...) TEST_CASE_AT(__LINE__, __VA_ARGS__)

#define TEST(name) TEST_LOOP(name, 0, 1)
/* Runs once for each row of the array `table`: `row` points to it, _i is its index. With _WHY a
 * failed check also prints row->why. */
#define TEST_ROWS(name, table)     TEST_ROWS_BY(TEST_LOOP, name, table, NULL)
#define TEST_ROWS_WHY(name, table) TEST_ROWS_BY(TEST_LOOP, name, table, (table)[_i].why)
#define TEST_ROWS_BY(loop, name, table, text)                                                      \
    static void name##_of(const __typeof__((table)[0]) *row, int _i);                              \
    loop(name, 0, COUNT(table)) { test_why = (text); name##_of(&(table)[_i], _i); }                \
    static void name##_of(const __typeof__((table)[0]) *row CK_ATTRIBUTE_UNUSED,                   \
                          int _i CK_ATTRIBUTE_UNUSED)
/* Runs once for each _i in [first, end). */
#define TEST_LOOP(name_, first_, end_)                                                             \
    static void name_(int _i);                                                                     \
    TEST_ENTRY(name_##_entry) = {.test = {#name_, name_, __FILE__, __LINE__},                      \
                                 .first = (first_), .end = (end_)};                                \
    static void name_(int _i CK_ATTRIBUTE_UNUSED)


/* The same in a fiber, by FIBER_RUN(body, data) of the included fixture. */
#define FIBER_TEST(name) FIBER_TEST_LOOP(name, 0, 1)
#define FIBER_TEST_ROWS(name, table)     TEST_ROWS_BY(FIBER_TEST_LOOP, name, table, NULL)
#define FIBER_TEST_ROWS_WHY(name, table)                                                           \
    TEST_ROWS_BY(FIBER_TEST_LOOP, name, table, (table)[_i].why)
#define FIBER_TEST_LOOP(name, first, end)                                                          \
    static void name##_run(int _i);                                                                \
    static void name##_body(void *data) { name##_run(*(int *)data); }                              \
    TEST_LOOP(name, first, end) { FIBER_RUN(name##_body, &_i); }                                   \
    static void name##_run(int _i CK_ATTRIBUTE_UNUSED)

#define TEST_CASE_AT(line, ...) TEST_CASE_ENTRY(line, __VA_ARGS__)
#define TEST_CASE_ENTRY(line_, ...)                                                                \
    TEST_ENTRY(test_case_##line_) = {.test = {.file = __FILE__, .line = (line_)},                  \
                                     .begins = {.name = __VA_ARGS__}}
/* The linker gathers the entries of all files of the program in a section. */
#define TEST_ENTRY(entry) static const struct test_entry entry __attribute__((section("tests"), used))
// clang-format on

/* For a main() that prepares something: runs the tests; returns the exit status. */
int test_run_all(void);

#define COUNT(array) ((int)(ARRAY_LEN(array)))

/* What a failed check prints before its reason; NULL: nothing more. */
extern const char *test_why;

/* Until the end of the test: formatted text, and JSON written with ' for " and KZT(N) for the money
 * object of N tiyn. Not for threads. */
const char *textf(const char *format, ...) PRINTF_LIKE(1, 2);
const char *as_json(const char *body);
/* Sets the time zone of the process. */
void time_zone(const char *name);
/* A whole text file, until the end of the test. */
char *file_read(const char *path);
void file_write(const char *path, const char *text);

#define ck_assert_slice(slice, text)                                                               \
    ck_assert_msg(slice_is((slice), (text)), "\"%.*s\" is not \"%s\"", SLICE_ARG(slice), (text))

/* Whether a text, which may be NULL, has this part. */
#define ck_has(text, part)   ck_part(text, part, true)
#define ck_lacks(text, part) ck_part(text, part, false)
#define ck_part(text, part, wanted)                                                                \
    do {                                                                                           \
        const char *text_ = (text), *part_ = (part);                                               \
        ck_assert_msg((text_ != NULL && strstr(text_, part_) != NULL) == (wanted), "%s%s in %s",   \
                      (wanted) ? "no " : "", part_, text_ != NULL ? text_ : "(null)");             \
    } while (0)

#define ck_begins(text, part)                                                                      \
    do {                                                                                           \
        const char *text_ = (text), *part_ = (part);                                               \
        ck_assert_msg(strncmp(text_, part_, strlen(part_)) == 0, "no %s at %s", part_, text_);     \
    } while (0)

/* Check a call whose `&fault` is a fault of the check's own, so fibers can check at once. The
 * second also compares the fault's kind. */
#define ck_ok(call)                                                                                \
    do {                                                                                           \
        OWN_FAULT;                                                                                 \
        ck_assert_msg(call, "%s: %s", fault.code, fault.detail);                                   \
    } while (0)
#define ck_fault(call, wanted, wanted_kind)                                                        \
    do {                                                                                           \
        OWN_FAULT;                                                                                 \
        ck_assert_msg(!(call), "it should have failed with %s", wanted);                           \
        ck_assert_str_eq(fault.code, wanted);                                                      \
        ck_assert_int_eq(fault.kind, wanted_kind);                                                 \
    } while (0)
#define ck_unavailable(call, wanted) ck_fault(call, wanted, FAULT_UNAVAILABLE)
/* It may hide that of support/scratch.h. */
#define OWN_FAULT                                                                                  \
    _Pragma("GCC diagnostic push")                                                                 \
        _Pragma("GCC diagnostic ignored \"-Wshadow\"") struct fault fault = {.code = ""};          \
    _Pragma("GCC diagnostic pop")(void) 0
