// SPDX-License-Identifier: MIT
#include "base/parse.h"

#include "support/test.h"

static const struct {
    const char *text;
    int64_t min, max;
    bool ok;
    int64_t value;
} integers[] = {
    {"0",                    0,         10,        true,  0        },
    {"10",                   0,         10,        true,  10       },
    {"11",                   0,         10,        false, 0        },
    {"-1",                   0,         10,        false, 0        },
    {"-1",                   -1,        10,        true,  -1       },
    {"-0",                   0,         10,        true,  0        },
    {"9223372036854775807",  INT64_MIN, INT64_MAX, true,  INT64_MAX},
    {"9223372036854775808",  INT64_MIN, INT64_MAX, false, 0        },
    {"-9223372036854775808", INT64_MIN, INT64_MAX, true,  INT64_MIN},
    {"-9223372036854775809", INT64_MIN, INT64_MAX, false, 0        },
    {"99999999999999999999", INT64_MIN, INT64_MAX, false, 0        },
    {"",                     INT64_MIN, INT64_MAX, false, 0        },
    {"-",                    INT64_MIN, INT64_MAX, false, 0        },
    {"+1",                   INT64_MIN, INT64_MAX, false, 0        },
    {" 1",                   INT64_MIN, INT64_MAX, false, 0        },
    {"1 ",                   INT64_MIN, INT64_MAX, false, 0        },
    {"1.0",                  INT64_MIN, INT64_MAX, false, 0        },
    {"1e3",                  INT64_MIN, INT64_MAX, false, 0        },
    {"0x10",                 INT64_MIN, INT64_MAX, false, 0        },
    {"--1",                  INT64_MIN, INT64_MAX, false, 0        },
};

TEST_ROWS(integers_fill_the_whole_text_and_are_within_bounds, integers)
{
    int64_t value = 77;
    bool ok = parse_i64(slice_of(row->text), row->min, row->max, &value);

    ck_assert_msg(ok == row->ok, "\"%s\"", row->text);
    ck_assert_int_eq(value, ok ? row->value : 77);
}

static const struct {
    const char *text;
    bool ok;
    double value;
} decimals[] = {
    {"0",                                            true,  0        },
    {"-0.5",                                         true,  -0.5     },
    {"43.24",                                        true,  43.24    },
    {"76.945465",                                    true,  76.945465},
    {"0.1",                                          true,  0.1      },
    {"90.0000000000000000000000000001",              true,  90       },
    {"0.00000000000000000000000000001",              true,  0        },
    {"100",                                          true,  100      },
    {"100.0001",                                     false, 0        },
    {"-100.0001",                                    false, 0        },
    {"12345678901234567890123",                      false, 0        },
    {"0.000000000000000000000000000000000000000001", false, 0        },
    {"",                                             false, 0        },
    {"-",                                            false, 0        },
    {".",                                            false, 0        },
    {".5",                                           false, 0        },
    {"5.",                                           false, 0        },
    {"1.2.3",                                        false, 0        },
    {"--1",                                          false, 0        },
    {"+1",                                           false, 0        },
    {"1e1",                                          false, 0        },
    {"inf",                                          false, 0        },
    {"nan",                                          false, 0        },
    {" 1",                                           false, 0        },
};

TEST_ROWS(decimals_are_digits_with_an_optional_point, decimals)
{
    double value = 77;
    bool ok = parse_double(slice_of(row->text), -100, 100, &value);

    ck_assert_msg(ok == row->ok, "\"%s\"", row->text);
    ck_assert_double_eq(value, ok ? row->value : 77);
}

TEST(decimals_are_read_as_strtod_reads_them)
{
    for (int i = 0; i < 200000; i += 7) {
        double value;
        const char *text = textf("%d.%06d", i % 180, i * 31 % 1000000);
        ck_assert(parse_double(slice_of(text), 0, 180, &value));
        ck_assert_double_eq(value, strtod(text, NULL));
    }
}

TEST(booleans_are_true_or_false)
{
    static const char *const wrong[] = {"", "True", "1", "0", "yes", "truee", "tru"};
    bool value = false;

    ck_assert(parse_bool(SLICE("true"), &value));
    ck_assert(value);
    for (int i = 0; i < COUNT(wrong); i++) {
        ck_assert(!parse_bool(slice_of(wrong[i]), &value));
        ck_assert(value);
    }
    ck_assert(parse_bool(SLICE("false"), &value));
    ck_assert(!value);
}

static const struct {
    const char *text;
    int minutes; /* -1: refused */
} clocks[] = {
    {"00:00",  0   },
    {"23:59",  1439},
    {"14:00",  840 },
    {"24:00",  -1  },
    {"12:60",  -1  },
    {"1:00",   -1  },
    {"01:0",   -1  },
    {"01-00",  -1  },
    {"ab:cd",  -1  },
    {"12:0x",  -1  },
    {"12:000", -1  },
    {"",       -1  },
};

TEST_ROWS(times_of_day_have_two_digits_each, clocks)
{
    int minutes = -1;
    bool ok = parse_time_of_day(slice_of(row->text), &minutes);

    ck_assert_msg(ok == (row->minutes >= 0), "\"%s\"", row->text);
    ck_assert_int_eq(minutes, row->minutes);
}

#define BASE INT64_C(1767323045000000) /* 2026-01-02T03:04:05Z */
#define HOUR INT64_C(3600000000)

static const struct {
    const char *text;
    int64_t wall_us; /* 0: refused */
} stamps[] = {
    {"2026-01-02T03:04:05Z",            BASE                      },
    {"2026-01-02t03:04:05z",            BASE                      },
    {"2026-01-02 03:04:05+00",          BASE                      },
    {"2026-01-02 03:04:05.678901+00",   BASE + 678901             },
    {"2026-01-02 03:04:05.5+00",        BASE + 500000             },
    {"2026-01-02T03:04:05.123456789Z",  BASE + 123456             },
    {"2026-01-02T03:04:05+05:00",       BASE - 5 * HOUR           },
    {"2026-01-02T03:04:05+0530",        BASE - 5 * HOUR - HOUR / 2},
    {"2026-01-02T03:04:05-03:30",       BASE + 3 * HOUR + HOUR / 2},
    {"2026-01-02T03:04:05",             0                         },
    {"2026-01-02T03:04Z",               0                         },
    {"2026-01-02_03:04:05Z",            0                         },
    {"2026-02-30T03:04:05Z",            0                         },
    {"2026-01-02T24:04:05Z",            0                         },
    {"2026-01-02T03:04:60Z",            0                         },
    {"2026-01-02T03:04-05Z",            0                         },
    {"2026-01-02T03:04:05.Z",           0                         },
    {"2026-01-02T03:04:05.1234567890Z", 0                         },
    {"2026-01-02T03:04:05+5:00",        0                         },
    {"2026-01-02T03:04:05+24:00",       0                         },
    {"2026-01-02T03:04:05+05:60",       0                         },
    {"2026-01-02T03:04:05+05:0",        0                         },
    {"2026-01-02T03:04:05+05:",         0                         },
    {"2026-01-02T03:04:05*05:00",       0                         },
    {"2026-01-02T03:04:05Z ",           0                         },
    {"2026-01-02T03:04:05.5",           0                         },
    {"",                                0                         },
};

TEST_ROWS(timestamps_have_a_day_a_time_and_an_offset, stamps)
{
    int64_t wall_us = 0;
    bool ok = parse_timestamp(slice_of(row->text), &wall_us);

    ck_assert_msg(ok == (row->wall_us != 0), "\"%s\"", row->text);
    ck_assert_int_eq(wall_us, row->wall_us);
}

static const struct {
    const char *text;
    int64_t ms; /* -1: refused */
} durations[] = {
    {"0s",                    0       },
    {"250ms",                 250     },
    {"30s",                   30000   },
    {"5m",                    300000  },
    {"2h",                    7200000 },
    {"24h",                   86400000},
    {"86400001ms",            -1      },
    {"25h",                   -1      },
    {"30",                    -1      },
    {"s",                     -1      },
    {"",                      -1      },
    {"-1s",                   -1      },
    {"1.5s",                  -1      },
    {"1 s",                   -1      },
    {"1d",                    -1      },
    {"1ss",                   -1      },
    {"9223372036854775807h",  -1      },
    {"9223372036854775808ms", -1      },
};

TEST_ROWS(durations_are_a_number_and_a_unit, durations)
{
    int64_t ms = -1;
    bool ok = parse_duration_ms(slice_of(row->text), 0, 86400000, &ms);

    ck_assert_msg(ok == (row->ms >= 0), "\"%s\"", row->text);
    ck_assert_int_eq(ms, row->ms);
}
