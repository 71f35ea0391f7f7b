"""Hold a small estate that has one of everything, before and after an update.

Between the two, one repository is renamed, one environment is tightened, one is loosened, and
roles, patterns, variables, a ruleset, an environment and a whole entry come or go.
"""

from tests.engine.estate import READ, WRITE, Config, entry, environment, roles, stack_config

STACK = "prod"
RENAMED = ("storefront", "shopfront")
"""Old and new name of the repository that is renamed on GitHub before the update."""

OTHER = {**WRITE, "actions": ["s3:DeleteObject"]}


def at_first() -> Config:
    """Return the config that `up` brings about from nothing."""
    return stack_config(
        {
            "storefront": {
                **entry("storefront", production=environment()),
                "protected_branches": {"main": {"approvals": 1}},
            },
            "checkout-api": {
                **entry(
                    "checkout-api",
                    production=environment(
                        deploy_from={"branches": ["main", "release/*"]},
                        reviewers={"teams": ["payments-leads"]},
                        wait_minutes=0,
                        roles=roles("deploy", "migrate"),
                    ),
                ),
                "pull_requests": {"roles": roles("plan", permission=READ)},
            },
            "infrastructure": entry(
                "infrastructure",
                production=environment(reviewers={"users": ["mona", "octavia"]}, variables={}),
                preview=environment(deploy_from={"branches": ["main"]}, variables={}),
            ),
            "keyless": {
                "id": 844556677,
                "branches": {"main": {"roles": roles("read", permission=READ)}},
                "protected_branches": {"main": {}},
            },
        }
    )


def updated() -> Config:
    """Return the config that the update brings about."""
    return stack_config(
        {
            "shopfront": {
                **entry("storefront", production=environment()),
                "renamed_from": ["storefront"],
                "protected_branches": {"main": {"approvals": 2}},
            },
            # Tightened: fewer patterns, more reviewers, a wait; one role fewer.
            "checkout-api": {
                **entry(
                    "checkout-api",
                    production=environment(
                        deploy_from={"branches": ["main"]},
                        reviewers={"teams": ["payments-leads", "platform"]},
                        wait_minutes=30,
                        variables={"S3_BUCKET": "another", "COLOUR": "blue"},
                        roles=roles("deploy", permission=OTHER),
                    ),
                ),
                "pull_requests": {"roles": roles("plan", permission=READ)},
            },
            # Loosened: more patterns, fewer reviewers, no wait; an environment and a role come.
            "infrastructure": entry(
                "infrastructure",
                production=environment(
                    deploy_from={"branches": ["main", "hotfix/*"], "tags": ["v*"]},
                    reviewers={"users": ["mona"]},
                    wait_minutes=0,
                    variables={},
                ),
                apply=environment(deploy_from={"branches": ["main"]}, variables={}),
            ),
        }
    )
