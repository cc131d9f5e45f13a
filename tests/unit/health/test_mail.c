// SPDX-License-Identifier: MIT
/* The wire format of e-mails. */
#include "base/digest.h"
#include "base/text.h"

#include "notify/mail.h"
#include "support/scratch.h"

static const char *mail_text(const struct mail *mail)
{
    mail_write(mail, &scratch);
    return scratch_text();
}

static const char to[][MAIL_ADDRESS_MAX + 1] = {"a@example.kz", "b.c+d@mail.example"};

TEST(mail_has_the_format_of_rfc_5322)
{
    const struct mail mail = {.from = "health@tapbot.kz",
                              .to = to,
                              .to_count = COUNT(to),
                              .subject = SLICE("Авария"),
                              .body = SLICE("Что: база\n"),
                              .at_us = INT64_C(1795338300) * US_PER_S,
                              .id = "0190.recovered",
                              .reply_to = "0190.fired"};

    ck_assert_str_eq(mail_text(&mail), "From: <health@tapbot.kz>\r\n"
                                       "To: <a@example.kz>,\r\n <b.c+d@mail.example>\r\n"
                                       "Date: Sun, 22 Nov 2026 09:05:00 +0000\r\n"
                                       "Message-ID: <0190.recovered@tapbot.kz>\r\n"
                                       "In-Reply-To: <0190.fired@tapbot.kz>\r\n"
                                       "References: <0190.fired@tapbot.kz>\r\n"
                                       "Subject: =?UTF-8?B?0JDQstCw0YDQuNGP?=\r\n"
                                       "Auto-Submitted: auto-generated\r\n"
                                       "MIME-Version: 1.0\r\n"
                                       "Content-Type: text/plain; charset=utf-8\r\n"
                                       "Content-Transfer-Encoding: base64\r\n\r\n"
                                       "0KfRgtC+OiDQsdCw0LfQsAo=\r\n");
}

/* Decodes each text between `before` and `after`. */
static struct slice decoded(const char *text, const char *before, const char *after, char *out)
{
    size_t len = 0;

    for (const char *at; (at = strstr(text, before)) != NULL; text = at) {
        size_t got;
        at += strlen(before);
        const size_t part = (size_t)(strstr(at, after) - at);
        ck_assert(
            digest_base64_decode(DIGEST_BASE64, (struct slice){at, part}, out + len, 512, &got));
        ck_assert(text_is_utf8((struct slice){out + len, got}));
        len += got;
        at += part;
    }
    return (struct slice){out, len};
}

static const char *const subjects[] = {
    "Short",
    "Авария: сервис бронирования квартир не отвечает уже очень долго, граница 45",
    "\r\nBcc: <thief@example.org>\r\n\r\nbody",
    "a=?b?=c \x01",
};

TEST_ROWS(subject_is_encoded_in_words_of_whole_characters, subjects)
{
    char text[2048];
    const struct mail mail = {.from = "h@t.kz",
                              .to = to,
                              .to_count = 1,
                              .subject = slice_of(subjects[_i]),
                              .body = SLICE("x"),
                              .id = "1"};
    const char *whole = mail_text(&mail);

    ck_assert_slice(decoded(whole, "=?UTF-8?B?", "?=", text), subjects[_i]);
    ck_lacks(whole, "Bcc");
    struct slice rest = slice_of(whole);
    while (rest.at != NULL)
        ck_assert_uint_le(slice_cut(&rest, '\n').len, 77);
}

TEST(body_of_any_bytes_is_decoded_unchanged)
{
    char bytes[1000], text[2048];
    struct slice body = {bytes, sizeof bytes};
    size_t len = 0, got;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7 % 251);
    const struct mail mail = {
        .from = "h@t.kz", .to = to, .to_count = 1, .subject = SLICE("s"), .body = body, .id = "1"};
    struct slice rest = slice_of(strstr(mail_text(&mail), "\r\n\r\n") + 4);
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\r');
        ck_assert_uint_le(line.len, 76);
        ck_assert(digest_base64_decode(DIGEST_BASE64, line, text + len, 64, &got));
        len += got;
        rest = slice_from(rest, 1);
    }
    ck_assert(slice_equal((struct slice){text, len}, body));
}

// clang-format off
static const struct {
    const char *text;
    bool ok;
} addresses[] = {
    {"a@b", true}, {"first.last+x@mail.example.kz", true}, {"o'neil@example.org", true},
    {"", false}, {"a", false}, {"a@", false}, {"@b", false}, {"a@b@c", false}, {"a b@c", false},
    {"a@b\r\nBcc: x@y", false}, {"<a@b>", false}, {"a@b>", false}, {"a@-b", false}, {"a@.b", false},
    {".a@b", false}, {"\"a\"@b", false}, {"a@[127.0.0.1]", false}, {"имя@example.kz", false}, {"a,b@c", false},
};
// clang-format on

TEST_ROWS(address_is_ascii_without_header_injection, addresses)
{
    ck_assert_msg(mail_address_is_valid(slice_of(row->text)) == row->ok, "%s", row->text);
}

TEST(address_has_a_maximum_length)
{
    char text[MAIL_ADDRESS_MAX + 2];

    memset(text, 'a', sizeof text);
    text[1] = '@';
    ck_assert(!mail_address_is_valid((struct slice){text, sizeof text - 0}));
    ck_assert(mail_address_is_valid((struct slice){text, MAIL_ADDRESS_MAX}));
}
