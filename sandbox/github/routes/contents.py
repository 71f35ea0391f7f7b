"""Serve the files of a repository's default branch: one by one, and folders as lists."""

import base64
import hashlib
from typing import Any

from flask import Blueprint, request

from sandbox.github.documented import documented
from sandbox.github.links import api_url, html_url
from sandbox.github.refusals import Refusal
from sandbox.github.state import Repository

routes = Blueprint("contents", __name__)


@routes.get("/contents/<path:path>")
@documented("repos/contents#get-repository-content")
def read_contents(repository: Repository, path: str) -> dict[str, Any] | list[dict[str, Any]]:
    """Answer with one file, or with what lies directly in a folder."""
    if request.args.get("ref", repository.default_branch) != repository.default_branch:
        raise Refusal(404, f"No commit found for the ref {request.args['ref']}")
    path = path.strip("/")
    if path in repository.files:
        text = repository.files[path].encode()
        content = {"encoding": "base64", "content": base64.encodebytes(text).decode()}
        return {**_entry(repository, path, "file"), **content}
    below = {
        f"{path}/{name.removeprefix(f'{path}/').partition('/')[0]}"
        for name in repository.files
        if name.startswith(f"{path}/")
    }
    if not below:
        raise Refusal(404, "Not Found")
    return [
        _entry(repository, name, "file" if name in repository.files else "dir")
        for name in sorted(below)
    ]


def _entry(repository: Repository, path: str, kind: str) -> dict[str, Any]:
    text = repository.files.get(path, "").encode()
    sha = hashlib.sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()
    branch = repository.default_branch
    blob = "blobs" if kind == "file" else "trees"
    links = {
        "self": api_url(f"/repos/{repository.full_name}/contents/{path}?ref={branch}"),
        "git": api_url(f"/repos/{repository.full_name}/git/{blob}/{sha}"),
        "html": html_url(f"/{repository.full_name}/{blob[:-1]}/{branch}/{path}"),
    }
    raw = html_url(f"/raw/{repository.full_name}/{branch}/{path}")
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": sha,
        "size": len(text),
        "url": links["self"],
        "html_url": links["html"],
        "git_url": links["git"],
        "download_url": raw if kind == "file" else None,
        "type": kind,
        "_links": links,
    }
