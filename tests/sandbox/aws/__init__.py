"""Tests of the AWS stand-in and of its Pulumi provider."""
