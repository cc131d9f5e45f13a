// SPDX-License-Identifier: MIT
/* Texts about checks; and the runbook, whose sections are those of docs/runbook.md. */
#include <time.h>

#include "i18n/i18n.h"
#include "i18n/runbook.h"
#include "support/scratch.h"

TEST_CASE("words");

/* --- durations and times --- */

static const struct {
    int64_t s;
    const char *ru, *en, *kz;
} spans[] = {
    {-5,                     "0 с",          "0 s",       "0 с"             },
    {59,                     "59 с",         "59 s",      "59 с"            },
    {60,                     "1 мин",      "1 min",     "1 мин"         },
    {3600,                   "1 ч",          "1 h",       "1 сағ"         },
    {2 * 3600 + 5 * 60 + 59, "2 ч 5 мин", "2 h 5 min", "2 сағ 5 мин"},
    {86400,                  "1 день",    "1 day",     "1 күн"         },
    {4 * 86400 + 3600,       "4 дня",      "4 days",    "4 күн"         },
    {5 * 86400,              "5 дней",    "5 days",    "5 күн"         },
    {11 * 86400,             "11 дней",   "11 days",   "11 күн"        },
    {12 * 86400,             "12 дней",   "12 days",   "12 күн"        },
    {21 * 86400,             "21 день",   "21 days",   "21 күн"        },
    {22 * 86400,             "22 дня",     "22 days",   "22 күн"        },
    {112 * 86400,            "112 дней",  "112 days",  "112 күн"       },
};

TEST_ROWS(duration_is_formatted_in_each_language, spans)
{
    const char *const wanted[] = {row->ru, row->en, row->kz};

    for (int language = 0; language < 3; language++) {
        i18n_put_duration(row->s * US_PER_S, (enum language)language, &scratch);
        ck_assert_str_eq(scratch_text(), wanted[language]);
    }
}

static const struct {
    int64_t at_s;
    const char *expected;
} times[] = {
    {1763795100, "12:05"           }, /* 2025-11-22 07:05 UTC */
    {1763751600, "00:00"           },
    {1763751599, "21.11 23:59"     },
    {1735671600, "01.01 00:00"     },
    {1735671599, "31.12.2024 23:59"},
};

TEST_ROWS(time_is_formatted_in_zone_by_its_day, times)
{
    time_zone("<+05>-5");
    i18n_put_time(row->at_s * US_PER_S, INT64_C(1763800000) * US_PER_S, &scratch);
    ck_assert_str_eq(scratch_text(), row->expected);
}

/* --- problems --- */

static const struct check check = {
    .name = "postgres",
    .title = {"База",                          "",          NULL},
    .timeout_ms = 1500,
    .limits = { {MEASURE_connections, 40, 45},
              {MEASURE_cache_hit_percent, 95, 90},
              {MEASURE_longest_transaction_s, 60, (double)NAN},
              {MEASURE_certificate_days, 21, 7}},
    .limit_count = 4,
};

static const struct {
    const char *why;
    enum probe_trouble trouble;
    const char *detail;
    enum measure measure; /* MEASURES: no reading */
    double value;
    enum language language;
    const char *expected;
} wrongs[] = {
  // clang-format off
    {"red", TROUBLE_NONE, "", MEASURE_connections, 46, LANGUAGE_RU, "соединений 46, красная граница 45"},
    {"exactly red", TROUBLE_NONE, "", MEASURE_connections, 45, LANGUAGE_RU, "соединений 45, жёлтая граница 40"},
    {"exactly yellow", TROUBLE_NONE, "", MEASURE_connections, 40, LANGUAGE_EN, "connections 40, yellow border 40"},
    {"below yellow", TROUBLE_NONE, "", MEASURE_connections, 39, LANGUAGE_EN, "the check has failed"},
    {"lower is worse", TROUBLE_NONE, "", MEASURE_cache_hit_percent, 89.94, LANGUAGE_RU, "попаданий в кэш 89,9 %, красная граница 90 %"},
    {"a decimal point in English", TROUBLE_NONE, "", MEASURE_cache_hit_percent, 92.5, LANGUAGE_EN, "cache hits 92.5%, yellow border 95%"},
    {"seconds", TROUBLE_NONE, "", MEASURE_longest_transaction_s, 125, LANGUAGE_RU, "самая долгая транзакция 2 мин, жёлтая граница 1 мин"},
    {"days", TROUBLE_NONE, "", MEASURE_certificate_days, 6.5, LANGUAGE_RU, "сертификату осталось дней 6,5, красная граница 7"},
    {"no number", TROUBLE_NONE, "", MEASURE_connections, (double)INFINITY, LANGUAGE_RU, "соединений ?, красная граница 45"},
    {"a detail", TROUBLE_NONE, "api-1", MEASURE_connections, 46, LANGUAGE_RU, "соединений 46, красная граница 45 (api-1)"},
    {"timeout", TROUBLE_TIMEOUT, "", MEASURES, 0, LANGUAGE_RU, "нет ответа вовремя (1,5 с)"},
    {"with a detail", TROUBLE_STATUS, "503", MEASURES, 0, LANGUAGE_RU, "не тот статус HTTP: 503"},
    {"a trouble precedes readings", TROUBLE_REFUSED, "", MEASURE_connections, 46, LANGUAGE_KZ, "қосылымдарды қабылдамайды"},
  // clang-format on
};

static struct probe_result a_result(enum probe_trouble trouble, enum measure measure, double value)
{
    return (struct probe_result){
        .trouble = trouble, .readings = {{measure, value}}, .reading_count = measure < MEASURES};
}

TEST_ROWS_WHY(problem_has_value_and_threshold, wrongs)
{
    struct probe_result why = a_result(row->trouble, row->measure, row->value);

    snprintf(why.detail, sizeof why.detail, "%s", row->detail);
    i18n_put_problem(&check, &why, row->language, &scratch);
    ck_assert_msg(strcmp(scratch_text(), row->expected) == 0, "%s", scratch.data);
}

TEST(due_things_are_named_with_the_age_of_the_oldest)
{
    static const char *const expected[] = {
        "пора обновить 3, самому старому 85 дней, жёлтая граница 1",
        "due to be renewed 3, the oldest is 85 days, yellow border 1",
        "жаңартатын уақыты келгені 3, ең ескісіне 85 күн, сары шек 1"};
    const struct check secrets = {.limits = {{MEASURE_heartbeat_due, 1, (double)NAN}},
                                  .limit_count = 1};
    const struct probe_result why = {
        .readings = {{MEASURE_heartbeat_due, 3}, {MEASURE_heartbeat_oldest_s, 85 * 86400}},
        .reading_count = 2
    };

    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        i18n_put_problem(&secrets, &why, (enum language)i, &scratch);
        ck_assert_str_eq(scratch_text(), expected[i]);
    }
}

TEST(red_reading_precedes_yellow_reading)
{
    const struct probe_result why = {
        .readings = {{MEASURE_connections, 42}, {MEASURE_cache_hit_percent, 1}},
        .reading_count = 2,
    };

    i18n_put_problem(&check, &why, LANGUAGE_RU, &scratch);
    ck_assert_str_eq(scratch_text(), "попаданий в кэш 1 %, красная граница 90 %");
}

TEST(reading_of_removed_check_has_no_threshold)
{
    const struct probe_result result = a_result(TROUBLE_NONE, MEASURE_disk_free_percent, 4);
    const struct probe_result none = {.trouble = TROUBLE_NONE};

    i18n_put_problem(NULL, &result, LANGUAGE_RU, &scratch);
    buf_char(&scratch, '|');
    i18n_put_problem(NULL, &none, LANGUAGE_RU, &scratch);
    ck_assert_str_eq(scratch_text(), "свободно на диске 4 %|проверка не прошла");
}

TEST(check_without_title_is_shown_by_name)
{
    ck_assert_str_eq(i18n_title(&check, LANGUAGE_RU), "База");
    ck_assert_str_eq(i18n_title(&check, LANGUAGE_EN), "postgres");
    ck_assert_str_eq(i18n_title(&check, LANGUAGE_KZ), "postgres");
}

TEST(every_trouble_measure_and_verdict_has_texts)
{
    for (int language = 0; language < 3; language++) {
        for (int verdict = 0; verdict < VERDICTS; verdict++)
            ck_assert_ptr_nonnull(i18n_verdict((enum verdict)verdict, (enum language)language));
        for (int trouble = 0; trouble < TROUBLES; trouble++) {
            const struct probe_result result = {.trouble = (enum probe_trouble)trouble};
            i18n_put_problem(NULL, &result, (enum language)language, &scratch);
            ck_assert_uint_gt(strlen(scratch_text()), 3);
        }
        for (int measure = 0; measure < MEASURES; measure++) {
            const struct probe_result result = a_result(TROUBLE_NONE, (enum measure)measure, 1);
            i18n_put_problem(NULL, &result, (enum language)language, &scratch);
            const char *text = scratch_text();
            ck_lacks(text, "(null)");
            ck_assert_uint_gt(strlen(text), 5);
        }
    }
}

/* --- the runbook --- */

TEST(every_check_kind_has_a_runbook_section)
{
    for (int kind = 0; kind < CHECK_KINDS; kind++)
        ck_assert_msg(runbook_find(check_kind_names[kind]) != NULL, "%s", check_kind_names[kind]);
    ck_assert_ptr_null(runbook_find("nothing"));
}

TEST(command_contains_the_check_name)
{
    struct check named = {.name = "notes-api", .kind = CHECK_SERVICE, .runbook = "service"};

    runbook_write_command(&named, 1, &scratch);
    named.runbook = "nothing";
    runbook_write_command(&named, 1, &scratch);
    named.runbook = "service";
    runbook_write_command(&named, RUNBOOK_COMMANDS, &scratch);
    ck_assert_str_eq(scratch_text(), "deploy/tapbot logs notes-api --tail 50");
}

static const struct {
    const char *name;
    enum check_kind kind;
    const char *runbook, *slug; /* NULL: none */
} nearest[] = {
    {"health",    CHECK_SERVICE, "service", "health" }, /* its own precedes that of its kind */
    {"notes-api", CHECK_SERVICE, "service", "service"},
    {"health",    CHECK_SERVICE, "disk",    "disk"   }, /* it is configured */
    {"notes-api", CHECK_SERVICE, "nothing", NULL     },
};

TEST_ROWS(most_specific_section_is_used, nearest)
{
    struct check named = {.kind = row->kind, .runbook = row->runbook};

    snprintf(named.name, sizeof named.name, "%s", row->name);
    ck_assert_ptr_eq(runbook_of(&named), row->slug != NULL ? runbook_find(row->slug) : NULL);
}

#define PAGE REPOSITORY "/docs/runbook.md"

/* The section of `slug` in the page, which is read each time. */
static char *section_of(const char *slug)
{
    const char *heading = textf("\n## %s\n", slug);
    char *section = strstr(file_read(PAGE), heading);

    ck_assert_msg(section != NULL, "docs/runbook.md has no section %s", slug);
    section += strlen(heading);
    char *end = strstr(section, "\n## ");
    if (end != NULL)
        *end = '\0';
    return section;
}

static void expect_same_commands(const struct runbook *runbook)
{
    char *rest = section_of(runbook->slug);

    for (int language = 0; language < 3; language++)
        ck_assert_msg(strlen(runbook->advice[language]) > 20, "%s", runbook->slug);
    for (int i = 0; i < RUNBOOK_COMMANDS; i++) {
        const char *block = textf("\n```sh\n%s\n```\n", runbook->commands[i]);
        rest = strstr(rest, block);
        ck_assert_msg(rest != NULL, "%s does not have, or has in another order: %s", runbook->slug,
                      runbook->commands[i]);
        rest += strlen(block) - 1;
    }
    ck_assert_msg(strstr(rest, "```") == NULL, "%s: the page has more commands", runbook->slug);
    ck_assert_msg(strstr(rest, "\nНе помогло") != NULL, "%s: the part for further steps is missing",
                  runbook->slug);
}

TEST(runbook_page_has_the_same_commands)
{
    for (size_t i = 0; i < runbook_count; i++)
        expect_same_commands(&runbooks[i]);
}

TEST(runbook_page_has_no_other_sections)
{
    size_t sections = 0;

    for (const char *at = file_read(PAGE); (at = strstr(at, "\n## ")) != NULL; at++)
        sections++;
    ck_assert_uint_eq(sections, runbook_count);
}
