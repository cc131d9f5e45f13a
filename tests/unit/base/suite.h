// SPDX-License-Identifier: MIT
/* The main() of all suites here. */
#pragma once

#include <stdlib.h>

#include <check.h>

#include "base/slice.h"

#define COUNT(array) ((int)(ARRAY_LEN(array)))

#define ck_assert_slice(slice, text)                                                               \
    ck_assert_msg(slice_is((slice), (text)), "\"%.*s\" is not \"%s\"", SLICE_ARG(slice), (text))

static inline int suite_main(const char *name, TCase *tests)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
