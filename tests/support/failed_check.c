// SPDX-License-Identifier: MIT
/* Says why a check failed before its stack is left: libcheck prints only at the end, and jumps
 * there. Out of a fiber it cannot jump: a sanitizer, for which the stack is not where it should be,
 * would report that instead. There a failed check ends the process. Linked in by tapbot_test(). */
#include <stdarg.h>

#include "test.h"

struct fiber;
/* NULL: the program has no fibers. */
struct fiber *fiber_current(void) __attribute__((weak));

const char *test_why;

void __real__ck_assert_failed(const char *file, int line, const char *expr, const char *msg,
                              ...) CK_ATTRIBUTE_NORETURN;
void __wrap__ck_assert_failed(const char *file, int line, const char *expr, const char *msg, ...)
    CK_ATTRIBUTE_FORMAT(printf, 4, 5);
void __wrap__ck_assert_failed(const char *file, int line, const char *expr, const char *msg, ...)
{
    char text[4096] = "";
    va_list list;

    if (test_why != NULL)
        snprintf(text, sizeof text, "%.200s: ", test_why);
    const size_t len = strlen(text);
    va_start(list, msg);
    if (msg != NULL)
        vsnprintf(text + len, sizeof text - len, msg, list);
    else
        snprintf(text + len, sizeof text - len, "%s", expr);
    va_end(list);
    fprintf(stderr, "%s:%d: %s\n", file, line, text);
    if (fiber_current != NULL && fiber_current() != NULL)
        _exit(EXIT_FAILURE);
    __real__ck_assert_failed(file, line, expr, "%s", text);
}
