// SPDX-License-Identifier: MIT
/* One JSON line per event on standard output. Writing never blocks, because waiting would stop the
 * only thread: if the pipe is full, lines are dropped and counted.
 *
 * Every line has timestamp, level, service, event and message. No line has tokens, phone numbers,
 * names of people, texts of messages, or ids of people. Lines are collected in a buffer of 32 kB,
 * which is written when it is full and by log_flush(). The service calls log_flush() every second:
 * a write() in each iteration of the loop would cost a busy service more than formatting the
 * lines. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

enum log_type { LOG_FIELD_TEXT, LOG_FIELD_INT, LOG_FIELD_FLOAT };

struct log_field {
    const char *name;
    enum log_type type;
    struct slice text;
    int64_t integer;
    double real;
};

static inline struct log_field log_text(const char *name, struct slice value)
{
    return (struct log_field){.name = name, .type = LOG_FIELD_TEXT, .text = value};
}

static inline struct log_field log_str(const char *name, const char *value)
{
    return log_text(name, slice_of(value));
}

static inline struct log_field log_int(const char *name, int64_t value)
{
    return (struct log_field){.name = name, .type = LOG_FIELD_INT, .integer = value};
}

static inline struct log_field log_float(const char *name, double value)
{
    return (struct log_field){.name = name, .type = LOG_FIELD_FLOAT, .real = value};
}

/* `service` is borrowed for the life of the process. Lines below `level` are not written. */
void log_init(const char *service, enum log_level level);
bool log_level_parse(struct slice text, enum log_level *out) MUST_CHECK;
bool log_enabled(enum log_level level);

/* `event` is a stable lower_snake_case word, `message` a sentence. At most 24 fields. */
void log_write(enum log_level level, const char *event, const char *message,
               const struct log_field *fields, size_t count);

/* LOG(LOG_INFO, "started", "Listening", log_int("port", 7020)); at least one field is needed. */
#define LOG(level, event, message, ...)                                                            \
    do {                                                                                           \
        if (log_enabled(level)) {                                                                  \
            const struct log_field fields_[] = {__VA_ARGS__};                                      \
            log_write(level, event, message, fields_, ARRAY_LEN(fields_));                         \
        }                                                                                          \
    } while (0)

/* Logs a fault. Call it only where the fault is handled and not returned further, so that it is
 * logged once. */
void log_fault(enum log_level level, const char *event, const struct fault *fault,
               struct slice request_id);

/* Limits how often a repeated event is logged. Zeroed: the event was not logged yet. */
struct log_limit {
    int64_t last_ns; /* when the last line was logged; 0: never */
    int64_t skipped; /* events since the last line */
};
/* Counts an event. Returns 0 if a line was logged less than `every_ms` ago. Otherwise the caller
 * logs the event with the returned number: the events since the last line, including this one.
 * `now_ns` is monotonic. */
int64_t log_limit_count(struct log_limit *limit, int64_t now_ns, int64_t every_ms);

void log_flush(void);
/* Number of lines dropped because standard output was not read fast enough. */
uint64_t log_count_dropped(void);
/* Registers the metric log_events_total{level=..}: lines including dropped ones. */
void log_metrics_register(void);
