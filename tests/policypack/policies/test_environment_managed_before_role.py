"""The policy environment-managed-before-role, run by the pack's analyzer."""

import json
from dataclasses import replace

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "environment-managed-before-role"
WHY = "Naming an environment that is not there creates it, unprotected."
LACKING = (
    'environment "{}": trusted, and not in the stack. ' + WHY + " Write the environment into the "
    "stack, with a dependency of the role on it."
)
NOT_AWAITED = (
    'environment "storefront/production": the role does not depend on {}. ' + WHY + " Write "
    "depends_on with the environment and its branch policies on the role itself."
)


def says(pack: Pack, *changed: Declared, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return pack.says_of_stack(ID, estate.compliant(*changed, without=without))


def awaiting(*names: str) -> Declared:
    return replace(estate.role(), depends_on=names)


def test_role_that_waits_passes(pack: Pack) -> None:
    assert says(pack) == []


def test_waiting_through_another_resource_passes(pack: Pack) -> None:
    between = replace(estate.deployment_policy("tag", "v*"), depends_on=(estate.BRANCH_POLICY,))
    assert says(pack, between, awaiting(estate.TAG_POLICY)) == []


def test_case_of_the_repository_does_not_matter(pack: Pack) -> None:
    assert says(pack, estate.environment(repository="StoreFront")) == []


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ((), f'"{estate.ENVIRONMENT}", "{estate.BRANCH_POLICY}", "{estate.TAG_POLICY}"'),
        ((estate.ENVIRONMENT,), f'"{estate.BRANCH_POLICY}", "{estate.TAG_POLICY}"'),
        ((estate.ENVIRONMENT, estate.BRANCH_POLICY), f'"{estate.TAG_POLICY}"'),
    ],
)
def test_role_that_may_come_first_is_blocked(
    pack: Pack, names: tuple[str, ...], missing: str
) -> None:
    assert says(pack, awaiting(*names)) == [(estate.DEPLOY, NOT_AWAITED.format(missing))]


@pytest.mark.parametrize(
    "changed",
    [
        estate.environment(environment="staging"),
        estate.environment(environment=UNKNOWN),
        estate.environment(repository="blog"),
    ],
)
def test_environment_that_the_stack_lacks_is_blocked(pack: Pack, changed: Declared) -> None:
    assert says(pack, changed) == [(estate.DEPLOY, LACKING.format("storefront/production"))]


def test_environment_of_another_owner_is_blocked(pack: Pack) -> None:
    foreign = estate.role(assumeRolePolicy=estate.trust().replace("acme", "evil"))
    assert says(pack, foreign) == [
        (
            estate.DEPLOY,
            'environment "storefront/production" of "evil": trusted, and the one in the stack is '
            f'of "acme". {WHY} Write the role into a stack that manages the environments of '
            '"evil".',
        )
    ]


def test_encoded_colon_names_the_environment(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.trust("environment:prod%3Ablue"))
    blue = estate.environment(environment="prod:blue")
    assert says(pack, role, blue) == []


def test_other_letters_name_no_environment_of_the_stack(pack: Pack) -> None:
    """To write a second one beside the first would make two of what may be one on GitHub."""
    role = estate.role(assumeRolePolicy=estate.trust("environment:Production"))
    assert pack.says_of_stack(ID, estate.compliant(role)) == [
        (
            estate.DEPLOY,
            'environment "storefront/Production": trusted, and the stack has '
            '"storefront/production". GitHub may take both for one environment, or create the '
            "trusted one without protection. Write the name in the same letters in both places.",
        )
    ]


def test_branches_need_no_environment(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.trust("ref:refs/heads/main"))
    assert says(pack, role, without=(estate.ENVIRONMENT,)) == []


def test_one_unknown_role_hides_no_other(pack: Pack) -> None:
    unknown = replace(estate.role("unknown", assumeRolePolicy=UNKNOWN), depends_on=())
    assert says(pack, unknown, awaiting()) == [
        (
            estate.DEPLOY,
            NOT_AWAITED.format(
                f'"{estate.ENVIRONMENT}", "{estate.BRANCH_POLICY}", "{estate.TAG_POLICY}"'
            ),
        )
    ]


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("https://ghe.acme.example/", True),
        ("https://api.github.com", False),
        ("http://127.0.0.1:8000/", False),
    ],
)
def test_environment_of_another_github_is_blocked(pack: Pack, address: str, refused: bool) -> None:
    elsewhere = replace(estate.environment(), provider={"baseUrl": address})
    expected = (
        'environment "storefront/production": trusted, and the one in the stack is on '
        f'"{address.rstrip("/")}". {WHY} Write it with the provider of the GitHub whose tokens the '
        "role trusts."
    )
    assert says(pack, elsewhere) == ([(estate.DEPLOY, expected)] if refused else [])


def test_environment_of_the_enterprise_server_that_is_trusted_passes(pack: Pack) -> None:
    server = "ghe.acme.example/_services/token"
    trust = estate.trust().replace(estate.ISSUER, server)
    there = replace(estate.environment(), provider={"baseUrl": "https://ghe.acme.example/"})
    assert says(pack, there, estate.role(assumeRolePolicy=trust)) == []


def test_an_environment_behind_a_branch_is_judged_too(pack: Pack) -> None:
    subjects = [
        "repo:acme/storefront:ref:refs/heads/main",
        "repo:acme/storefront:environment:zebra",
        "repo:acme/storefront:pull_request",
    ]
    role = estate.role(assumeRolePolicy=estate.trust(sub=subjects))
    assert says(pack, role) == [(estate.DEPLOY, LACKING.format("storefront/zebra"))]


def test_an_environment_declared_twice_is_awaited_twice(pack: Pack) -> None:
    again = replace(estate.environment(), name="again")
    assert says(pack, again) == [(estate.DEPLOY, NOT_AWAITED.format('"again"'))]
    other = replace(estate.role(), depends_on=("again", estate.BRANCH_POLICY, estate.TAG_POLICY))
    policies = [
        replace(estate.deployment_policy(kind), depends_on=()) for kind in ("branch", "tag")
    ]
    missing = NOT_AWAITED.format(f'"{estate.ENVIRONMENT}"')
    assert says(pack, again, other, *policies) == [(estate.DEPLOY, missing)]


def test_an_environment_of_an_unknown_owner_passes(pack: Pack) -> None:
    assert says(pack, replace(estate.environment(), provider={"owner": ""})) == []


def test_an_environment_of_an_owner_that_is_not_known_yet_is_blocked(pack: Pack) -> None:
    assert says(pack, replace(estate.environment(), provider={"owner": UNKNOWN})) == [
        (
            estate.DEPLOY,
            'environment "storefront/production" of "acme": the owner of its provider is not known '
            f"at preview. {WHY} Write the owner as text.",
        )
    ]


@pytest.mark.parametrize("owner", ["acme", "evil", UNKNOWN, ""])
def test_the_organization_of_a_provider_is_its_owner(pack: Pack, owner: str) -> None:
    """The provider for GitHub prefers it to `owner`, though it is deprecated."""
    elsewhere = {"organization": "evil", "owner": owner}
    said = says(pack, replace(estate.environment(), provider=elsewhere))
    assert [sentence.partition(". ")[0] for _, sentence in said] == [
        'environment "storefront/production" of "acme": trusted, and the one in the stack is of '
        '"evil"'
    ]
    here = replace(estate.environment(), provider={"organization": "acme", "owner": "evil"})
    assert says(pack, here) == []


def test_owners_have_environments_of_one_name(pack: Pack) -> None:
    """Each role waits for that of its own owner, whichever the stack lists first."""
    labs = {"owner": "acme-labs"}
    environment = replace(estate.environment(), name="labs", provider=labs)
    policy = replace(estate.deployment_policy(), name="labs/main", provider=labs, depends_on=())
    role = replace(
        estate.role("labs/deploy", assumeRolePolicy=estate.trust().replace("acme", "acme-labs")),
        depends_on=("labs", "labs/main"),
    )
    assert says(pack, environment, policy, role) == []
    early = replace(role, depends_on=(estate.ENVIRONMENT, estate.BRANCH_POLICY, "labs"))
    missing = NOT_AWAITED.format('"labs/main"')
    assert says(pack, environment, policy, early) == [("labs/deploy", missing)]


def test_an_environment_of_one_name_on_another_github_is_no_matter_of_a_role(pack: Pack) -> None:
    server = {"baseUrl": "https://ghe.acme.example/"}
    assert says(pack, replace(estate.environment(), name="server", provider=server)) == []


def test_a_branch_policy_on_another_github_is_no_matter_of_a_role(pack: Pack) -> None:
    here, server = ({"baseUrl": f"https://{host}/"} for host in ("api.github.com", "ghe.test"))
    own = replace(estate.environment(), provider=here)
    other = replace(estate.environment(), name="server", provider=server)
    policy = replace(estate.deployment_policy(), name="server/main", provider=server, depends_on=())
    assert says(pack, own, other, policy) == []


def test_of_several_other_owners_the_first_is_named(pack: Pack) -> None:
    zeta = replace(estate.environment(), provider={"owner": "zeta"})
    beta = replace(estate.environment(), name="beta", provider={"owner": "beta"})
    [(_, sentence)] = says(pack, zeta, beta)
    assert 'trusted, and the one in the stack is of "beta". ' in sentence


def test_an_environment_of_an_owner_that_is_not_named_passes(pack: Pack) -> None:
    subject = "repo:????@9919/storefront@811223344:environment:production"
    like = estate.statement(
        ("StringEquals", estate.pinned(sub=None)),
        ("StringLike", {f"{estate.ISSUER}:sub": subject}),
    )
    assert says(pack, estate.role(assumeRolePolicy=estate.document(like))) == []


def test_a_provider_that_the_trust_refuses_is_none_that_it_trusts(pack: Pack) -> None:
    """An environment on the Enterprise Server of a Deny is not the one that the role trusts."""
    allowed = estate.statement(("StringEquals", estate.pinned()))
    server = "ghe.acme.example/_services/token"
    denied = json.loads(json.dumps({**allowed, "Effect": "Deny"}).replace(estate.ISSUER, server))
    role = estate.role(assumeRolePolicy=estate.document(allowed, denied))
    there = replace(estate.environment(), provider={"baseUrl": "https://ghe.acme.example/"})
    [(name, sentence)] = says(pack, role, there)
    assert name == estate.DEPLOY
    assert 'the one in the stack is on "https://ghe.acme.example". ' in sentence


def test_a_role_behind_many_ways_to_wait_is_judged_at_once(pack: Pack) -> None:
    """Each of 40 steps waits for both resources of the one before: 2^40 ways lead to the first."""
    names = [(f"left-{step}", f"right-{step}") for step in range(40)]
    waits: list[tuple[str, ...]] = [(estate.ENVIRONMENT, estate.BRANCH_POLICY), *names]
    steps = [
        replace(estate.variable(), name=name, depends_on=before)
        for before, step in zip(waits, names, strict=False)
        for name in step
    ]
    resources = estate.compliant(*steps, awaiting(*names[-1]))
    assert pack.says_of_stack(ID, resources) == [
        (estate.DEPLOY, NOT_AWAITED.format(f'"{estate.TAG_POLICY}"'))
    ]
