// SPDX-License-Identifier: MIT
#include "base/text.h"

#include "support/scratch.h"

static struct fault_list list;

static void setup(void)
{
    fault_list_init(&list, &arena);
}

TEST_CASE("fault", .setup = setup);

TEST(setting_a_fault_replaces_the_previous_one)
{
    memset(&fault, 0xff, sizeof fault);
    ck_assert(!fault_set(&fault, FAULT_CONFLICT, "nights_taken", "Taken on %s", "2026-01-02"));
    ck_assert_int_eq(fault.kind, FAULT_CONFLICT);
    ck_assert_str_eq(fault.code, "nights_taken");
    ck_assert_str_eq(fault.detail, "Taken on 2026-01-02");
    ck_assert_ptr_null(fault.fields);
    ck_assert_uint_eq(fault.field_count, 0);
    ck_assert_ptr_null(fault.members.at);
    ck_assert_int_eq(fault.retry_after_s, 0);
}

TEST(a_long_detail_is_cut_between_characters)
{
    for (int shift = 0; shift < 4; shift++) {
        char text[512];
        memset(text, 'a', (size_t)shift);
        for (size_t i = (size_t)shift; i + 3 < sizeof text; i += 2)
            memcpy(text + i, "Ж", 3);
        fault_set(&fault, FAULT_INVALID, "x", "%s", text);
        ck_assert_uint_ge(strlen(fault.detail), FAULT_DETAIL_MAX - 2);
        ck_assert(text_is_utf8(slice_of(fault.detail)));
    }
}

TEST(a_fault_of_one_field_names_it)
{
    ck_assert(!fault_set_field(&fault, &arena, "guest/phone", "bad_phone", "Not %s", "one"));
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert_str_eq(fault.code, "bad_phone");
    ck_assert_uint_eq(fault.field_count, 1);
    ck_assert_str_eq(fault.fields[0].field, "guest/phone");
    ck_assert_str_eq(fault.fields[0].code, "bad_phone");
    ck_assert_str_eq(fault.fields[0].detail, "Not one");
}

TEST(without_memory_the_fault_is_still_set)
{
    struct arena full = ARENA(0);

    ck_assert(!fault_set_field(&fault, &full, "a", "blank", "Blank"));
    ck_assert_str_eq(fault.code, "blank");
    ck_assert_uint_eq(fault.field_count, 0);
    ck_assert(!fault_set_members(&fault, arena_printf(&full, "\"id\":1")));
    ck_assert_str_eq(fault.code, "out_of_memory");
    fault_list_init(&list, &full);
    fault_list_add(&list, "a", "blank", "Blank");
    ck_assert(!fault_list_ok(&list, &fault));
    ck_assert_str_eq(fault.code, "invalid");
    ck_assert_uint_eq(fault.field_count, 0);
}

TEST(empty_list_is_no_fault)
{
    fault = (struct fault){.code = "untouched"};

    ck_assert(fault_list_ok(&list, &fault));
    ck_assert_str_eq(fault.code, "untouched");
}

TEST(list_has_fields_of_its_problems_and_of_earlier_ones)
{
    struct fault_list later;

    fault_list_add(&list, "rooms", "blank", "Blank");
    fault_list_init(&later, &arena);
    ck_assert(!fault_list_has(&later, "rooms"));
    later.earlier = &list;
    fault_list_add(&later, "city", "blank", "Blank");
    ck_assert(fault_list_has(&later, "rooms"));
    ck_assert(fault_list_has(&later, "city"));
    ck_assert(!fault_list_has(&list, "city"));
}

TEST(single_problem_sets_the_code_and_several_are_invalid)
{
    fault_list_add(&list, "rooms", "out_of_range", "From %d to %d", 1, 20);
    ck_assert(!fault_list_ok(&list, &fault));
    ck_assert_str_eq(fault.code, "out_of_range");
    ck_assert_str_eq(fault.detail, "From 1 to 20");
    fault_list_add(&list, "title", "blank", "Blank");
    ck_assert(!fault_list_ok(&list, &fault));
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert_str_eq(fault.code, "invalid");
    ck_assert_uint_eq(fault.field_count, 2);
    ck_assert_str_eq(fault.fields[1].field, "title");
}

TEST(list_stores_32_problems_and_counts_the_rest)
{
    for (int i = 0; i < 100; i++)
        fault_list_add(&list, textf("f%d", i), "blank", "Blank");
    ck_assert(!fault_list_ok(&list, &fault));
    ck_assert_uint_eq(fault.field_count, FAULT_FIELDS_MAX);
    ck_assert_uint_eq(list.seen, 100);
    ck_assert_str_eq(fault.fields[31].field, "f31");
    ck_has(fault.detail, "100");
}
