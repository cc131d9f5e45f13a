// SPDX-License-Identifier: MIT
/* Switches from one stack to another and informs the sanitizers. Used by fiber.c. */
#pragma once

#include <stddef.h>

#include "base/sanitizer.h"

/* Builds with ThreadSanitizer use ucontext, so that this path is tested too. Builds with
 * AddressSanitizer do not, because the sanitizer clears the shadow memory of a stack in every
 * swapcontext() and would find fewer errors. -DFIBER_SWITCH_UCONTEXT forces ucontext. */
#if defined(__x86_64__) && !defined(UNDER_TSAN) && !defined(FIBER_SWITCH_UCONTEXT)
#define FIBER_SWITCH_ASM 1
#else
#include <ucontext.h>
#endif

struct fiber_context {
#if defined(FIBER_SWITCH_ASM)
    void *sp;
#else
    ucontext_t registers;
#endif
#if defined(UNDER_ASAN)
    void *fake_stack;
    const void *bottom;
    size_t size;
#endif
#if defined(UNDER_TSAN)
    void *tsan;
#endif
};

/* Sets `context` to the stack on which the caller runs. */
void fiber_context_adopt(struct fiber_context *context);
/* Sets `context` so that a switch to it runs entry(data) on `stack`. `entry` must begin with
 * fiber_context_notify_entered(), and end with fiber_context_leave_forever() instead of returning.
 */
void fiber_context_make(struct fiber_context *context, void *stack, size_t size,
                        void (*entry)(void *data), void *data);
/* Frees the context. Call it after fiber_context_leave_forever(), from another stack. */
void fiber_context_finish(struct fiber_context *context);

void fiber_context_switch(struct fiber_context *from, struct fiber_context *to);
void fiber_context_notify_entered(struct fiber_context *from);
void fiber_context_leave_forever(struct fiber_context *from, struct fiber_context *to);

/* Removes AddressSanitizer's marks on a used stack. Call it before the stack is reused or
 * unmapped. */
void fiber_stack_unpoison(void *stack, size_t size);
