"""What AWS and GitHub document, in one table: each fact once, with the page that it comes from.

Writer and reader of trust policies both ask here, and share nothing else. Where documentation is
silent the narrower answer is written: a claim that AWS is not documented to fill is not filled.

Nothing here decides or parses: what follows from a fact belongs to the room that needs it. No
import of the project, and none that is slow. Issuers are written as AWS writes them, without the
scheme.
"""

import re
from typing import Final, NamedTuple

# Partitions of AWS


class Partition(NamedTuple):
    """Describe a partition of AWS, which is the second segment of its ARNs."""

    name: str
    region_prefixes: tuple[str, ...]
    """What the names of its regions begin with; none for the partition of all other regions."""
    dns_suffix: str
    audience: str
    """The audience that its STS expects of a token."""
    documented_github_claims: bool
    """Whether AWS documents that it fills condition keys from GitHub's own claims here."""


AWS: Final = Partition("aws", (), "amazonaws.com", "sts.amazonaws.com", True)
CHINA: Final = Partition("aws-cn", ("cn-",), "amazonaws.com.cn", "sts.amazonaws.com.cn", False)
GOVCLOUD: Final = Partition("aws-us-gov", ("us-gov-",), "amazonaws.com", "sts.amazonaws.com", False)
EUROPEAN_SOVEREIGN: Final = Partition(
    "aws-eusc", ("eusc-",), "amazonaws.eu", "sts.eusc-de-east-1.amazonaws.eu", False
)
PARTITIONS: Final = (AWS, CHINA, GOVCLOUD, EUROPEAN_SOVEREIGN)
"""The partitions from which GitHub's issuers can be reached.

Sources: IAM user guide, "Create an OpenID Connect (OIDC) identity provider in IAM", "AWS STS
Regions and endpoints" and "IAM and AWS STS condition context keys"; the last does not name China,
GovCloud and the European Sovereign Cloud among the partitions that fill GitHub's claims.
"""

ISOLATED_REGIONS: Final = ("us-iso", "eu-iso")
"""What the regions of isolated partitions begin with: no issuer of GitHub is reached from there."""

REGION: Final = (
    "[a-z]{2,4}(?:-[a-z]+)?-(?:north|south|east|west|central|(?:north|south)(?:east|west))-[1-9]"
)
"""The form of a region's name, as a regular expression ("AWS Regions")."""


def partition_named(name: str) -> Partition | None:
    """Return a partition by the second segment of an ARN, None for one that is not listed."""
    return next((partition for partition in PARTITIONS if partition.name == name), None)


def partition_of(region: str) -> Partition:
    """Return the partition that a region belongs to."""
    return next((p for p in PARTITIONS if region.startswith(p.region_prefixes)), AWS)


def sts_audience(partition: str) -> str:
    """Return the audience of a partition's STS; that of `aws` for one that is not listed."""
    return (partition_named(partition) or AWS).audience


def is_region(text: str) -> bool:
    """Tell whether a text has the form of a region from which GitHub's issuers can be reached."""
    return bool(re.fullmatch(REGION, text)) and not text.startswith(ISOLATED_REGIONS)


# Issuers


class IssuerForm(NamedTuple):
    """Describe one form that the addresses of GitHub's issuers have."""

    name: str
    written: str
    """The form for people, with its parts in capitals."""
    pattern: str
    """The form as a regular expression, without the scheme."""
    immutable_subjects: bool
    """Whether its tokens may have the subject that carries ids."""
    documented_github_claims: bool
    """Whether AWS documents condition keys for the claims of its tokens, in the partition `aws`."""


GITHUB_COM: Final = "token.actions.githubusercontent.com"
"""The issuer that everybody on github.com shares; every other belongs to one enterprise."""

ENTERPRISE_SERVER_PATH: Final = "/_services/token"

GITHUB_DOMAINS: Final = ("githubusercontent.com", "github.com", "ghe.com")
"""Domains below which GitHub alone has hosts: no Enterprise Server is there."""

HOST_LABEL: Final = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
"""One part of a host's name, as a regular expression."""

SHARED_FORM: Final = IssuerForm("github.com", GITHUB_COM, re.escape(GITHUB_COM), True, True)
ENTERPRISE_FORM: Final = IssuerForm(
    "an enterprise's own issuer",
    f"{GITHUB_COM}/ENTERPRISE",
    re.escape(GITHUB_COM) + "/[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?",
    True,
    True,
)
RESIDENCY_FORM: Final = IssuerForm(
    "data residency",
    "token.actions.SUBDOMAIN.ghe.com",
    rf"token\.actions\.{HOST_LABEL}\.ghe\.com",
    True,
    True,
)
RESIDENCY_PATH_FORM: Final = IssuerForm(
    "data residency with the enterprise in the path",
    "token.actions.SUBDOMAIN.ghe.com/SUBDOMAIN",
    rf"token\.actions\.({HOST_LABEL})\.ghe\.com/\1",
    True,
    False,
)
SERVER_FORM: Final = IssuerForm(
    "Enterprise Server",
    f"HOST{ENTERPRISE_SERVER_PATH}",
    rf"(?=[a-z0-9.-]{{4,253}}/){HOST_LABEL}(?:\.{HOST_LABEL})+{ENTERPRISE_SERVER_PATH}",
    False,
    False,
)
ISSUER_FORMS: Final = (
    SHARED_FORM,
    ENTERPRISE_FORM,
    RESIDENCY_FORM,
    RESIDENCY_PATH_FORM,
    SERVER_FORM,
)
"""Sources: GitHub docs, "OpenID Connect reference" and "Configuring OpenID Connect in cloud
providers"; IAM user guide, "IAM and AWS STS condition context keys", which names GitHub's claims
under `/ENTERPRISE` and under `token.actions.SUBDOMAIN.ghe.com`, and under no other path or host.
"""


def form_of(issuer: str) -> IssuerForm | None:
    """Return the documented form that an issuer has, None for any other address."""
    form = next((each for each in ISSUER_FORMS if re.fullmatch(each.pattern, issuer)), None)
    return None if form is SERVER_FORM and is_hosted_by_github(issuer) else form


def is_hosted_by_github(issuer: str) -> bool:
    """Tell whether GitHub alone can answer at the host of an issuer."""
    host = f".{issuer.partition('/')[0]}"
    return host.endswith(tuple(f".{domain}" for domain in GITHUB_DOMAINS))


def is_one_enterprise(issuer: str) -> bool:
    """Tell whether everybody who can ask this issuer for a token belongs to one enterprise."""
    return issuer != GITHUB_COM


def mints_immutable(issuer: str) -> bool:
    """Tell whether this issuer knows the subject form with ids (Enterprise Server does not)."""
    return not issuer.endswith(ENTERPRISE_SERVER_PATH)


def documents_github_claims(issuer: str, partition: str) -> bool:
    """Tell whether AWS documents that it fills GitHub's own claims, beyond `aud` and `sub`."""
    form, known = form_of(issuer), partition_named(partition)
    return bool(form and known and form.documented_github_claims and known.documented_github_claims)


def provider_arn(partition: str, account: str, issuer: str) -> str:
    """Compose the ARN of an account's OIDC provider; AWS keeps one for each issuer."""
    return f"arn:{partition}:iam::{account}:oidc-provider/{issuer}"


# Claims and condition keys

GENERIC_CLAIMS: Final = frozenset({"aud", "sub"})
"""Claims that AWS fills for every issuer, and that every token of GitHub has."""

GENERIC_CLAIMS_OF_OTHERS: Final = frozenset({"amr", "email", "oaud"})
"""Claims that AWS fills for every issuer, and that no token of GitHub has."""

GITHUB_CLAIMS: Final = frozenset(
    {
        *("actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref"),
        *("repository", "repository_id", "repository_owner_id", "workflow"),
    }
)
"""The ten of GitHub's own claims that AWS fills (IAM user guide, "IAM and AWS STS condition context
keys"); whether it does for an issuer and partition: `documents_github_claims`."""

UNFILLED_REQUEST_KEYS: Final = frozenset(
    {
        *(
            "aws:principalaccount",
            "aws:principalarn",
            "aws:principalorgid",
            "aws:principalorgpaths",
        ),
        *("aws:principaltype", "aws:userid", "aws:username", "sts:externalid"),
        *("sts:roleauthorizedbyidp", "sts:sourceidentity", "aws:tagkeys", "sts:transitivetagkeys"),
        *("aws:multifactorauthage", "aws:multifactorauthpresent", "aws:tokenissuetime"),
        *("aws:assumedroot", "aws:federatedprovider", "aws:sourceidentity"),
        *("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"),
        *("aws:principalisawsservice", "aws:principalservicename"),
        *("aws:principalservicenameslist", "aws:calledvia", "aws:calledviafirst"),
        *("aws:calledvialast", "aws:chatbotsourcearn", "aws:ec2instancesourcevpc"),
        "aws:ec2instancesourceprivateipv4",
    }
)
"""Keys that a request with a token of GitHub never carries, lower case: nobody of AWS asks, no
service for anybody and no session with credentials, and the token has no session tags, no source
identity and no claim for any of them (IAM user guide, "AWS global condition context keys")."""

UNFILLED_REQUEST_PREFIXES: Final = ("aws:principaltag/", "aws:requesttag/")
"""What further such keys begin with, lower case."""

# Subjects


IMMUTABLE_SINCE: Final = "2026-07-15"
"""Repositories that were created, renamed or transferred after that day have ids in their subjects
(GitHub docs, "OpenID Connect reference")."""

REPOSITORY_PREFIX: Final = "repo:"
ENVIRONMENT_PREFIX: Final = "environment:"
REF_PREFIX: Final = "ref:"
PULL_REQUEST_CONTEXT: Final = "pull_request"
BRANCH_REF_PREFIX: Final = "refs/heads/"
TAG_REF_PREFIX: Final = "refs/tags/"
PULL_REF_PREFIX: Final = "refs/pull/"
PULL_REF_SUFFIX: Final = "/merge"
MERGE_QUEUE_PREFIX: Final = "gh-readonly-queue/"
"""What the branches of merge queues begin with; each entry has one of its own."""

WORKFLOWS: Final = ".github/workflows"
"""The folder of a repository that its workflow files are in."""

OWN_PULL_REQUEST: Final = "github.event.pull_request.head.repo.full_name == github.repository"
"""The condition of a job that runs for no fork: a run for one gets no token, so it would only fail.
GitHub keeps it out, not this line."""

ENCODED_COLON: Final = "%3A"
"""How a `:` in a value is written in a subject, so that no value reaches into the next part."""

OWNER_NAME: Final = "[A-Za-z0-9][A-Za-z0-9_-]{0,38}"
REPOSITORY_NAME: Final = "[A-Za-z0-9._-]{1,100}"
"""What GitHub takes for a new owner or repository, as regular expressions; `_` is in logins of
Enterprise Managed Users alone. Old accounts may have other names: reported are some that begin with
`-`, so that a name outside of these forms may exist."""

NUMERIC_ID: Final = "[1-9][0-9]*"
"""The id of an owner or a repository, as a regular expression: a whole number."""

# Administrators

ADMINISTRATOR_POLICIES: Final = (
    r"(?:AdministratorAccess.*|PowerUserAccess|IAMFullAccess|SystemAdministrator|\w*FullAccess.*)"
)
"""Names of AWS's managed policies that grant whole services, as a regular expression ("AWS managed
policies", "AWS managed policies for job functions")."""

ADMINISTRATOR_ROLES: Final = (
    "AWSAFTExecution",
    "AWSAccelerator-*",
    "AWSCloudFormationStackSetAdministrationRole",
    "AWSCloudFormationStackSetExecutionRole",
    "AWSControlTowerExecution",
    "OrganizationAccountAccessRole",
    "cdk-*-cfn-exec-role-*",
    "service-role/AWSControlTower*",
    "stacksets-exec-*",
)
"""Paths and names of roles that have AdministratorAccess unless somebody changed them. Sources: AWS
Organizations, "Accessing member accounts"; AWS Control Tower, "How AWS Control Tower works with
roles"; AWS CloudFormation, "Grant self-managed permissions" and "Activate trusted access for stack
sets"; AWS CDK, "Customize CDK bootstrapping"."""

# Plans of GitHub


class Plan(NamedTuple):
    """Say what a billing plan gives repositories that are not public; public ones have it all.

    `protection_rules` are required reviewers, wait timers and the switch that keeps administrators
    from bypassing them.
    """

    name: str
    environments: bool
    protection_rules: bool
    rulesets: bool


FREE: Final = Plan("free", environments=False, protection_rules=False, rulesets=False)
PRO: Final = Plan("pro", environments=True, protection_rules=False, rulesets=True)
TEAM: Final = Plan("team", environments=True, protection_rules=False, rulesets=True)
ENTERPRISE: Final = Plan("enterprise", environments=True, protection_rules=True, rulesets=True)
PLANS: Final = (FREE, PRO, TEAM, ENTERPRISE)
"""Sources: GitHub docs, "Managing environments for deployment", "About rulesets", "GitHub's
plans"."""


def plan_named(name: str | None) -> Plan | None:
    """Return a plan by the name that GitHub's API gives it, None for one that is not listed."""
    return next((plan for plan in PLANS if plan.name == name), None)
