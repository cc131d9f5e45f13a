# Language standard, warnings, hardening and sanitizers of all targets.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

option(TAPBOT_WERROR "Treat warnings as errors" OFF)
option(TAPBOT_COVERAGE "Instrument for gcovr" OFF)
option(TAPBOT_FUZZ "Build the libFuzzer targets (clang)" OFF)
set(TAPBOT_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_compile_definitions(_GNU_SOURCE)

# Overlength: ISO C guarantees 4095 characters of a literal; SQL joined by macros is longer,
# and gcc and clang have no such limit.
add_compile_options(
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wformat=2 -Wundef -Wpointer-arith -Wcast-qual
    -Wcast-align -Wwrite-strings -Wvla -Wnull-dereference -Wdouble-promotion
    -Wno-gnu-zero-variadic-macro-arguments -Wno-overlength-strings)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init)
endif()
if(TAPBOT_WERROR)
    add_compile_options(-Werror)
endif()

# A fiber has a small stack (loop/fiber.h): a large frame must not compile silently.
if(NOT TAPBOT_SANITIZE)
    add_compile_options(-Wframe-larger-than=8192)
endif()

add_compile_options(-fno-strict-aliasing -fno-omit-frame-pointer)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # OpenSSF compiler hardening guide, as far as gcc 12 and clang 14 support it.
    set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
    add_compile_options(
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
        -fno-delete-null-pointer-checks -fno-strict-overflow -Werror=format-security)
    # clang 14 and 15 need a second flag for it.
    check_c_compiler_flag(-ftrivial-auto-var-init=zero TAPBOT_HAS_AUTO_VAR_INIT)
    if(TAPBOT_HAS_AUTO_VAR_INIT)
        add_compile_options(-ftrivial-auto-var-init=zero)
    endif()
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        add_compile_options(-fcf-protection=full)
    endif()
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
    # The same commit gives the same bytes in any build folder.
    add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
endif()
add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)

if(TAPBOT_SANITIZE)
    # -g1: the functions and lines that a sanitizer reports, without variables. The preset `dev` is for debuggers.
    add_compile_options(-fsanitize=${TAPBOT_SANITIZE} -fno-sanitize-recover=all -O1 -g1)
    add_link_options(-fsanitize=${TAPBOT_SANITIZE})
    # The suites are some 360 programs, and gold links them in a third of the time.
    check_linker_flag(C -fuse-ld=gold TAPBOT_HAS_GOLD)
    if(TAPBOT_HAS_GOLD)
        add_link_options(-fuse-ld=gold)
    endif()
endif()
if(TAPBOT_COVERAGE)
    add_compile_options(--coverage -O0)
    add_link_options(--coverage)
endif()
