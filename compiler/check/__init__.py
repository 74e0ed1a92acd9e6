"""Checking: one rule a file, all of them run, every problem of a Melody in one pass."""

from __future__ import annotations

from compiler.check.rules import RULES, check_melody
from compiler.check.subject import Rule, Subject

__all__ = ["RULES", "Rule", "Subject", "check_melody"]
