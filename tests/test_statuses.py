"""Every status, outcome, limit, role, permission and kind of act is listed by hand with what it is for."""

import ast
import re
import tomllib
from pathlib import Path

import bandeng
from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory
from bandeng.ground.policies import api as policies
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.models import CaseAccess

EXPECTED = tomllib.loads((Path(__file__).parent / "expectations" / "statuses.toml").read_text())
SOURCE = Path(bandeng.__file__).parent


def listed(table: str) -> set[str]:
    assert all(EXPECTED[table].values()), "say what each is for"
    return set(EXPECTED[table])


def test_every_status_outcome_pen_and_reason_of_sight_is_listed():
    assert {str(s) for s in cases.rules.Status} == listed("status") == {str(s) for s in cases.rules.STATES}
    assert {str(o) for o in cases.rules.Outcome} == listed("outcome")
    assert {str(p) for p in cases.rules.Pen} == listed("pen")
    assert set(CaseAccess.REASONS) == listed("access_reason")


def test_every_kind_of_act_is_listed_and_those_hidden_from_residents_say_why():
    # Tests of the kernel declare kinds `test.…` of their own in the same process.
    declared = {kind.code: kind for kind in acts.kinds() if not kind.code.startswith("test.")}
    assert declared.keys() == listed("act")
    for kind in declared.values():
        seen, why = EXPECTED["act"][kind.code]
        assert (seen == "both") == bool(kind.resident), kind.code
        assert kind.staff and len(why) > 3, kind.code


def test_every_edge_of_a_case_is_an_act_that_is_listed():
    assert {edge.act for edge in cases.rules.EDGES.values()} <= listed("act")


def test_every_limit_and_procedure_is_listed(db):
    assert set(policies.Parameter.objects.values_list("code", flat=True)) == listed("parameter")
    assert set(policies.Procedure.objects.values_list("code", flat=True)) == listed("procedure")
    running = {clock for state in cases.rules.STATES.values() for clock in state.clocks} - {cases.rules.MAIN}
    running |= listed("procedure")
    assert running == {code for code, why in EXPECTED["parameter"].items() if why.startswith("clock: ")}


def test_roles_may_what_is_listed_and_nothing_else(db):
    roles = {role.code: " ".join(sorted(role.permissions)) for role in directory.Role.objects.all()}
    assert roles == EXPECTED["role"]
    assert {code for text in roles.values() for code in text.split()} == listed("permission")


def test_no_code_asks_for_a_permission_that_no_role_has():
    """A permission misspelt in a view closes it to everybody, and nothing else would say so."""
    asked = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = node.args if name in {"needs", "may", "has", "offices", "require", "_own_or"} else []
            texts = [*texts, *(k.value for k in node.keywords if k.arg in {"permission", "perm"})]
            asked |= {text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)}
    asked = {text for text in asked if re.fullmatch(r"[a-z]+\.[a-z_]+", text)}
    assert "case.view" in asked and asked <= listed("permission")


def test_nobody_is_both_who_manages_staff_and_who_audits():
    """三员分立: the three administrators hold no permission in common, and none on cases."""
    held = [set(EXPECTED["role"][role].split()) for role in ("system_admin", "security_admin", "audit_admin")]
    assert not held[0] & held[1] and not held[0] & held[2] and not held[1] & held[2]
    assert not any(code.startswith(("case.", "identity.")) for codes in [*held, {"ledger.view"}] for code in codes)
