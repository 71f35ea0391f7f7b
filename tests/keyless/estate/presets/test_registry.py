"""Every preset is registered, and grants only what exists on what it is granted on."""

import inspect
import json
import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import keyless.estate.presets
from docs.generate.presets import EXAMPLES
from keyless.estate.presets import PRESETS, Permission
from keyless.estate.presets.catalogue import actions_matching
from keyless.estate.presets.reads import CONFIGURATION_READS, DATA_READS
from tests.keyless.estate.presets.written import PLACES, granted

CASES = [
    (preset, place, {"preset": preset, **parameters})
    for preset, examples in EXAMPLES.items()
    for parameters in examples
    for place in PLACES
    if "arn:aws:" not in json.dumps(parameters) or place == "aws"
    if (preset != "cloudfront" and "distribution" not in parameters) or place != "aws-us-gov"
    if preset != "lambda-layer" or place == "aws"
]


def test_every_preset_has_an_example() -> None:
    assert set(EXAMPLES) == set(PRESETS)


def test_every_preset_in_the_folder_is_registered() -> None:
    folder = Path(keyless.estate.presets.__file__).parent
    declared = {
        name
        for file in folder.glob("*.py")
        for name in re.findall(r'preset: Literal\["([a-z0-9-]+)"\]', file.read_text())
    } - {"its-name"}
    assert declared == set(PRESETS)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_says_what_it_is_for(preset: str) -> None:
    model = PRESETS[preset]
    module = inspect.getmodule(model)
    assert module is not None
    assert (module.__doc__ or "").startswith(f"`{preset}`: ")
    assert re.search(r"^Sources?: ", module.__doc__ or "", re.MULTILINE)
    assert (model.__doc__ or "").strip()
    undescribed = [
        name
        for name, field in model.model_fields.items()
        if name != "preset" and not field.description
    ]
    assert undescribed == []


@pytest.mark.parametrize(("preset", "place", "raw"), CASES)
def test_every_action_exists_and_every_resource_fits(
    preset: str, place: str, raw: dict[str, object]
) -> None:
    for statement in granted(raw, place).statements:
        if "transform/Serverless" in statement.resources[0]:
            continue  # documented for SAM, and missing in the catalogue
        for name in statement.actions:
            (action,) = actions_matching(name)
            assert action.name == name
            assert any(action.fits(resource) for resource in statement.resources), name
        for resource in statement.resources:
            fitting = [
                a for n in statement.actions for a in actions_matching(n) if a.fits(resource)
            ]
            assert fitting, resource


@pytest.mark.parametrize(("preset", "place", "raw"), CASES)
def test_only_reads_and_actions_without_resources_are_granted_on_everything(
    preset: str, place: str, raw: dict[str, object]
) -> None:
    for statement in granted(raw, place).statements:
        if "*" in statement.resources:
            for name in statement.actions:
                (action,) = actions_matching(name)
                assert action.access == "read" or not action.takes, name


@pytest.mark.parametrize(("preset", "place", "raw"), CASES)
def test_every_arn_is_of_the_partition(preset: str, place: str, raw: dict[str, object]) -> None:
    grant = granted(raw, place)
    arns = [r for s in grant.statements for r in s.resources if r != "*"]
    assert {arn.split(":")[1] for arn in (*arns, *grant.managed_policy_arns)} <= {place}


@pytest.mark.parametrize(("preset", "place", "raw"), CASES)
def test_the_summary_is_one_line(preset: str, place: str, raw: dict[str, object]) -> None:
    summary = granted(raw, place).summary
    assert summary == summary.strip()
    assert "\n" not in summary
    assert not summary.endswith(".")


def test_reads_exist_and_read() -> None:
    for name in (
        n for table in (CONFIGURATION_READS, DATA_READS) for ns in table.values() for n in ns
    ):
        (action,) = actions_matching(name)
        assert (action.name, action.access) == (name, "read")


def test_no_read_is_of_configuration_and_of_data() -> None:
    configuration = {name for names in CONFIGURATION_READS.values() for name in names}
    assert configuration.isdisjoint(name for names in DATA_READS.values() for name in names)


def test_reads_of_data_can_be_granted_on_a_resource() -> None:
    for name in (n for names in DATA_READS.values() for n in names):
        (action,) = actions_matching(name)
        assert action.takes, name


def test_unknown_parameters_are_refused_by_every_preset() -> None:
    for model in PRESETS.values():
        assert model.model_config.get("extra") == "forbid"
        assert model.model_json_schema()["additionalProperties"] is False


def test_the_schema_tells_presets_apart() -> None:
    schema = TypeAdapter(Permission).json_schema()
    assert set(schema["discriminator"]["mapping"]) == set(PRESETS)
