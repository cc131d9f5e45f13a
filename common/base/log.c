// SPDX-License-Identifier: MIT
/* Writes log lines. They are formatted in one buffer of 32 kB, because an access line must cost
 * well under a microsecond; one write() writes many lines. Only whole lines are added to it. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/metric.h"
#include "base/now.h"

enum {
    LOG_BATCH = 32768,
    LOG_TEXT_MAX = 1024, /* bytes of one value; longer values are cut */
    LOG_FIELDS_MAX = 24,
    LOG_LEVEL_OFF = LOG_ERROR + 1,
    SECOND_LEN = 20 /* length of "2026-01-02T03:04:05." */
};

static const char *const level_names[] = {"debug", "info", "warn", "error"};

#define LEVEL_TEXT(name)                                                                           \
    {                                                                                              \
        ",\"level\":\"" name "\",\"service\":", sizeof(",\"level\":\"" name "\",\"service\":") - 1 \
    }
static const struct slice level_texts[] = {LEVEL_TEXT("debug"), LEVEL_TEXT("info"),
                                           LEVEL_TEXT("warn"), LEVEL_TEXT("error")};

#define EVENTS_AT(text)                                                                            \
    {                                                                                              \
        .name = "log_events_total", .help = "Log lines, by level.",                                \
        .labels = "level=\"" text "\"",                                                            \
    }
static struct metric events[] = {EVENTS_AT("debug"), EVENTS_AT("info"), EVENTS_AT("warn"),
                                 EVENTS_AT("error")};

static char batch_bytes[LOG_BATCH];

static struct {
    const char *service;
    int level; /* LOG_LEVEL_OFF until log_init() */
    int fd;
    bool is_socket;
    struct buf batch; /* writes into batch_bytes, so it never allocates */
    uint64_t dropped;
    int64_t second; /* the second (Unix time) that `second_text` shows */
    char second_text[NOW_RFC3339_LEN + 1];
} state = {
    .level = LOG_LEVEL_OFF,
    .fd = STDOUT_FILENO,
    .batch = {.data = batch_bytes, .cap = LOG_BATCH, .max = LOG_BATCH},
    .second = INT64_MIN,
};

/* Opens standard output again for this process. O_NONBLOCK is a flag of the open file description,
 * which the shell that started the process shares, so it must not be set there. If opening is
 * refused (the pipe of another user), the flag is set on the shared description after all. */
static int open_stdout_nonblocking(void)
{
    int fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_APPEND | O_CLOEXEC | O_NOCTTY);
    int flags;

    if (fd >= 0)
        return fd;
    flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (flags >= 0)
        (void)fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
    return STDOUT_FILENO;
}

void log_init(const char *service, enum log_level level)
{
    struct stat kind = {0};

    if (state.fd > STDOUT_FILENO)
        close(state.fd);
    state.fd = STDOUT_FILENO;
    state.is_socket = false;
    if (fstat(STDOUT_FILENO, &kind) == 0) {
        state.is_socket = S_ISSOCK(kind.st_mode);
        if (S_ISFIFO(kind.st_mode) || S_ISCHR(kind.st_mode))
            state.fd = open_stdout_nonblocking();
    }
    state.service = service;
    state.level = (int)level;
    state.dropped = 0;
    buf_clear(&state.batch);
}

bool log_level_parse(struct slice text, enum log_level *out)
{
    const size_t level = slice_find(text, level_names, ARRAY_LEN(level_names));

    if (level < ARRAY_LEN(level_names))
        *out = (enum log_level)level;
    return level < ARRAY_LEN(level_names);
}

bool log_enabled(enum log_level level)
{
    return (int)level >= state.level;
}

static void append_timestamp(struct buf *out)
{
    int64_t wall_us = now_wall_us();
    int64_t second = wall_us / US_PER_S;
    char tail[] = "000Z\"";

    if (second != state.second) {
        now_format_rfc3339(wall_us, state.second_text);
        state.second = second;
    }
    buf_append(out, state.second_text, SECOND_LEN);
    ascii_format_digits(tail, 3, wall_us / US_PER_MS);
    buf_append(out, tail, sizeof tail - 1);
}

/* Writes three decimals (milliseconds). printf would cost more than the rest of the line. */
static void append_with_3_decimals(struct buf *out, double value)
{
    char decimals[] = ".000";
    int64_t thousandths;

    if (!isfinite(value)) {
        buf_text(out, "null");
        return;
    }
    if (fabs(value) >= 1e12) {
        buf_printf(out, "%.6e", value);
        return;
    }
    thousandths = llround(fabs(value) * 1000);
    if (value < 0 && thousandths > 0)
        buf_char(out, '-');
    buf_i64(out, thousandths / 1000);
    if (thousandths % 1000 == 0)
        return;
    ascii_format_digits(decimals + 1, 3, thousandths);
    buf_append(out, decimals, sizeof decimals - 1);
}

static void append_shortened_string(struct buf *out, struct slice text)
{
    text.len = slice_prefix_len(text, LOG_TEXT_MAX);
    buf_json_string(out, text);
}

static void append_field(struct buf *out, const struct log_field *field)
{
    buf_json_name(out, slice_of(field->name), false);
    switch (field->type) {
    case LOG_FIELD_TEXT:
        append_shortened_string(out, field->text);
        return;
    case LOG_FIELD_INT:
        buf_i64(out, field->integer);
        return;
    case LOG_FIELD_FLOAT:
        append_with_3_decimals(out, field->real);
        return;
    }
}

static bool append_line(struct buf *out, enum log_level level, const char *event,
                        const char *message, const struct log_field *fields, size_t count)
{
    size_t start = out->len;

    buf_slice(out, SLICE("{\"timestamp\":\""));
    append_timestamp(out);
    buf_slice(out, level_texts[level]);
    append_shortened_string(out, slice_of(state.service));
    buf_slice(out, SLICE(",\"event\":"));
    append_shortened_string(out, slice_of(event));
    buf_slice(out, SLICE(",\"message\":"));
    append_shortened_string(out, slice_of(message));
    for (size_t i = 0; i < count && i < LOG_FIELDS_MAX; i++)
        append_field(out, &fields[i]);
    buf_append(out, "}\n", 2);
    if (!out->failed)
        return true;
    out->len = start;
    out->failed = false;
    return false;
}

void log_write(enum log_level level, const char *event, const char *message,
               const struct log_field *fields, size_t count)
{
    if (!log_enabled(level))
        return;
    events[level].value++;
    if (append_line(&state.batch, level, event, message, fields, count))
        return;
    log_flush();
    if (!append_line(&state.batch, level, event, message, fields, count))
        state.dropped++;
}

void log_fault(enum log_level level, const char *event, const struct fault *fault,
               struct slice request_id)
{
    const struct log_field fields[] = {
        log_text("request_id", request_id),
        log_str("kind", fault_kind_name(fault->kind)),
        log_str("code", fault->code),
    };

    log_write(level, event, fault->detail, fields, ARRAY_LEN(fields));
}

static void drop_batched_lines(void)
{
    for (size_t i = 0; i < state.batch.len; i++)
        state.dropped += state.batch.data[i] == '\n';
    state.batch.len = 0;
}

/* Writes the collected lines. Bytes that could not be written stay at the front of the buffer, so
 * that a partly written line is completed later. */
void log_flush(void)
{
    struct buf *batch = &state.batch;
    ssize_t written;

    if (batch->len == 0)
        return;
    do {
        written = state.is_socket
                      ? send(state.fd, batch->data, batch->len, MSG_DONTWAIT | MSG_NOSIGNAL)
                      : write(state.fd, batch->data, batch->len);
    } while (written < 0 && errno == EINTR);
    if (written < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
        drop_batched_lines();
        return;
    }
    if (written <= 0)
        return;
    batch->len -= (size_t)written;
    memmove(batch->data, batch->data + written, batch->len);
}

int64_t log_limit_count(struct log_limit *limit, int64_t now_ns, int64_t every_ms)
{
    const int64_t count = limit->skipped + 1;

    if (limit->last_ns != 0 && now_ns - limit->last_ns < every_ms * NS_PER_MS) {
        limit->skipped = count;
        return 0;
    }
    *limit = (struct log_limit){.last_ns = now_ns};
    return count;
}

uint64_t log_count_dropped(void)
{
    return state.dropped;
}

void log_metrics_register(void)
{
    metric_register_all(events, ARRAY_LEN(events));
}
