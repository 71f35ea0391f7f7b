"""A config full of mistakes through the engine: sentences, exit status 1, and nothing changed."""

from sandbox.world import World
from tests.engine.estate import entry, environment, stack_config
from tests.engine.stack import Deploy, sentences

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}' if level else '*a'] * 9)}]\n"
    for level in range(8)
)


def test_hostile_names_change_nothing(deploy: Deploy, world: World) -> None:
    name = "${aws:username}`id`</script>"
    production = environment(reviewers={"users": ["$(id)"]}, variables={name: "x"})
    config = stack_config({"storefront": entry("storefront", production=production), name: {}})
    stack = deploy(config)
    where = "keyless:repositories.storefront.environments.production"
    said = sentences(stack.refuse("up", "--yes", "--skip-preview"))
    assert [sentence.partition(": ")[0] for sentence in said] == [
        f'keyless:repositories["{name}"]',
        f"{where}.reviewers.users[0]",
        f'{where}.variables["{name}"]',
    ]
    assert world.journal.changes() == ()
    assert [each for each in stack.state() if each["type"] != "pulumi:pulumi:Stack"] == []


def test_a_catalogue_that_is_a_bomb_changes_nothing(deploy: Deploy, world: World) -> None:
    config = stack_config({}, catalogue=["estate.yaml", "circle.yaml"])
    del config["keyless:repositories"]
    stack = deploy(config)
    (stack.bench.project / "estate.yaml").write_text(BOMB)
    (stack.bench.project / "circle.yaml").symlink_to("circle.yaml")
    assert sentences(stack.refuse("up", "--yes", "--skip-preview")) == [
        "estate.yaml: line 7: more than 1000000 values, aliases written out. No catalogue "
        "needs so much. Write fewer aliases, or several files.",
        'keyless:catalogue: "circle.yaml" cannot be read (Too many levels of symbolic links). Its '
        "repositories would lose their access. Write the path of an existing file.",
    ]
    assert world.journal.changes() == ()
