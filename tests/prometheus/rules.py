# SPDX-License-Identifier: MIT
"""deploy/prometheus/rules.yml: checked by promtool, and each alert by its cases (cases.yml)."""
import os
import re
import subprocess
import tempfile

import yaml

from tools import ROOT, run, tool

RULES = os.path.join(ROOT, "deploy", "prometheus", "rules.yml")
CASES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "cases.yml")
RUNBOOK = os.path.join(ROOT, "docs", "runbook.md")
FORMS = ("fires", "below", "recovers", "absent")  # of each alert; an alert that always fires has only the first


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def alerts():
    """name: rule."""
    return {rule["alert"]: rule for group in load(RULES)["groups"] for rule in group["rules"] if "alert" in rule}


def rendered(text, case, value):
    text = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: case["labels"][found[1]], text)
    return re.sub(r"\{\{ \$value[^}]*\}\}", lambda found: str(value), text)


def expected(rule, case, at, value=None):
    """A firing alert."""
    labels = {**rule["labels"], **case.get("labels", {})}
    annotations = {name: rendered(text, case, value) for name, text in rule["annotations"].items()}
    return {"eval_time": at, "alertname": rule["alert"], "exp_alerts": [{"exp_labels": labels, "exp_annotations": annotations}]}


def no_alerts(rule, at):
    return {"eval_time": at, "alertname": rule["alert"]}


def questions(rule, case, form):
    """The series of a form, and the expected alerts."""
    fires = case["fires"]
    if form == "absent":
        return {"nothing": "0x1000"}, [no_alerts(rule, fires["at"])]
    form_of = case[form]
    if form == "fires":
        early = [no_alerts(rule, fires["before"])] if "before" in fires else []
        return form_of["series"], [*early, expected(rule, case, fires["at"], fires.get("value"))]
    if form == "below":
        return form_of["series"], [no_alerts(rule, fires["at"])]
    return form_of["series"], [expected(rule, case, form_of["fires"], form_of.get("value")), no_alerts(rule, form_of["silent"])]


def unit_tests(rule, case):
    """The file that promtool runs."""
    groups = []
    for form in forms(case):
        series, asked = questions(rule, case, form)
        groups.append({"name": f"{rule['alert']} {form}", "interval": case["interval"], "alert_rule_test": asked,
                       "input_series": [{"series": name, "values": str(values)} for name, values in series.items()]})
    return {"rule_files": [RULES], "evaluation_interval": case["interval"], "tests": groups}


def forms(case):
    return FORMS[:1] if case.get("always") else FORMS


def promtool(tests):
    """The errors of promtool; empty: none."""
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        yaml.safe_dump(tests, file, allow_unicode=True)
        file.flush()
        done = run(tool("promtool"), "test", "rules", file.name)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def rules_are_valid():
    done = run(tool("promtool"), "check", "rules", RULES)
    assert done.returncode == 0, done.stdout + done.stderr
    return f"{len(alerts())} alerts"


def each_alert_has_its_cases():
    known, cases = alerts(), load(CASES)
    names = [case["alert"] for case in cases]
    assert sorted(names) == sorted(known), f"only in one of the files: {sorted(set(names) ^ set(known))}"
    count = 0
    for case in cases:
        lacking = [form for form in forms(case) if form != "absent" and form not in case]
        assert not lacking, f"{case['alert']}: {lacking}"
        if "for" in known[case["alert"]]:
            assert "before" in case["fires"], f"{case['alert']} has `for`, but no case tests it"
        count += len(forms(case))
    assert count == 4 * len(known) - 3, f"{count} cases of {len(known)} alerts"
    return f"{count} cases"


def each_case_passes():
    known, wrong = alerts(), []
    for case in load(CASES):
        alert = promtool(unit_tests(known[case["alert"]], case))
        if alert:
            wrong.append(f"{case['alert']}: {alert}")
    assert not wrong, "\n".join(wrong)


THRESHOLD = re.compile(r"([<>]=?) ([0-9.]+)")


def changed(expr, easier):
    """The rule with changed thresholds, so that it fires sooner or later: by 15 % for `below`, by half for `fires`."""
    factors = {">": 0.85, "<": 1.15} if easier else {">": 2.1, "<": 1 / 2.1}

    def move(found):
        return f"{found[1]} {float(found[2]) * factors[found[1][0]]}"
    return THRESHOLD.sub(move, expr)


def changed_threshold_is_detected():
    """Tests the cases: if the thresholds of a rule are changed, its cases must fail."""
    cases, count = load(CASES), 0
    for easier in (True, False):
        rules = load(RULES)
        thresholds = {}
        for rule in (rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule):
            expr = changed(rule["expr"], easier)
            thresholds[rule["alert"]] = any(float(number) != 0 for _, number in THRESHOLD.findall(rule["expr"]))
            rule["expr"] = expr
        with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
            yaml.safe_dump(rules, file, allow_unicode=True)
            file.flush()
            for case in cases:
                if not thresholds[case["alert"]]:
                    continue
                count += 1
                tests = {**unit_tests(alerts()[case["alert"]], case), "rule_files": [file.name]}
                assert promtool(tests), f"{case['alert']}: it fires {'sooner' if easier else 'later'}, and no case fails"
    return f"{count} thresholds"


def commands_and_sections_of_alerts_exist():
    with open(RUNBOOK, encoding="utf-8") as file:
        sections = set(re.findall(r"^## (.+)$", file.read(), re.M))
    for name, rule in alerts().items():
        alert = rule["annotations"]
        assert set(alert) == {"summary", "command", "runbook"}, f"{name}: {sorted(alert)}"
        assert re.search("[а-я]", alert["summary"]), f"{name}: its summary is in Russian"
        page, _, section = alert["runbook"].partition("#")
        assert page == "docs/runbook.md" and section in sections, f"{name}: no section {alert['runbook']}"
        words = alert["command"].split()
        if words[0] == "deploy/tapbot":
            helped = subprocess.run([os.path.join(ROOT, words[0]), words[1], "--help"], capture_output=True, text=True,
                                    check=False, env={**os.environ, "LANG": "en_US.UTF-8"})
            unknown = [word for word in words[2:] if word.startswith("--") and word not in helped.stdout]
            assert helped.returncode == 0 and not unknown, f"{name}: {alert['command']}: {unknown or helped.stderr}"
        else:
            assert alert["command"] in open(RUNBOOK, encoding="utf-8").read(), f"{name}: {alert['command']} is not in the runbook"


TESTS = [rules_are_valid, each_alert_has_its_cases, each_case_passes, changed_threshold_is_detected,
         commands_and_sections_of_alerts_exist]
