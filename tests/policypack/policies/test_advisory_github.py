"""The advisory policies on who can change what deploys, run by the pack's analyzer."""

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

KEY = "github:index/repositoryDeployKey:RepositoryDeployKey"
ONE = "github:index/repositoryCollaborator:RepositoryCollaborator"
ALL = "github:index/repositoryCollaborators:RepositoryCollaborators"


class TestDeployKeyReadOnly:
    def says(self, pack: Pack, **properties: object) -> list[str]:
        key = Declared(KEY, "key", {"repository": "storefront", **properties})
        return pack.says("deploy-key-read-only", key)

    def test_key_that_reads_passes(self, pack: Pack) -> None:
        assert self.says(pack, readOnly=True) == []
        assert self.says(pack) == []

    def test_key_that_writes_is_remarked_on(self, pack: Pack) -> None:
        assert self.says(pack, readOnly=False) == [
            'deploy key of "storefront": readOnly is false. Anybody who copies the key pushes what '
            "deploys. Write true, or let a GitHub App push."
        ]
        [sentence] = self.says(pack, readOnly=UNKNOWN)
        assert sentence.startswith('deploy key of "storefront": readOnly is not known at preview. ')


class TestRulesetBypassReviewed:
    def says(self, pack: Pack, actors: object) -> list[str]:
        return pack.says("ruleset-bypass-reviewed", estate.ruleset(bypassActors=actors))

    def test_nobody_who_bypasses_passes(self, pack: Pack) -> None:
        assert self.says(pack, None) == []
        assert self.says(pack, [{"actorType": "Team", "bypassMode": "pull_request"}]) == []

    def test_everybody_who_bypasses_is_remarked_on(self, pack: Pack) -> None:
        said = self.says(
            pack,
            [
                {"actorType": "Team", "bypassMode": "pull_request"},
                {"actorId": 5, "actorType": "Team", "bypassMode": "always"},
                UNKNOWN,
                {"actorType": "OrganizationAdmin"},
                {},
            ],
        )
        assert said[0] == (
            'ruleset "keyless-prod-main": bypassActors: Team 5. It pushes to protected branches '
            "without a pull request. Leave bypassActors out, or let them bypass for pull requests "
            "alone."
        )
        actors = [sentence.split(". It pushes")[0].rpartition(": ")[2] for sentence in said]
        assert actors == ["Team 5", "not known at preview", "OrganizationAdmin", "an actor"]

    def test_what_is_not_known_is_remarked_on(self, pack: Pack) -> None:
        [sentence] = self.says(pack, UNKNOWN)
        assert ": bypassActors: not known at preview. " in sentence
        unnamed = estate.ruleset(name=UNKNOWN, bypassActors=[{}])
        [sentence] = pack.says("ruleset-bypass-reviewed", unnamed)
        assert sentence.startswith('ruleset "storefront/protected_branches/main": ')


class TestCollaboratorNotAdministrator:
    def says(self, pack: Pack, kind: str, **properties: object) -> list[str]:
        resource = Declared(kind, "c", {"repository": "storefront", **properties})
        return pack.says("collaborator-not-administrator", resource)

    def test_collaborator_who_pushes_passes(self, pack: Pack) -> None:
        assert self.says(pack, ONE, username="mona", permission="push") == []
        assert self.says(pack, ALL, users=[{"username": "mona"}]) == []

    def test_administrator_is_remarked_on(self, pack: Pack) -> None:
        said = [
            'collaborator "mona" of "storefront": permission is "admin". An administrator can '
            'change what protects an environment. Write "push" or less, or a team.'
        ]
        mona = {"username": "mona", "permission": "admin"}
        assert self.says(pack, ONE, **mona) == said
        assert self.says(pack, ALL, users=[mona]) == said

    def test_a_right_that_is_not_known_is_remarked_on(self, pack: Pack) -> None:
        [sentence] = self.says(pack, ONE, username="mona", permission=UNKNOWN)
        assert sentence.startswith(
            'collaborator "mona" of "storefront": permission is not known at preview. '
        )

    def test_a_list_that_is_not_known_is_left_alone(self, pack: Pack) -> None:
        assert self.says(pack, ALL, users=UNKNOWN) == []
