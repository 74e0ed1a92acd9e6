"""The python players of this project: plain functions, JSON in and JSON out."""
