# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# test: the checks, cheap ones first. Each part is tests/<part>/run, which reports its results through
# tests/support/report; the closing line adds them up.

# shellcheck source=deploy/lib/packages.sh
. "$TAPBOT_ROOT/deploy/lib/packages.sh"
# shellcheck source=deploy/lib/cluster.sh
. "$TAPBOT_ROOT/deploy/lib/cluster.sh"

TEST_PARTS=(lint compose verbs build unit integration contract template scenario fault stack fuzz bench)
# Only with --full, or by name.
TEST_LONG_PARTS=(coverage stack-full)

test_usage() {
    say "deploy/tapbot test: проверки.

  deploy/tapbot test                 всё, что запускает CI
  deploy/tapbot test ЧАСТЬ...        только эти части: ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]}
  deploy/tapbot test unit ИМЯ...     юнит-тесты одного сервиса или модуля (base, http, db...)
  deploy/tapbot test ... --full      длинные формы (все строки отказов, фаззинг по 60 с, полный bench)

Последняя строка: N passed, N failed[, N skipped]. Пропущенное названо с причиной.
Коды выхода: 0 всё прошло, 1 что-то не прошло, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot test: the checks.

  deploy/tapbot test                 everything CI runs
  deploy/tapbot test PART...         these parts only: ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]}
  deploy/tapbot test unit NAME...    unit tests of one service or module (base, http, db...)
  deploy/tapbot test ... --full      long forms (all fault rows, 60 s of fuzzing each, whole bench)

The last line: N passed, N failed[, N skipped]. What is skipped is named with its reason.
Exit codes: 0 all passed, 1 something failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_test() {
    local parts=() names=() word part
    export TEST_FULL=no
    for word in "$@"; do
        case $word in
        --full) TEST_FULL=yes ;;
        -h | --help) test_usage && return 0 ;;
        -*) test_usage >&2 && return 2 ;;
        *)
            if [[ " ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]} " == *" $word "* ]]; then
                parts+=("$word")
            elif [ ${#parts[@]} -gt 0 ]; then
                names+=("$word")
            else
                test_usage >&2
                return 2
            fi
            ;;
        esac
    done
    local wanted=() name
    if [[ " ${parts[*]} " =~ \ (bench|stack-full)\  || $TEST_FULL = yes ]] && ! command -v npm >/dev/null; then
        wanted=("${PACKAGES_PEER[@]}")
    fi
    [[ " ${parts[*]} " != *" stack-full "* && $TEST_FULL = no ]] || wanted+=("${PACKAGES_FULL[@]}")
    if [ ${#parts[@]} -eq 0 ]; then
        parts=("${TEST_PARTS[@]}")
        [ "$TEST_FULL" = no ] || parts+=("${TEST_LONG_PARTS[@]}")
    fi

    [[ " ${parts[*]} " != *" stack "* ]] || PACKAGES_TEST+=("${PACKAGES_STACK[@]}")

    packages_need "${PACKAGES_BUILD[@]}" "${PACKAGES_RUN[@]}"
    if [ "${parts[*]}" != unit ]; then
        for name in "${PACKAGES_TEST[@]}"; do packages_known "$name" && wanted+=("$name"); done
        packages_need "${wanted[@]}"
    fi
    cluster_user_make

    TEST_REPORT=$(mktemp)
    export TEST_REPORT
    for part in "${parts[@]}"; do
        step "$part" "$part"
        local began=$SECONDS
        "$TAPBOT_ROOT/tests/$part/run" ${names[@]+"${names[@]}"} ||
            "$TAPBOT_ROOT/tests/support/report" fail "$part" "the part itself ended with $?"
        printf '    %s: %s s\n' "$part" $((SECONDS - began))
    done
    test_close
}

# What failed and what was skipped, by name; then the line that counts.
test_close() {
    local passed failed skipped
    passed=$(awk -F'\t' '$1 == "pass" {n += $2} END {print n + 0}' "$TEST_REPORT")
    failed=$(awk -F'\t' '$1 == "fail" {n += $2} END {print n + 0}' "$TEST_REPORT")
    skipped=$(awk -F'\t' '$1 == "skip" {n += $2} END {print n + 0}' "$TEST_REPORT")
    awk -F'\t' '$1 != "pass" {printf "%s: %s: %s\n", toupper($1), $3, $4}' "$TEST_REPORT"
    rm -f "$TEST_REPORT"
    if [ "$skipped" -gt 0 ]; then
        printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%s passed, %s failed\n' "$passed" "$failed"
    fi
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
