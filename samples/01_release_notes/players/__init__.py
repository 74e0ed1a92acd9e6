"""The python players of the release notes sample: plain functions, JSON in and JSON out."""
