// SPDX-License-Identifier: MIT
#include "notify/mail.h"

#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/digest.h"
#include "base/now.h"

enum {
    /* Bytes of text in an encoded word. Its line, including the header's name, has at most 76
     * characters (RFC 2047, 2). */
    WORD_BYTES = 39,
    LINE_BYTES = 57 /* bytes of the body in a line of base64, which has at most 76 characters (RFC
                       2045, 6.8) */
};

bool mail_address_is_valid(struct slice address)
{
    struct slice rest = address;
    const struct slice local = slice_cut(&rest, '@');

    return address.len <= MAIL_ADDRESS_MAX && rest.at != NULL &&
           ascii_is_word(local, "!#$%&'*+-/=?^_`{|}~.") && ascii_is_word(rest, "-.") &&
           local.at[0] != '.' && rest.at[0] != '.' && rest.at[0] != '-';
}

static void put_base64(struct slice bytes, struct buf *out)
{
    char text[DIGEST_BASE64_LEN(LINE_BYTES) + 1];

    buf_append(out, text, digest_base64_encode(DIGEST_BASE64, bytes, text));
}

/* Writes the subject as encoded words, folded (RFC 2047, 2), each of whole characters. */
static void put_subject_header(struct slice subject, struct buf *out)
{
    const char *before = "Subject: =?UTF-8?B?";

    while (subject.len > 0) {
        size_t len = slice_prefix_len(subject, WORD_BYTES);

        if (len == 0)
            len = subject.len < WORD_BYTES ? subject.len : WORD_BYTES;
        buf_text(out, before);
        put_base64((struct slice){subject.at, len}, out);
        buf_text(out, "?=\r\n");
        subject = slice_from(subject, len);
        before = " =?UTF-8?B?";
    }
}

static void put_date(int64_t at_us, struct buf *out)
{
    const time_t at = at_us / US_PER_S;
    struct tm utc;
    char text[64];

    gmtime_r(&at, &utc);
    buf_append(out, text, strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &utc));
}

static void put_id_header(const char *name, const char *id, const char *from, struct buf *out)
{
    buf_printf(out, "%s: <%s%s>\r\n", name, id, strchr(from, '@'));
}

void mail_write(const struct mail *mail, struct buf *out)
{
    buf_printf(out, "From: <%s>\r\nTo: ", mail->from);
    for (size_t i = 0; i < mail->to_count; i++)
        buf_printf(out, "%s<%s>", i > 0 ? ",\r\n " : "", mail->to[i]);
    buf_text(out, "\r\nDate: ");
    put_date(mail->at_us, out);
    buf_text(out, "\r\n");
    put_id_header("Message-ID", mail->id, mail->from, out);
    if (mail->reply_to != NULL) {
        put_id_header("In-Reply-To", mail->reply_to, mail->from, out);
        put_id_header("References", mail->reply_to, mail->from, out);
    }
    put_subject_header(mail->subject, out);
    /* Suppresses automatic replies (RFC 3834). */
    buf_text(out, "Auto-Submitted: auto-generated\r\n"
                  "MIME-Version: 1.0\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: base64\r\n\r\n");
    for (struct slice rest = mail->body; rest.len > 0;) {
        const size_t len = rest.len < LINE_BYTES ? rest.len : LINE_BYTES;

        put_base64((struct slice){rest.at, len}, out);
        buf_text(out, "\r\n");
        rest = slice_from(rest, len);
    }
}
