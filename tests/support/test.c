// SPDX-License-Identifier: MIT
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <time.h>

#include "support/patience.h"
#include "support/scratch.h"

enum { ARENA_BYTES = 64 << 20, SCRATCH_BYTES = 1 << 20 };

struct arena arena = {.limit = ARENA_BYTES};
struct fault fault;
struct buf scratch = {.max = SCRATCH_BYTES};

static void empty_scratch(void)
{
    arena_finish(&arena);
    arena_init(&arena, ARENA_BYTES);
    fault = (struct fault){.code = NULL};
    test_why = NULL;
    buf_finish(&scratch);
    buf_init(&scratch, SCRATCH_BYTES);
}

const char *scratch_text(void)
{
    buf_char(&scratch, '\0');
    ck_assert(!scratch.failed);
    scratch.len = 0;
    return scratch.data;
}

const char *textf(const char *format, ...)
{
    va_list list;
    char *text;

    va_start(list, format);
    const int len = vasprintf(&text, format, list);
    va_end(list);
    ck_assert(len >= 0 && arena_own(&arena, free, text));
    return text;
}

const char *as_json(const char *at)
{
    static const char money[] = "{\"amount\":%.*s,\"currency\":\"KZT\"}";
    char *body = arena_alloc(&arena, 5 * strlen(at) + 1), *end = body;

    ck_assert_ptr_nonnull(body);
    while (*at != '\0')
        if (strncmp(at, "KZT(", 4) == 0) {
            const int digits = (int)strcspn(at + 4, ")");
            end += sprintf(end, money, digits, at + 4);
            at += 4 + digits + 1;
        } else {
            *end++ = (char)(*at == '\'' ? '"' : *at);
            at++;
        }
    return body;
}

void time_zone(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
}

char *file_read(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t size = 0;

    ck_assert_msg(file != NULL, "no %s", path);
    const bool empty = getdelim(&text, &size, '\0', file) < 0;
    ck_assert(text != NULL && !ferror(file) && arena_own(&arena, free, text));
    if (empty)
        *text = '\0';
    fclose(file);
    return text;
}

void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    ck_assert_msg(file != NULL, "no %s", path);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* The bounds of the section, by the linker. */
extern const struct test_entry __start_tests[], __stop_tests[];

/* The compiler may emit the entries of a file in any order. */
static int compare_places(const void *a, const void *b)
{
    const TTest *one = a, *other = b;
    const int files = strcmp(one->file, other->file);

    return files != 0 ? files : one->line - other->line;
}

/* NULL: the tests of the case are left out. */
static TCase *add_case(Suite *suite, const struct test_case *begins)
{
    if (begins->skipped != NULL && begins->skipped())
        return NULL;
    TCase *tests = tcase_create(begins->name);

    tcase_add_checked_fixture(tests, NULL, empty_scratch);
    tcase_add_checked_fixture(tests, begins->setup, begins->teardown);
    tcase_add_unchecked_fixture(tests, begins->setup_once, begins->teardown_once);
    if (begins->timeout_s > 0)
        tcase_set_timeout(tests, (double)patience_ms((int64_t)(begins->timeout_s * 1000)) / 1000);
    suite_add_tcase(suite, tests);
    return tests;
}

/* The case of a file that begins without a TEST_CASE: at most one in a program. */
static TCase *add_unnamed_case(Suite *suite, const char *file)
{
    static char name[64];
    const char *leaf = strrchr(file, '/') + 1;

    assert(name[0] == '\0');
    if (strncmp(leaf, "test_", strlen("test_")) == 0)
        leaf += strlen("test_");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(leaf, "."), leaf);
    return add_case(suite, &(struct test_case){.name = name});
}

static void add_entries(Suite *suite, const struct test_entry *entries, size_t count)
{
    TCase *tests = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct test_entry *entry = &entries[i];
        if (entry->test.fn == NULL)
            tests = add_case(suite, &entry->begins);
        else if (i == 0 || strcmp(entry->test.file, entries[i - 1].test.file) != 0)
            tests = add_unnamed_case(suite, entry->test.file);
        if (entry->test.fn != NULL && tests != NULL)
            tcase_add_loop_test(tests, &entry->test, entry->first, entry->end);
    }
}

int test_run_all(void)
{
    const size_t count = (size_t)(__stop_tests - __start_tests);
    struct test_entry *entries = malloc(count * sizeof *entries);
    Suite *suite = suite_create(program_invocation_short_name);
    SRunner *runner = srunner_create(suite);

    memcpy(entries, __start_tests, count * sizeof *entries);
    qsort(entries, count, sizeof *entries, compare_places);
    add_entries(suite, entries, count);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    free(entries);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

__attribute__((weak)) int main(void)
{
    return test_run_all();
}
