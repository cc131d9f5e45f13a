// SPDX-License-Identifier: MIT
/* Reads the system's clocks. No other file does, so that tests can set the time. */
#include "base/now.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/date.h"

enum { DAY_S = 86400 };

static struct {
    bool on;
    int64_t wall_us;
    int64_t mono_ns;
} frozen;

int64_t now_wall_us(void)
{
    struct timespec at;

    if (frozen.on)
        return frozen.wall_us;
    clock_gettime(CLOCK_REALTIME, &at);
    return (int64_t)at.tv_sec * US_PER_S + at.tv_nsec / NS_PER_US;
}

int64_t now_mono_ns(void)
{
    struct timespec at;

    if (frozen.on)
        return frozen.mono_ns;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * NS_PER_S + at.tv_nsec;
}

void now_freeze(int64_t wall_us, int64_t mono_ns)
{
    frozen.on = true;
    frozen.wall_us = wall_us;
    frozen.mono_ns = mono_ns;
}

void now_advance_us(int64_t us)
{
    frozen.wall_us += us;
    frozen.mono_ns += us * NS_PER_US;
}

void now_thaw(void)
{
    frozen.on = false;
}

void now_format_rfc3339(int64_t wall_us, char out[NOW_RFC3339_LEN + 1])
{
    int64_t ms = (wall_us - (wall_us % 1000 + 1000) % 1000) / 1000;
    int64_t second_of_all = (ms - (ms % 1000 + 1000) % 1000) / 1000;
    int64_t day = (second_of_all - (second_of_all % DAY_S + DAY_S) % DAY_S) / DAY_S;
    int64_t second = second_of_all - day * DAY_S;

    memcpy(out, "0000-00-00T00:00:00.000Z", NOW_RFC3339_LEN + 1);
    date_format((int32_t)day, out);
    out[10] = 'T';
    ascii_format_digits(out + 11, 2, second / 3600);
    ascii_format_digits(out + 14, 2, second / 60 % 60);
    ascii_format_digits(out + 17, 2, second % 60);
    ascii_format_digits(out + 20, 3, ms - second_of_all * 1000);
}
