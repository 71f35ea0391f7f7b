"""One token against every role: why it gets in, or what refuses it and what to change."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.keyless.command_run import Ended, run
from tests.keyless.exported import STATE, resource, trust_policy, trusting
from tests.keyless.golden import assert_golden

CLAIMS = {
    "iss": "https://token.actions.githubusercontent.com",
    "aud": "sts.amazonaws.com",
    "sub": "repo:acme/storefront:environment:production",
    "repository": "acme/storefront",
    "repository_id": "811223344",
    "repository_owner_id": "9919",
    "environment": "production",
    "ref": "refs/heads/main",
    "job_workflow_ref": "acme/storefront/.github/workflows/deploy.yml@refs/heads/main",
    "exp": 4102444800,
}
DEPLOY = "acme-storefront-production-deploy"


def present(tmp_path: Path, text: str, *words: str, state: Path = STATE) -> Ended:
    file = tmp_path / "token"
    file.write_text(text)
    return run("rehearse", "--claims", str(file), "--from", str(state), *words)


def advice(ended: Ended, name: str = DEPLOY) -> list[str]:
    roles = {role["name"]: role for role in json.loads(ended.out)["roles"]}
    found: list[str] = roles[name]["advice"]
    return found


def token(claims: object) -> str:
    """Spell claims as a token whose signature is made up."""
    return encoded(json.dumps(claims))


def encoded(text: str) -> str:
    """Spell the text of claims as a token."""

    def part(value: str) -> str:
        return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")

    return f"{part(json.dumps({'alg': 'RS256'}))}.{part(text)}.c2lnbmF0dXJl"


def test_why_a_token_gets_in_and_why_not(tmp_path: Path) -> None:
    ended = present(tmp_path, json.dumps(CLAIMS))
    assert (ended.status, ended.err) == (0, "")
    assert_golden("rehearse-claims.txt", ended.out)


def test_refused_by_every_role(tmp_path: Path) -> None:
    claims = {**CLAIMS, "sub": "repo:acme/storefront:ref:refs/heads/main"}
    ended = present(tmp_path, json.dumps(claims))
    assert ended.status == 1
    assert ended.out.endswith("0 of 5 roles let this token in.\n")


PRODUCTION = "repo:acme/storefront:environment:production"


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (
            {"aud": "https://github.com/acme"},
            [
                'The token asks for the audience "https://github.com/acme". The role takes '
                '"sts.amazonaws.com": leave `audience` out of aws-actions/configure-aws-credentials'
                ", or name that one."
            ],
        ),
        (
            {"sub": "repo:acme/storefront:ref:refs/heads/main"},
            [
                "The job names no environment. The role trusts one: write `environment: "
                "production` in the job."
            ],
        ),
        (
            {"sub": "repo:acme/storefront:environment:Production"},
            [
                'The job runs in the environment "Production", the role is for "production". '
                "Change the job's environment, or use the role of that one. Letter case counts."
            ],
        ),
        (
            {"sub": "repo:Acme/Storefront:environment:production"},
            [
                'The token spells the repository "Acme/Storefront", the role "acme/storefront". '
                "Letter case counts: run `pulumi up`, which takes the spelling from GitHub."
            ],
        ),
        (
            {"sub": "repo:acme/shop:environment:production"},
            [
                'The token is of the repository "acme/shop", the role is for "acme/storefront". '
                "Use the role of that repository, or onboard it; after a rename, rename its entry."
            ],
        ),
        (
            {"sub": "environment:production"},
            [
                'The subject "environment:production" is not of GitHub\'s usual form: its '
                "template is customised. Go back to the default: `gh api -X PUT "
                "repos/OWNER/REPOSITORY/actions/oidc/customization/sub -F use_default=true`."
            ],
        ),
        (
            {"sub": f"{PRODUCTION}:job_workflow_ref:x"},
            [
                f'The subject "{PRODUCTION}:job_workflow_ref:x" is not of GitHub\'s usual form: '
                "its template is customised. Go back to the default: `gh api -X PUT "
                "repos/OWNER/REPOSITORY/actions/oidc/customization/sub -F use_default=true`."
            ],
        ),
        (
            {"repository_id": "990000009"},
            [
                "The repository of the token has the id 990000009, the role pins 811223344: the "
                "name was deleted and taken again, or it is another repository. Correct the id in "
                "the config once you know which."
            ],
        ),
    ],
)
def test_causes(tmp_path: Path, changes: dict[str, str], sentences: list[str]) -> None:
    ended = present(tmp_path, json.dumps({**CLAIMS, **changes}), "--json")
    assert advice(ended) == sentences


def test_another_workflow_and_another_ref(tmp_path: Path) -> None:
    migrate = advice(present(tmp_path, json.dumps(CLAIMS), "--json"), f"{DEPLOY[:-6]}migrate")
    assert migrate == [
        'The job is defined in "acme/storefront/.github/workflows/deploy.yml@refs/heads/main". The '
        "role wants acme/pipelines/.github/workflows/migrate.yml@refs/tags/v3: call that reusable "
        "workflow at that ref."
    ]
    claims = {
        **CLAIMS,
        "sub": "repo:acme/checkout-api:environment:production",
        "repository": "acme/checkout-api",
        "repository_id": "822334455",
        "ref": "refs/heads/somebody",
    }
    checkout = advice(
        present(tmp_path, json.dumps(claims), "--json"), "acme-checkout-api-production-deploy"
    )
    assert checkout == [
        'The run is on "refs/heads/somebody". The role is for refs/heads/main: run it there, or '
        "add the branch to deploy_from."
    ]


RUN_THERE = 'The run is on "{}". The role is for refs/heads/main: run it there{}.'


@pytest.mark.parametrize(
    ("ref", "other_way"),
    [
        ("refs/heads/release/2", ", or add the branch to deploy_from"),
        ("refs/tags/v1", ", or add the tag to deploy_from"),
        (
            "refs/heads/gh-readonly-queue/main/pr-7-0a1b",
            ", or write the queue's base branch under merge_queue of deploy_from",
        ),
        ("refs/pull/7/merge", ""),
    ],
)
def test_no_ref_is_said_to_go_where_the_settings_refuse_it(
    tmp_path: Path, ref: str, other_way: str
) -> None:
    claims = {
        **CLAIMS,
        "sub": "repo:acme/checkout-api:environment:production",
        "repository": "acme/checkout-api",
        "repository_id": "822334455",
        "ref": ref,
    }
    ended = present(tmp_path, json.dumps(claims), "--json")
    assert advice(ended, "acme-checkout-api-production-deploy") == [
        RUN_THERE.format(ref, other_way)
    ]


def test_a_pull_request_is_not_sent_into_an_environment_that_refuses_it(tmp_path: Path) -> None:
    claims = {
        **CLAIMS,
        "sub": "repo:acme/checkout-api:pull_request",
        "repository": "acme/checkout-api",
        "repository_id": "822334455",
        "ref": "refs/pull/7/merge",
    }
    ended = present(tmp_path, json.dumps(claims), "--json")
    assert advice(ended, "acme-checkout-api-production-deploy") == [
        'The job runs for a pull request, and the role is for the environment "production". Use '
        "a role of pull_requests, or of review_environments where somebody approves each run.",
        RUN_THERE.format("refs/pull/7/merge", ""),
    ]


@pytest.mark.parametrize(
    ("event", "ref", "there"),
    [
        ("pull_request", "refs/pull/7/merge", ""),
        ("push", "refs/heads/main", ", and run it there"),
        ("pull_request_target", "refs/heads/main", ", and run it there"),
    ],
)
def test_a_job_without_its_environment_is_sent_where_it_then_has_the_subject(
    tmp_path: Path, event: str, ref: str, there: str
) -> None:
    claims = {
        **CLAIMS,
        "sub": "repo:acme/infrastructure:environment:elsewhere",
        "environment": "elsewhere",
        "repository": "acme/infrastructure",
        "repository_id": "833445566",
        "event_name": event,
        "ref": ref,
    }
    ended = present(tmp_path, json.dumps(claims), "--json")
    assert advice(ended, "acme-infrastructure-pull-requests-plan") == [
        "The job names an environment, and the role is for pull_request. Leave `environment` out "
        f"of the job{there}, or use the role of the environment."
    ]


def test_the_form_that_the_role_does_not_wait_for(tmp_path: Path) -> None:
    document = trust_policy()
    exact = document["Statement"][0]["Condition"]["StringEquals"]
    exact["token.actions.githubusercontent.com:sub"] = PRODUCTION
    state = tmp_path / "state.json"
    state.write_text(trusting(document))
    claims = {**CLAIMS, "sub": "repo:acme@9919/storefront@811223344:environment:production"}
    ended = present(tmp_path, json.dumps(claims), "--json", state=state)
    assert advice(ended) == [
        "The token spells the subject with ids, and the role only waits for the other form. A "
        "repository changes its form when it is renamed or transferred: let the role trust both."
    ]


def test_another_issuer(tmp_path: Path) -> None:
    claims = {**CLAIMS, "iss": "https://github.example.com/_services/token"}
    ended = present(tmp_path, json.dumps(claims), "--json")
    reasons = {role["reason"] for role in json.loads(ended.out)["roles"]}
    assert reasons == {
        'the token is of the issuer "https://github.example.com/_services/token", the role trusts '
        "token.actions.githubusercontent.com"
    }


def test_a_token_that_ended_already(tmp_path: Path) -> None:
    ended = present(tmp_path, json.dumps({**CLAIMS, "exp": 1760000000}))
    assert (ended.status, ended.err) == (
        0,
        "--claims: the token ended at 2025-10-09 08:53:20 UTC. AWS refuses it now, whatever a role "
        "says. What follows is as it was before.\n",
    )


@pytest.mark.parametrize("spelling", ["{}", "bearer {}", '{{"count": 1, "value": "{}"}}'])
def test_a_token_is_decoded_and_never_printed(tmp_path: Path, spelling: str) -> None:
    secret = token(CLAIMS)
    for words in ([], ["--json"]):
        ended = present(tmp_path, spelling.format(secret), *words)
        assert ended.status == 0
        assert_nothing_of(secret, ended)


def assert_nothing_of(secret: str, ended: Ended) -> None:
    printed = ended.out + ended.err
    assert not any(part in printed for part in secret.split(".") if len(part) > 6)


TWICE = json.dumps(CLAIMS).replace('"sub":', '"sub": "secret", "sub":')
HOW = " Hand in what the job's token endpoint answered, or its claims as JSON.\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("eyJhbGciOi.only-two-parts", "a token that is not in three parts. Its claims are the"),
        ("aaaaaaaaaa.bbbbbbbbb.cccccccccc", "a token whose claims cannot be decoded. They are"),
        (token({"aud": "secret-audience"}), 'no claim "sub" in it. Without a subject no role can'),
        (token(["secret-list"]), "no claims in it. They are a JSON object, or a token."),
        ('{"sub": {"secret": "nested"}}', 'no claim "sub" in it. Without a subject'),
        ('["repo:acme"]', "no claims in it."),
        (TWICE, "a duplicate key. Readers differ on which of the two counts."),
        (encoded(TWICE), "a duplicate key. Readers differ on which of the two"),
    ],
    ids=[
        *("two-parts", "no-base64", "no-subject", "a-list", "nested-subject", "no-token"),
        *("twice", "twice-in-a-token"),
    ],
)
def test_hostile_claims(tmp_path: Path, text: str, found: str) -> None:
    ended = present(tmp_path, text)
    assert (ended.status, ended.out) == (2, "")
    assert f": {found}" in ended.err
    assert ended.err.endswith(HOW)
    assert ended.err.count("\n") == 1
    assert "secret" not in ended.err
    assert_nothing_of(text, ended)


SHORT = token({"sub": "repo:acme/storefront:pull_request"})


@pytest.mark.parametrize(
    "given",
    [
        token(CLAIMS),
        f"{'a' * 99}.{'b' * 99}.{'c' * 99}",
        SHORT,
        f"{SHORT}\n",
        f"bearer {SHORT}",
        f"Authorization: bearer {SHORT}",
        f"./{SHORT}",
        json.dumps({"count": 1, "value": SHORT}),
        json.dumps({"count": 1, "value": token(CLAIMS)}),
    ],
    ids=[
        "long",
        "long-unsaid",
        "short",
        "line",
        "bearer",
        "header",
        "path",
        "answer",
        "long-answer",
    ],
)
def test_a_token_in_place_of_a_file_is_not_printed(given: str) -> None:
    ended = run("rehearse", "--from", str(STATE), "--claims", given)
    assert ended == Ended(
        2,
        "",
        "--claims: a token in place of a file. On a command line it stays in the shell's history. "
        "Write it to a file, or hand it in on standard input with --claims -.\n",
    )


def test_a_file_may_be_named_like_a_token(tmp_path: Path) -> None:
    file = tmp_path / "eyJ.claims.json"
    file.write_text(json.dumps(CLAIMS))
    ended = run("rehearse", "--from", str(STATE), "--claims", str(file))
    assert (ended.status, ended.err) == (0, "")


def test_a_file_that_is_not_there_is_named() -> None:
    ended = run("rehearse", "--from", str(STATE), "--claims", "claims.of.today.json")
    assert ended.err == (
        "claims.of.today.json: No such file or directory. There is nothing to review. Name a file "
        "that can be read, or - for standard input.\n"
    )


@pytest.mark.parametrize("text", ["", "no json", "{" * 50_000, '{"sub": 1e999', "a.b." + "c" * 99])
def test_what_is_no_token_ends_in_one_sentence(tmp_path: Path, text: str) -> None:
    ended = present(tmp_path, text)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)


def test_too_large_for_a_token(tmp_path: Path) -> None:
    ended = present(tmp_path, "x" * 70_000)
    assert ended.err.endswith(
        ": more than 64 KiB. So much is not read into memory. Hand in less of it.\n"
    )


def test_values_are_compared_as_aws_does(tmp_path: Path) -> None:
    """Numbers and booleans count as their text; what a claim cannot be is left out."""
    claims: dict[str, Any] = {**CLAIMS, "repository_id": 811223344, "actor": {"a": 1}, "x": None}
    ended = present(tmp_path, json.dumps(claims))
    assert ended.status == 0


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    claims = {**CLAIMS, "sub": "repo:acme/storefront:environment:\x1b[2J\x9b31m"}
    ended = present(tmp_path, json.dumps(claims))
    assert "\x1b" not in ended.out
    assert "\x9b" not in ended.out


@pytest.mark.parametrize(("until", "ends"), [("2026-01-31", True), ("2999-01-31", False)])
def test_a_role_whose_time_has_ended_lets_no_token_in(
    tmp_path: Path, until: str, ends: bool
) -> None:
    exported = json.loads(STATE.read_text())
    for role in resource(exported, ":Stack", "keyless-prod")["outputs"]["access"]:
        role["until"] = until
    file = tmp_path / "state.json"
    file.write_text(json.dumps(exported))
    ended = present(tmp_path, json.dumps(CLAIMS), "--json", state=file)
    role = next(role for role in json.loads(ended.out)["roles"] if role["name"] == DEPLOY)
    assert role["admitted"] is not ends
    assert ended.status == int(ends)
    if ends:
        assert role["reason"] == "AWS: the trust policy ends with 2026-01-31"
        assert role["advice"] == [
            "Write a later day as `until` of the role in the stack file, or leave it out."
        ]
