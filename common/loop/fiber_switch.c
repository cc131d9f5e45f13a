// SPDX-License-Identifier: MIT
#include <stdint.h>

#include "loop/fiber_switch_private.h"

#if defined(UNDER_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(UNDER_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

#if defined(FIBER_SWITCH_ASM)

/* fiber_switch_stack(). System V ABI: the callee saves rbx, rbp, r12-r15 and the control bits of
 * mxcsr and x87; the compiler has saved all other registers around the call. This file is compiled
 * with -fcf-protection=branch, never =full: a shadow stack forbids returning on another stack, and
 * one object that does not claim to support shadow stacks disables them for the whole program. */
__asm__(".text\n"
        ".p2align 4\n"
        ".globl fiber_switch_stack\n"
        ".hidden fiber_switch_stack\n"
        ".type fiber_switch_stack, @function\n"
        "fiber_switch_stack:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    subq $8, %rsp\n"
        "    stmxcsr (%rsp)\n"
        "    fnstcw 4(%rsp)\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    ldmxcsr (%rsp)\n"
        "    fldcw 4(%rsp)\n"
        "    addq $8, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size fiber_switch_stack, .-fiber_switch_stack\n"
        /* The first code on a new stack: r12 has the function, r13 its argument. rbp is 0 and rip
         * undefined, so that debuggers and profilers end their walk here. */
        ".p2align 4\n"
        ".globl fiber_switch_begin\n"
        ".hidden fiber_switch_begin\n"
        ".type fiber_switch_begin, @function\n"
        "fiber_switch_begin:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n"
        "    endbr64\n"
        "    movq %r13, %rdi\n"
        "    callq *%r12\n"
        "    ud2\n"
        "    .cfi_endproc\n"
        ".size fiber_switch_begin, .-fiber_switch_begin\n");

void fiber_switch_stack(void **save_sp, void *load_sp);
void fiber_switch_begin(void);

/* The registers that fiber_switch_stack() pops from a new stack. The frame ends at the stack's
 * aligned top, so rsp points to the top after the pops. */
struct frame {
    uint32_t mxcsr;
    uint32_t x87;
    uintptr_t r15, r14, r13, r12, rbx, rbp;
    uintptr_t rip;
};

static void make_context(struct fiber_context *context, char *stack, size_t size,
                         void (*entry)(void *data), void *data)
{
    const uintptr_t top = ((uintptr_t)stack + size) & ~(uintptr_t)15;
    struct frame *frame = (struct frame *)(top - sizeof *frame);
    uint16_t x87;

    *frame = (struct frame){
        .r12 = (uintptr_t)entry, .r13 = (uintptr_t)data, .rip = (uintptr_t)fiber_switch_begin};
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(frame->mxcsr), "=m"(x87));
    frame->x87 = x87;
    context->sp = frame;
}

static void swap_context(struct fiber_context *from, struct fiber_context *to)
{
    fiber_switch_stack(&from->sp, to->sp);
}

#else

/* Calls entry(data). makecontext() passes ints only, so each pointer is passed as two halves. */
static void call_entry(unsigned entry_high, unsigned entry_low, unsigned data_high,
                       unsigned data_low)
{
    const uintptr_t entry = (uintptr_t)((uint64_t)entry_high << 32 | entry_low);
    const uintptr_t data = (uintptr_t)((uint64_t)data_high << 32 | data_low);

    ((void (*)(void *))entry)((void *)data);
}

static void make_context(struct fiber_context *context, char *stack, size_t size,
                         void (*entry)(void *data), void *data)
{
    const uint64_t code = (uintptr_t)entry;
    const uint64_t argument = (uintptr_t)data;

    getcontext(&context->registers);
    context->registers.uc_stack.ss_sp = stack;
    context->registers.uc_stack.ss_size = size;
    context->registers.uc_link = NULL;
    makecontext(&context->registers, (void (*)(void))call_entry, 4, (unsigned)(code >> 32),
                (unsigned)code, (unsigned)(argument >> 32), (unsigned)argument);
}

static void swap_context(struct fiber_context *from, struct fiber_context *to)
{
    swapcontext(&from->registers, &to->registers);
}

#endif

void fiber_context_adopt(struct fiber_context *context)
{
    *context = (struct fiber_context){0};
#if defined(UNDER_TSAN)
    context->tsan = __tsan_get_current_fiber();
#endif
}

void fiber_context_make(struct fiber_context *context, void *stack, size_t size,
                        void (*entry)(void *data), void *data)
{
    *context = (struct fiber_context){0};
#if defined(UNDER_ASAN)
    context->bottom = stack;
    context->size = size;
#endif
#if defined(UNDER_TSAN)
    context->tsan = __tsan_create_fiber(0);
#endif
    make_context(context, stack, size, entry, data);
}

void fiber_context_finish(struct fiber_context *context)
{
#if defined(UNDER_TSAN)
    __tsan_destroy_fiber(context->tsan);
#endif
    (void)context;
}

static inline void notify_tsan(const struct fiber_context *to)
{
#if defined(UNDER_TSAN)
    __tsan_switch_to_fiber(to->tsan, 0);
#endif
    (void)to;
}

void fiber_context_switch(struct fiber_context *from, struct fiber_context *to)
{
#if defined(UNDER_ASAN)
    __sanitizer_start_switch_fiber(&from->fake_stack, to->bottom, to->size);
#endif
    notify_tsan(to);
    swap_context(from, to);
#if defined(UNDER_ASAN)
    __sanitizer_finish_switch_fiber(from->fake_stack, NULL, NULL);
#endif
}

void fiber_context_notify_entered(struct fiber_context *from)
{
#if defined(UNDER_ASAN)
    __sanitizer_finish_switch_fiber(NULL, &from->bottom, &from->size);
#endif
    (void)from;
}

void fiber_context_leave_forever(struct fiber_context *from, struct fiber_context *to)
{
#if defined(UNDER_ASAN)
    __sanitizer_start_switch_fiber(NULL, to->bottom, to->size);
#endif
    notify_tsan(to);
    swap_context(from, to);
}

void fiber_stack_unpoison(void *stack, size_t size)
{
#if defined(UNDER_ASAN)
    __asan_unpoison_memory_region(stack, size);
#endif
    (void)stack;
    (void)size;
}
