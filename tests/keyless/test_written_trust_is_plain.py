"""Every trust policy that the writer can write is plain to the reader, except the one wildcard."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from keyless import facts
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.issuer import Issuer
from keyless.estate.reading import read_settings
from keyless.estate.subject import Context, RepositoryIdentity
from keyless.estate.trust_policy import Trust, trust_policy
from keyless.rules.trust_faults import Fault, trust_faults
from keyless.trust import judge
from keyless.trust.plain import Odd, plain

ROOT = Path(__file__).parents[2]
ACCOUNT = "222222222222"
SHOP = RepositoryIdentity("acme", 9919, "shop", 811223344)
ISSUERS = [
    facts.GITHUB_COM,
    f"{facts.GITHUB_COM}/acme",
    "token.actions.acme.ghe.com",
    "github.acme.example/_services/token",
]
CONTEXTS = [
    Context("environment", "production"),
    Context("branch", "release/1.x"),
    Context("pull_requests"),
]
NARROWED = [
    {},
    {
        "refs": ("refs/heads/main", "refs/heads/next"),
        "workflows": ("acme/pipelines/.github/workflows/x.yml@refs/tags/v1",),
        "until": date(2027, 3, 31),
    },
]


@pytest.mark.parametrize("issuer", ISSUERS)
@pytest.mark.parametrize(
    "partition", facts.PARTITIONS, ids=[each.name for each in facts.PARTITIONS]
)
@pytest.mark.parametrize("context", CONTEXTS, ids=str)
@pytest.mark.parametrize("narrowed", NARROWED, ids=["", "narrowed"])
def test_whatever_is_written_is_plain(
    issuer: str, partition: facts.Partition, context: Context, narrowed: dict[str, object]
) -> None:
    trust = Trust(repository=SHOP, context=context, **narrowed)  # type: ignore[arg-type]  # of one of two kinds
    written = trust_policy(
        trust, issuer=Issuer.parse(f"https://{issuer}"), partition=partition, account=ACCOUNT
    )
    served = plain(written, [issuer], ACCOUNT)
    assert not isinstance(served, Odd), served
    assert (served.repository.owner, served.repository.name) == ("acme", "shop")
    assert served.context == context.claim


def test_the_whole_repository_is_loose_and_nothing_else() -> None:
    trust = Trust(repository=SHOP, context=Context("whole_repository"))
    issuer = Issuer.parse(f"https://{facts.GITHUB_COM}")
    written = trust_policy(trust, issuer=issuer, partition=facts.AWS, account=ACCOUNT)
    judged = trust_faults(written, judge(written), issuers=[facts.GITHUB_COM], account=ACCOUNT)
    assert judged
    assert judged.faults == (Fault.LOOSE,)


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_every_role_of_the_sample_stacks_is_plain(stack: str) -> None:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    settings = read_settings(config, stack=stack, root=ROOT)
    for role in compose_roles(settings, as_typed(settings)):
        served = plain(role.trust_policy, [facts.GITHUB_COM], settings.account)
        assert not isinstance(served, Odd), (role.role_name, served)
