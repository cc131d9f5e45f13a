# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The end of `test`, from the rows of $TEST_REPORT (tests/support/report): repeats failed timed cases, prints tables, the failed
# cases with the commands that repeat them, and the last line.

# shellcheck source=deploy/lib/services.sh
. "$TAPBOT_ROOT/deploy/lib/services.sh"

# Cases that measure time although they do not call timed(): whole parts, and prefixes of names.
TEST_TIMED_CASES=(fault stack stack-two bench verbs/sshd: verbs/peer:)

# test_names PART CASE [ALONE]: prints the arguments of tests/PART/run that run this case, one per line; none: the whole part.
test_names() {
    local name=${2#*/} service
    [ "$name" != "$2" ] || return 0
    [ -z "${3:-}" ] || { printf '%s\n' "$3" && return 0; }
    case $1 in
    contract)
        while read -r service; do
            [[ $name != "$service: "* ]] || { printf '%s\n%s\n' "$service" "${name#"$service: "}" && return 0; }
        done < <(services_names)
        printf '%s\n%s\n' "$(services_names | head -n 1)" "$name"
        ;;
    build) [[ $name != release && $name != clang ]] || printf '%s\n' "$name" ;;
    verbs) printf '%s\n' "${name/#doctor finds */doctor finds}" ;;
    # A suite is reported under the name of its build folder, a failed build under the name of the part.
    unit | integration) [ "${2%%/*}" = "$1" ] || printf '%s\n' "$name" ;;
    lint | scenario | telegram | prometheus | page | fault | stack | stack-two) printf '%s\n' "$name" ;;
    esac
}

# test_command PART CASE SCOPE [ALONE]: prints the command that repeats a case.
test_command() {
    local names=() name line
    [ "$1" != gate ] || { printf 'deploy/tapbot test' && return 0; }
    mapfile -t names < <(test_names "$1" "$2" "${4:-}")
    line="deploy/tapbot test "
    [[ $3 != full || " ${TEST_GATE//[,+]/ } " != *" $1 "* ]] || line+="full "
    line+=$1
    [[ $1 != unit || $2 != tsan/* ]] || line="TEST_BUILD=tsan $line"
    for name in ${names[@]+"${names[@]}"}; do
        [[ $name =~ ^[A-Za-z0-9_./-]+$ ]] || name="'${name//\'/\'\\\'\'}'"
        line+=" $name"
    done
    printf '%s' "$line"
}

# test_is_timed PART CASE MARK: whether the result of the case may depend on the machine's speed.
test_is_timed() {
    local timed
    [ "$1" != "$2" ] || return 1
    [ "$3" != timed ] || return 0
    for timed in "${TEST_TIMED_CASES[@]}"; do
        [[ $1 != "$timed" && $2 != "$timed"* ]] || return 0
    done
    return 1
}

# test_again: runs each timed case that has failed once more, alone. If it passes, its row becomes `flaky`.
test_again() {
    local result count name reason seconds part mark alone rows names=() second
    second=$(mktemp) rows=$(mktemp)
    # Not tabs, because `read` merges adjacent tabs.
    while IFS=$'\x1f' read -r result count name reason seconds part mark alone <&3; do
        if [ "$result" = fail ] && test_is_timed "$part" "$name" "$mark"; then
            step "ещё раз, отдельно: $name" "once more, alone: $name"
            mapfile -t names < <(test_names "$part" "$name" "$alone")
            : >"$second"
            TEST_REPORT=$second TEST_PART=$part TEST_BUILD=$(test_build "$part" "$name") timeout -k 30 "${TEST_PART_SECONDS[full]}" \
                "$TAPBOT_ROOT/tests/$part/run" ${names[@]+"${names[@]}"} </dev/null
            if awk -F'\t' -v name="$name" '$3 == name && $1 == "fail" {bad = 1} $3 == name && $1 == "pass" {good = 1}
                    END {exit bad || !good}' "$second"; then
                result=flaky
            else
                reason+="; once more, alone: $(awk -F'\t' -v name="$name" '$3 == name && $1 == "fail" {print $4; found = 1; exit}
                    END {if (!found) print "not reported"}' "$second")"
            fi
        fi
        printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$result" "$count" "$name" "$reason" "$seconds" "$part" "$mark" "$alone" >>"$rows"
    done 3< <(tr '\t' '\037' <"$TEST_REPORT")
    mv "$rows" "$TEST_REPORT"
    rm -f "$second"
}

# test_build PART CASE: the build folder of the case, for TEST_BUILD; unit and integration report it before the suite's name.
test_build() {
    case $1 in
    unit | integration) printf '%s' "${2%%/*}" ;;
    *) printf '%s' "${TEST_BUILD:-release}" ;;
    esac
}

# test_tables: prints the slowest cases, then the results of each part.
test_tables() {
    printf '    the slowest cases, in seconds:\n'
    awk -F'\t' '$1 != "part" && $5 > 0 && !seen[$3]++ {printf "%10.1f  %s\n", $5, $3}' "$TEST_REPORT" | sort -rn | head -n 20
    awk -F'\t' '
        !($6 in at) {at[$6] = ++parts; name[parts] = $6}
        $1 == "part" {seconds[$6] += $5; next}
        {n[$6, $1] += $2}
        END {
            printf "    %-14s %8s %8s %8s %8s %8s\n", "part", "passed", "failed", "skipped", "flaky", "seconds"
            for (i = 1; i <= parts; i++) {
                part = name[i]
                printf "    %-14s %8d %8d %8d %8d %8d\n", part, n[part, "pass"], n[part, "fail"], n[part, "skip"], n[part, "flaky"], seconds[part]
            }
        }' "$TEST_REPORT"
}

# test_write: writes var/test/full.tsv, a row for each case of this run. A + after the commit means uncommitted changes.
test_write() {
    local commit
    commit=$(git -C "$TAPBOT_ROOT" log -1 --format=%H)$([ -z "$(git -C "$TAPBOT_ROOT" status --porcelain 2>&1)" ] || echo +)
    mkdir -p "$TAPBOT_ROOT/var/test"
    {
        printf 'commit\tpart\tcase\tresult\tseconds\tfigure\n'
        awk -F'\t' -v OFS='\t' -v commit="$commit" '$1 != "part" {print commit, $6, $3, $1, $5, $4}' "$TEST_REPORT"
    } >"$TAPBOT_ROOT/var/test/full.tsv"
}

# test_record: records the commit and the tree that have passed the gate; does nothing if there are uncommitted changes.
test_record() {
    [ -z "$(git -C "$TAPBOT_ROOT" status --porcelain 2>&1)" ] || return 0
    mkdir -p "$TAPBOT_ROOT/var/test"
    git -C "$TAPBOT_ROOT" log -1 --format='%H %T' >>"$TAPBOT_ROOT/var/test/passed"
}

test_count() {
    awk -F'\t' -v result="$1" '$1 == result {n += $2} END {print n + 0}' "$TEST_REPORT"
}

# test_close SCOPE [whole]: prints the tables, the failed, skipped and flaky cases by name, and the line with the counts. If root
# runs the whole gate, a skipped check is a failure.
test_close() {
    local passed failed skipped result count name reason seconds part mark alone
    skipped=$(test_count skip)
    if [[ $1 = gate && -n ${2:-} && $skipped -gt 0 && $EUID -eq 0 ]]; then
        TEST_PART=gate "$TAPBOT_ROOT/tests/support/report" fail gate "a skipped check fails the gate: $skipped skipped" >/dev/null
    fi
    [ "$(cut -f6 "$TEST_REPORT" | sort -u | wc -l)" -le 1 ] || test_tables
    [[ $1 != full || -z ${2:-} ]] || test_write
    while IFS=$'\x1f' read -r result count name reason seconds part mark alone; do
        case $result in
        fail) printf 'FAIL: %s: %s; to repeat: %s\n' "$name" "$reason" "$(test_command "$part" "$name" "$1" "$alone")" ;;
        skip | flaky) printf '%s: %s: %s\n' "${result^^}" "$name" "$reason" ;;
        esac
    done < <(tr '\t' '\037' <"$TEST_REPORT")
    passed=$(test_count pass) failed=$(test_count fail)
    rm -f "$TEST_REPORT"
    if [ "$skipped" -gt 0 ]; then
        printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%s passed, %s failed\n' "$passed" "$failed"
    fi
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
