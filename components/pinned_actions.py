"""Let GitHub refuse actions that are not pinned to a commit.

Which actions may run besides is somebody else's decision and is written as it was found. The switch
is kept when its entry goes: the provider would let every action run again (pulumi-github 6.15.0).
"""

import pulumi_github as github
from pulumi import Resource

from components.child import child_of
from components.lookups.github_answers import ActionsPermissions


def require_pinned_actions(
    resource_name: str, repository: str, found: ActionsPermissions, *, parent: Resource
) -> None:
    """Switch pinning on in a repository, and leave the rest of its permissions alone."""
    github.ActionsRepositoryPermissions(
        resource_name,
        repository=repository,
        enabled=found.enabled,
        allowed_actions=found.allowed_actions,
        sha_pinning_required=True,
        opts=child_of(parent, retain_on_delete=True),
    )
