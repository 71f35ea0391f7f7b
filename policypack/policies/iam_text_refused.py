"""Block what can create or change IAM and is text to the pack.

Attack: a role that any repository may take, or a grant of everything, arrives inside a template, a
Cloud Control document or a command, where nothing else in the pack reads it.

Not judged: what a script or an image does that a command starts; templates that are fetched from an
address, once the settings accept the resource by type and name; software that runs in AWS later,
except where the definition of a state machine, a schedule, an automation or a container says itself
that it calls IAM.

Source: "AWS Cloud Control API", "AWS CloudFormation User Guide", AWS documentation.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator

import yaml
from pulumi_policy import Severity

from keyless.rules.iam_types import folded
from keyless.rules.policy_json import plain
from keyless.rules.resources import texts, unknowns
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.settings import settings_of

TEXT_TYPES = re.compile(
    r"aws:cloudcontrol:.*|aws:cloudformation:.*|aws:serverlessrepository:.*"
    r"|aws:servicecatalog:(provisionedproduct|provisioningartifact|product)"
    r"|aws-native:index:extensionresource|aws-native:cloudformation:.*"
    r"|aws-native:servicecatalog:cloudformation.*|aws-native:serverless.*"
    r"|aws:ssm:quicksetup.*|aws-native:ssmquicksetup:.*|aws(?:-native)?:controltower:landingzone"
    r"|(?!aws:|aws-native:)aws[^:]*:iam:.*|kubernetes:iam\..*"
    r"|aws(?:cc|-native)?:index:.*|[^:]*:index:module|terraform-module:.*"
)
"""Folded types whose content is a document of another language, IAM in it or not.

Resources of Terraform's own provider for AWS are of the module `index`, those of its modules are
all called `Module`.
"""

FOREIGN_IAM = re.compile(
    r"(?!aws(?:-native)?:iam:)aws[^:]*:(?:iam:|index:iam).*|kubernetes:iam\..*"
)
"""Folded types of IAM of providers that the pack does not read: they are IAM, whatever they say."""

MANIFESTS = re.compile(r"kubernetes:.*")
"""Folded types of Kubernetes: any of them may contain resources of any other vendor."""

CONTROLLERS = re.compile(r"\biam\.(?:services\.k8s\.aws|aws\.[a-z.]+)/v", re.IGNORECASE)
"""Groups of controllers that make IAM out of resources of Kubernetes: ACK, Crossplane."""

RUNNERS = re.compile(
    r"\b(?:tf\.(?:m\.)?upbound\.io|infra\.contrib\.fluxcd\.io|app\.terraform\.io|pulumi\.com)/v\d",
    re.IGNORECASE,
)
"""Groups of controllers that run programs of Terraform or Pulumi without any pack: Crossplane's and
Flux's for Terraform, and those of the two vendors."""

KINDS = ("typeName", "type", "templateBody")
"""Properties that decide what is made."""

COMMANDS = re.compile(r"command:.*|pulumi-[a-z]+:dynamic.*")
"""Folded types that run the commands they are given, on the machine of the update."""

RUN_LATER = re.compile(
    r"aws:sfn:statemachine|aws-native:stepfunctions:statemachine|aws(?:-native)?:scheduler:schedule"
    r"|aws(?:-native)?:ssm:(?:document|association|maintenancewindowtask)"
    r"|aws:apigateway(?:v2)?:integration|aws-native:apigateway(?:v2)?:(?:method|integration)"
    r"|docker(?:-build)?:.*|ansible:.*"
)
"""Folded types whose definition says which calls a service, or a container, makes."""

CALLS_IAM = re.compile(
    r"aws-sdk:iam:(?!get|list|simulate|generate)\w+|:apigateway:[a-z0-9-]*:iam:"
    r"|\bservice\W{1,5}iam\b|\baws\s+iam\s+(?!get|list|simulate|generate)[a-z-]+"
    r"|\b(?:attach|create|delete|put|update)-(?:role|user|group|access-key|open-id|login-profile)"
    r"[a-z-]*|\bupdate-assume-role-policy|\b(?:create|set-default)-policy-version",
    re.IGNORECASE,
)
"""Calls of IAM that change something, by what Step Functions, EventBridge Scheduler, API Gateway,
Systems Manager and the command line name them."""

IAM_TYPE = re.compile(r"aws(-native)?:iam:(.*)")
KNOWN_IAM_TYPES = frozenset(
    {
        *("accesskey", "accountalias", "accountpasswordpolicy", "group", "groupmembership"),
        *("grouppoliciesexclusive", "grouppolicy", "grouppolicyattachment"),
        *("grouppolicyattachmentsexclusive", "instanceprofile", "managedpolicy", "oidcprovider"),
        *("openidconnectprovider", "organizationsfeatures", "outboundwebidentityfederation"),
        *("policy", "policyattachment", "role", "rolepoliciesexclusive", "rolepolicy"),
        *("rolepolicyattachment", "rolepolicyattachmentsexclusive", "samlprovider"),
        *("securitytokenservicepreferences", "servercertificate", "servicelinkedrole"),
        *("servicespecificcredential", "signingcertificate", "sshkey", "user"),
        *("usergroupmembership", "userloginprofile", "userpoliciesexclusive", "userpolicy"),
        *("userpolicyattachment", "userpolicyattachmentsexclusive", "usertogroupaddition"),
        "virtualmfadevice",
    }
)
"""Types of IAM that another policy of the pack judges, or that give a role for GitHub nothing."""

ROLE_ARN = re.compile(
    r"arn:(?:[a-z-]+|\$\{AWS::Partition\}):iam::(?:[0-9]{12}|\$\{[\w:.]+\}|\$\w+)"
    r":role/(?:[\w+=,.@/-]|\$\{[\w:.]+\})+"
)
"""What names a role that is there already makes none, be its account a variable or not."""

NAMES_IAM = re.compile(
    r"(?<![a-z0-9])iam(?![a-z0-9])|assumerolepolicy|(?:put|attach)(?:role|user)policy|createrole"
    r"|oidc-?provider|aws::serverless|capability_auto_expand",
    re.IGNORECASE,
)
"""Names of IAM, and macros that write it."""

QUOTES = re.compile(r"['\"\\^]")
"""What a shell takes off before it runs a word."""

ESCAPE = re.compile(r"\\[xuU][0-9a-fA-F]")
"""A character that YAML writes by its number."""

DEPLOYS = re.compile(
    r"\b(?:cloudformation|cloudcontrol|terraform|terragrunt|tofu|cdk|sam|serverless|eksctl|copilot"
    r"|pulumi)\b",
    re.IGNORECASE,
)
"""Tools that a command may hand a template to."""

GRANTS = re.compile(
    r"\b(?:put|set)-(?!lifecycle|scaling|retention|metric|image|encryption|replication)[a-z-]*policy\b"
    r"|\b(?:create-grant|add-permission|create-access-entry|associate-access-policy)\b"
    r"|\b(?:batch-grant-permissions|grant-permissions|set-identity-pool-roles)\b"
    r"|\bgh\s+api\b(?=[^\n]*\s(?:-X|--method|-f|-F|--field|--raw-field|--input)\b)"
    r"[^\n]*\b(?:environments|oidc|rulesets|protection)\b",
    re.IGNORECASE,
)
"""What a command line grants, or changes of the protection of an environment or a branch."""

WHY = "A role or a grant in it is not judged."
ACCEPT = "list its type and name under accepted_types in the pack's settings, with a reason"


def is_text(kind: str) -> bool:
    """Say whether a folded type is text to the pack, or one of IAM that it does not know."""
    iam = IAM_TYPE.fullmatch(kind)
    is_unknown_iam = iam is not None and iam[2] not in KNOWN_IAM_TYPES
    text = any(each.fullmatch(kind) for each in (TEXT_TYPES, COMMANDS, MANIFESTS, RUN_LATER))
    return text or is_unknown_iam


def text_of_iam(resource: Resource, *, accepted: bool) -> Iterator[Finding]:
    """Refuse text that names IAM, and text that the settings do not accept."""
    where = f'{resource.type} "{resource.name}"'
    kind = folded(resource.type)
    everything = resource.properties.everything()
    read = list(_all_texts(everything))
    is_manifest = MANIFESTS.fullmatch(kind)
    is_program = is_manifest and any(map(RUNNERS.search, (*read, resource.type)))
    names_iam = CONTROLLERS if is_manifest else NAMES_IAM
    named = next(filter(None, (names_iam.search(ROLE_ARN.sub("", text)) for text in read)), None)
    is_command = COMMANDS.fullmatch(kind)
    deciding = (resource.properties.value(key) for key in KINDS)
    undecided = next((each for value in deciding for each in unknowns(value)), None)
    if FOREIGN_IAM.fullmatch(kind):
        yield Finding(
            f"{where}: it is a type of IAM from a provider that the pack does not read. {WHY} "
            "Write it with Pulumi's own provider for AWS."
        )
    elif named:
        yield Finding(
            f'{where}: its text names IAM, "{named.group()}". {WHY} Write roles and policies as '
            "resources of their own."
        )
    elif (is_manifest and not is_program) or (accepted and not undecided):
        return
    elif accepted and undecided:
        yield Finding(f"{where}: {undecided.path} is not known at preview. {WHY} Write it as text.")
    elif not is_command:
        yield Finding(
            f"{where}: what it makes is text to the pack. {WHY} Write its resources one by one, or "
            f"{ACCEPT}."
        )
    elif unknown := next(unknowns(everything), None):
        yield Finding(
            f"{where}: {unknown.path} is not known at preview. {WHY} Write it as text, or {ACCEPT}."
        )
    elif tool := next(filter(None, map(DEPLOYS.search, read)), None):
        yield Finding(
            f'{where}: it runs "{tool.group()}", which may create IAM. {WHY} Write its resources '
            f"in the program, or {ACCEPT}."
        )
    elif grant := next(filter(None, map(GRANTS.search, read)), None):
        yield Finding(
            f'{where}: it runs "{grant.group()}", which decides who gets in. {WHY} Write it as a '
            f"resource of its own, or {ACCEPT}."
        )


def calls_of_iam(resource: Resource) -> Iterator[Finding]:
    """Refuse a definition that calls IAM, once it runs."""
    read = list(_all_texts(resource.properties.everything()))
    if called := next(filter(None, map(CALLS_IAM.search, read)), None):
        yield Finding(
            f'{resource.type} "{resource.name}": it calls IAM, "{called.group()}". {WHY} Write '
            f"roles and policies as resources of their own, or {ACCEPT}."
        )


def _all_texts(value: object) -> Iterator[str]:
    """Yield every text, those inside of JSON text, and what a serialised provider contains."""
    for path, text in texts(value):
        yield text
        yield QUOTES.sub("", text)
        if text.lstrip()[:1] in ("{", "["):
            yield from (inner for _, inner in texts(plain(text)))
        elif ESCAPE.search(text):
            yield from _scalars(text)
        if path.endswith("__provider"):
            yield _decoded(text)


def _scalars(text: str) -> Iterator[str]:
    """Yield the plain texts of YAML, whatever its tags; nothing where it is none."""
    try:
        yield from (each.value for each in yaml.scan(text) if isinstance(each, yaml.ScalarToken))
    except yaml.YAMLError:
        return


def _decoded(text: str) -> str:
    try:
        return b64decode(text, validate=True).decode("latin-1")
    except (Error, ValueError):
        return text


def validate(resource: Resource, report: Report) -> None:
    """Judge a resource that is text to the pack."""
    accepted = settings_of(resource.stack).accepts(resource.type, resource.name)
    if not RUN_LATER.fullmatch(folded(resource.type)):
        findings = text_of_iam(resource, accepted=accepted)
    else:
        findings = iter(()) if accepted else calls_of_iam(resource)
    for finding in findings:
        report(finding)


POLICY = resource_policy(
    "iam-text-refused",
    display_name="IAM is written where it can be judged",
    description="Nothing that can create IAM is text to the pack, unless the settings accept it.",
    severity=Severity.CRITICAL,
    remediation_steps="Write roles, policies and providers as resources of their own.",
    types=is_text,
    validate=validate,
)
