"""Write the page of settings out of the JSON Schema that editors use, so that both agree."""

from collections import defaultdict
from collections.abc import Mapping

from docs.generate.fields import SECTIONS, Schema, fields_table, models_within
from docs.generate.markdown import code, joined
from keyless.estate.reading.engine_files import INSTEAD as OF_FILES
from keyless.estate.reading.engine_files import TAKEN_OF_A_STACK, TAKEN_OF_THE_PROJECT
from keyless.estate.reading.provider_keys import INSTEAD, TAKEN
from keyless.estate.reading.schema import stack_schema

INTRODUCTION = """\
# Settings

Generated from `keyless/estate/settings/` by `python -m docs.generate`.

Everything that a stack file says below `config:`. Editors complete and check it through the JSON
Schema in the first line of each stack file. Whatever is wrong is said at once, each with its path,
before anything is registered. Keys of other Pulumi programs are left alone; a key of `keyless:`
that is not on this page is an error that names the nearest one, and of the namespaces `aws:`,
`github:` and `pulumi:` only [listed keys](#keys-of-the-providers) are taken. A secret among the
settings is an error, too: they end in plain text, in the state and as variables that every job can
read.

The same `repositories` may be in [catalogue files](#the-stack) instead: a YAML file with the one
key `repositories` at its top."""

THE_STACK = """\
`keyless:oidc_provider` and `keyless:permissions_boundary` are `{create: true}` unless they say
otherwise. Either `keyless:repositories` or `keyless:catalogue` has to be there, and not both. All
values of a stack file together may have about 127 KiB, a limit of the engine; a catalogue has no
such limit."""

PROVIDERS = """\
## Keys of the providers

Other keys can lead the providers, and the tokens that they send, to another address, account or
identity than what was checked. So these alone are taken, in a stack file and in `Pulumi.yaml`;
nothing is sent before that is checked. `github:baseUrl` has to be the GitHub of `keyless:issuer`,
`aws:assumeRoles` literal ARNs of the stack's account, `github:legacyClient` and `github:maxRetries`
what `Pulumi.yaml` says. In the environment, `GITHUB_BASE_URL` may be that same address, or a
stand-in at a loopback address: the sandbox sets it so. No file can.

Of the files that Pulumi itself reads, listed members alone are taken, too. `runtime` has to be
Python with a virtual environment inside of the project. `secretsprovider` is a passphrase or a key
of AWS KMS in the stack's account; its address may have the parameters `region`, `awssdk`, `fips`,
`dualstack` and `context_NAME`. A file `Pulumi.json` or `Pulumi.yml` is refused: Pulumi reads the
first in place of `Pulumi.yaml`. Pulumi acts on most of these before the program runs, so `keyless
check` comes first: `make preview` and the workflows begin with it, before there is a token."""


def page() -> str:
    """Return the whole page."""
    schema = stack_schema()
    config, models = schema["properties"]["config"], schema["$defs"]
    places = _places(config, models)
    sections = [_section(name, models, places[name]) for name in SECTIONS]
    return joined(
        [
            INTRODUCTION,
            "## The stack",
            fields_table(config, models),
            THE_STACK,
            *sections,
            *_providers(),
        ]
    )


def _providers() -> list[str]:
    taken = ", ".join(map(code, sorted(TAKEN)))
    refused = {**INSTEAD, **{f"{key}:": instead for key, instead in OF_FILES.items()}}
    rows = "\n".join(f"| {code(key)} | {instead} |" for key, instead in sorted(refused.items()))
    table = f"| not taken | instead |\n| --- | --- |\n{rows}"
    files = (("Pulumi.yaml", TAKEN_OF_THE_PROJECT), ("Pulumi.STACK.yaml", TAKEN_OF_A_STACK))
    members = "; ".join(
        f"of {code(file)}: {', '.join(map(code, sorted(found)))}" for file, found in files
    )
    return [PROVIDERS, f"Taken: {taken}.", f"Members that are taken, {members}.", table]


def _section(name: str, models: Mapping[str, Schema], places: list[str]) -> str:
    at = ", ".join(map(code, places))
    model = models[name]
    return joined([f"## {name}", f"At {at}.", model["description"], fields_table(model, models)])


def _places(config: Schema, models: Mapping[str, Schema]) -> dict[str, list[str]]:
    """Find every path that leads to a model."""
    places: dict[str, list[str]] = defaultdict(list)
    open_ends = [("", config)]
    while open_ends:
        base, model = open_ends.pop(0)
        for path, found in models_within(model):
            whole = f"{base}.{path}" if base else path
            open_ends.append((whole, models[found]))
            places[found].append(whole)
    return places
