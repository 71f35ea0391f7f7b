"""The pack in the test's own process says what the analyzer that the engine starts says.

So the tests of the policies may ask the first, and what they say holds for the second.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import proxy

from tests.policypack import estate
from tests.policypack.analyzer import Declared, Pack, RunningPack, running_pack, secret
from tests.policypack.in_process import pack_in_process
from tests.policypack.misbehaving import misbehaving
from tests.policypack.test_pack_cases import CASES, declared
from tests.policypack.test_spoiled_estates import SPOILED, resources_of, settings_of

ROOT = Path(__file__).parents[2]
MISBEHAVING = f"""
import sys
sys.path[:0] = [__file__.rsplit("/", 2)[0], {str(ROOT)!r}, *{sys.path!r}]
from pulumi_policy import PolicyPack
from tests.policypack.misbehaving import misbehaving
PolicyPack("misbehaving", misbehaving())
"""
UNKNOWNS = [
    proxy.UNKNOWN_BOOLEAN_VALUE,
    proxy.UNKNOWN_NUMBER_VALUE,
    proxy.UNKNOWN_STRING_VALUE,
    proxy.UNKNOWN_ARRAY_VALUE,
    proxy.UNKNOWN_ASSET_VALUE,
    proxy.UNKNOWN_ARCHIVE_VALUE,
    proxy.UNKNOWN_OBJECT_VALUE,
]


def said(
    pack: Pack, resources: Iterable[Declared], content: Mapping[str, object] | str = "{}"
) -> list[dict[str, Any]]:
    """Return all that the pack says, in an order of its own, without the number of the stack."""
    stack = pack.configured(content)
    found = [asdict(each) for each in pack.judge(list(resources), stack)]
    for each in found:
        each["sentence"] = each["sentence"].replace(stack, "STACK")
    return sorted(found, key=str)


def both_say(
    pack: Pack,
    started: RunningPack,
    resources: Iterable[Declared],
    content: Mapping[str, object] | str = "{}",
) -> list[dict[str, Any]]:
    """Compare what both say of resources under some settings, and return it."""
    resources = list(resources)
    found = said(pack, resources, content)
    assert found == said(started, resources, content)
    return found


def test_stacks_of_the_cases(pack: Pack, started_pack: RunningPack) -> None:
    for case in CASES[::9]:
        resources = [declared(each) for each in case["resources"]]
        both_say(pack, started_pack, resources, case["settings"])
    for case in SPOILED[::20]:
        both_say(pack, started_pack, resources_of(case), settings_of(case))


@pytest.mark.long
def test_each_stack_of_the_cases(pack: Pack, started_pack: RunningPack) -> None:
    for case in CASES:
        resources = [declared(each) for each in case["resources"]]
        found = both_say(pack, started_pack, resources, case["settings"])
        assert found or case["id"] == "compliant"
    for case in SPOILED:
        both_say(pack, started_pack, resources_of(case), settings_of(case))


@pytest.mark.parametrize("unknown", UNKNOWNS)
def test_what_is_not_known_at_preview(
    pack: Pack, started_pack: RunningPack, unknown: object
) -> None:
    found = both_say(
        pack,
        started_pack,
        estate.compliant(
            estate.role(assumeRolePolicy=unknown, maxSessionDuration=unknown),
            estate.environment(reviewers=[{"users": unknown}, unknown], canAdminsBypass=unknown),
            estate.variable(value=unknown),
            estate.deployment_policy("branch", unknown),
        ),
    )
    assert {each["policy"] for each in found} > {"trust-readable", "environment-bypass-denied"}


def test_secrets_and_values_of_each_kind(pack: Pack, started_pack: RunningPack) -> None:
    document = estate.document(estate.allow("*", "*"))
    policy = estate.role_policy().but(policy=secret(document))
    role = estate.role(
        maxSessionDuration=secret(43200.0),
        tags={"a": None, "b": [True, 1, "x"]},
        permissionsBoundary=None,
    )
    found = both_say(pack, started_pack, estate.compliant(policy, role))
    assert {each["policy"] for each in found} > {"role-permissions-scoped", "role-session-limited"}


def test_providers_and_dependencies(pack: Pack, started_pack: RunningPack) -> None:
    of_another = replace(estate.role(), provider={"allowedAccountIds": '["333333333333"]'})
    by_property = replace(
        estate.plan_role(),
        depends_by_property={"name": (estate.ENVIRONMENT,)},
    )
    apart = replace(estate.environment(), provider={"owner": "other"})
    found = both_say(pack, started_pack, estate.compliant(of_another, by_property, apart))
    assert found
    assert both_say(pack, started_pack, [replace(estate.role(), depends_on=())])


def test_settings_and_exceptions(pack: Pack, started_pack: RunningPack) -> None:
    loose = estate.role(assumeRolePolicy=estate.trust(sub="repo:acme/*"))
    [before] = [each for each in said(pack, [loose]) if each["proposed"]]
    exception = {**before["proposed"], "reason": "Tried.", "approver": "octavia"}
    assert both_say(pack, started_pack, [loose], "{")
    assert both_say(pack, started_pack, [loose], {"settings": {"max_session_minutes": 15}})
    assert before not in both_say(pack, started_pack, [loose], {"exceptions": [exception]})


def test_policies_that_misbehave(tmp_path: Path) -> None:
    (tmp_path / "process").mkdir()
    (tmp_path / "own").mkdir()
    own = pack_in_process(tmp_path / "own", misbehaving())
    roles = [
        estate.role(name, description=proxy.UNKNOWN_STRING_VALUE) for name in ("x", "bad", "exits")
    ]
    with running_pack(tmp_path / "process", MISBEHAVING) as started:
        assert len(both_say(own, started, roles)) > 10
