"""All policies of the pack, one a file; this is their only list."""

from pulumi_policy import Policy

from policypack.policies import (
    environment_branches_restricted,
    environment_bypass_denied,
    environment_reviewers_required,
    oidc_provider_audience,
    role_boundary_required,
    role_session_limited,
    static_keys_refused,
    trust_audience_required,
    trust_readable,
    trust_subject_pinned,
)

POLICIES: tuple[Policy, ...] = (
    trust_audience_required.POLICY,
    trust_subject_pinned.POLICY,
    trust_readable.POLICY,
    oidc_provider_audience.POLICY,
    environment_reviewers_required.POLICY,
    environment_branches_restricted.POLICY,
    environment_bypass_denied.POLICY,
    role_boundary_required.POLICY,
    role_session_limited.POLICY,
    static_keys_refused.POLICY,
)
