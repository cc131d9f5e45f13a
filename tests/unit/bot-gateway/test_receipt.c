// SPDX-License-Identifier: MIT
#include "dialogue/receipt.h"
#include "support/scratch.h"

TEST_CASE("receipt");

// clang-format off
#define LONGEST "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" \
                "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
static const struct {
    const char *why, *text, *file_id;
    bool is_document;
} texts[] = {
    {"a photo",                 "telegram:flats:photo:AgAC-_1",         "AgAC-_1", false},
    {"a document",              "telegram:flats:document:BQ",           "BQ",      true },
    {"the longest",             "telegram:flats:photo:" LONGEST,        LONGEST,   false},
    {"a longer one",            "telegram:flats:photo:" LONGEST "0",    NULL,      false},
    {"another bot",             "telegram:flats2:photo:AgAC",           NULL,      false},
    {"the beginning of a name", "telegram:flat:photo:AgAC",             NULL,      false},
    {"another kind",            "telegram:flats:video:AgAC",            NULL,      false},
    {"no file",                 "telegram:flats:photo:",                NULL,      false},
    {"a URL",                   "telegram:flats:photo:https://x.kz/1",  NULL,      false},
    {"more",                    "telegram:flats:photo:AgAC\nx",         NULL,      false},
    {"words",                   "Kaspi 6120934417",                     NULL,      false},
    {"nothing",                 "",                                     NULL,      false},
    {"none",                    NULL,                                   NULL,      false},
};
// clang-format on

TEST_ROWS_WHY(receipt_belongs_to_the_bot_that_received_it, texts)
{
    struct receipt receipt = {SLICE("as before"), true};
    const bool found = receipt_read(slice_of(row->text), SLICE("flats"), &receipt);

    ck_assert(found == (row->file_id != NULL));
    ck_assert_slice(receipt.file_id, found ? row->file_id : "as before");
    ck_assert(receipt.is_document == (!found || row->is_document));
    if (found)
        ck_assert_slice(receipt_write(&receipt, SLICE("flats"), &arena), row->text);
    ck_assert(!receipt_read(slice_of(row->text), SLICE_NONE, &receipt));
}
