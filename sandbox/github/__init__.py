"""Stand in for GitHub's REST API.

Shapes, status codes and refusals are those of GitHub's published description and documentation;
where they are silent, the docstring at the place says what was chosen and why. `state` has what
exists, `seed` fills it with the sample estate, `app` serves it, one family of routes a file.

Not here: GraphQL, Git, workflow runs and tokens of any kind, and rights beyond the few that
`GitHubState` names. Faults and limits are played by `sandbox.faults`.
"""
