"""Take over what exists: read both sides, decide for each thing, write what takes it over.

Pure, but for `account_reader` and `organisation_reader`, which ask AWS and GitHub and never write.
"""
