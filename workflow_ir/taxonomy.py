"""The error codes of runs: class, retryability, effects and fault domain, in one table.

Source: spec 4 and spec 8 (Codes), ``research`` section 3; seed 004's five classes plus
``orchestration`` and ``cancelled``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ErrorClass(StrEnum):
    """What kind of trouble it is; each class has its own recovery ladder."""

    TRANSIENT = "transient_network"
    BACKEND = "backend_failure"
    AUTHENTICATION = "authentication"
    RESOURCE = "resource_constraint"
    PERMANENT = "permanent"
    ORCHESTRATION = "orchestration"
    CANCELLED = "cancelled"


class Retryable(StrEnum):
    """Whether the same player may try the same thing again."""

    YES = "yes"
    NO = "no"
    AFTER = "after"
    """After the hinted delay."""
    UNKNOWN = "unknown"


class Effects(StrEnum):
    """What the failed attempt may have done to the world."""

    NONE = "none"
    POSSIBLE = "possible"
    COMMITTED = "committed"


class FaultDomain(StrEnum):
    """Where the fault lies; it tells whether another player can help."""

    PROVIDER = "provider"
    CREDENTIAL = "credential"
    TARGET = "target"
    TASK = "task"
    INPUT = "input"
    HOST = "host"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What holds for every error of one code unless the error says otherwise."""

    code: str
    error_class: ErrorClass
    retryable: Retryable
    effects: Effects
    domain: FaultDomain
    meaning: str
    fallback: bool = True
    """Another player may be tried."""


_TABLE = """
[transient_network]
transport.connect      yes    none      provider    +  no connection
transport.read         yes    possible  provider    +  the answer broke off
timeout.attempt        yes    possible  target      +  one attempt took too long
http.408               yes    possible  provider    +  request timeout
http.409               yes    none      provider    +  conflict
http.425               yes    none      provider    +  too early
http.429               after  none      provider    +  rate limited
[backend_failure]
http.500               yes    possible  provider    +  internal server error
http.502               yes    possible  provider    +  bad gateway
http.503               yes    none      provider    +  service unavailable
http.504               yes    possible  provider    +  gateway timeout
http.529               yes    none      provider    +  overloaded
breaker.open           after  none      provider    +  the provider is left alone for a while
[authentication]
http.401               no     none      credential  +  not authenticated
auth.expired           no     none      credential  +  the credential expired
auth.denied            no     none      credential  +  the credential was refused
[resource_constraint]
http.402               no     none      credential  +  payment required
resource.quota         no     none      credential  +  the quota is used up
resource.memory        yes    possible  host        +  out of memory
resource.disk          yes    possible  host        +  out of disk space or handles
policy.budget          no     none      policy      -  the budget is used up
policy.deadline        no     none      policy      -  the run's deadline has passed
[permanent]
http.400               no     none      input       -  bad request
http.403               no     none      credential  +  forbidden
http.404               no     none      target      +  not found
http.405               no     none      input       -  method not allowed
http.410               no     none      target      +  gone
http.413               no     none      input       -  request too large
http.422               no     none      input       -  not processable
policy.not_allowed     no     none      policy      -  the project does not allow this player
output.refused         no     none      task        +  the player refused
input.invalid          no     none      input       +  the player refused its input
player.bug             no     possible  target      +  the player has a bug
player.crash           no     possible  target      +  the player crashed
player.tool            no     possible  target      +  a tool of the player failed
player.cancelled_self  no     possible  target      +  the player cancelled itself
expression.missing     no     none      input       -  an expression read a value that is not there
expression.type        no     none      input       -  an expression met a value of another type
expression.number      no     none      input       -  an expression left the range of numbers
expression.cost        no     none      input       -  an expression cost too much
config.invalid         no     none      input       -  the configuration is not valid
config.request         no     none      input       -  the request could not be made
config.missing         no     none      host        +  a program, module or file is missing
config.model           no     none      credential  +  the model cannot be reached as configured
[orchestration]
policy.wall_time       no     possible  policy      +  stopped at the time limit of policy
policy.memory          no     possible  policy      +  stopped at the memory limit of policy
policy.cpu             no     possible  policy      +  stopped at the processor limit of policy
policy.output          no     possible  policy      +  the output was larger than policy allows
policy.attempts        no     possible  policy      +  more attempts than were granted
output.format          yes    possible  task        +  the output could not be parsed
output.schema          yes    possible  task        +  the output does not meet its schema
output.context         no     none      task        +  the context was too long
output.truncated       yes    possible  task        +  the output was cut off
gate.failed            yes    possible  task        +  the quality gate did not hold
unable_to_complete     yes    possible  task        +  the player says it cannot complete
dependency.failed      no     none      task        -  a step it depends on failed
loop.exhausted         no     possible  task        -  the loop reached its maximum
parallel.threshold     no     possible  task        -  too few parts succeeded
approval.expired       no     none      task        -  nobody answered in time
approval.rejected      no     none      task        -  a person rejected it
[cancelled]
cancelled              no     possible  policy      -  cancelled
"""
"""By class: code, retryable, effects, fault domain, whether another player may help, meaning."""


def _rows() -> Iterator[CodeFacts]:
    error_class = ErrorClass.PERMANENT
    for line in _TABLE.strip().splitlines():
        if line.startswith("["):
            error_class = ErrorClass(line.strip("[]"))
            continue
        code, retryable, effects, domain, helps, meaning = line.split(maxsplit=5)
        yield CodeFacts(
            code,
            error_class,
            Retryable(retryable),
            Effects(effects),
            FaultDomain(domain),
            meaning,
            helps == "+",
        )


TAXONOMY: Mapping[str, CodeFacts] = MappingProxyType({row.code: row for row in _rows()})
"""Every code with its facts."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "rate_limited": "http.429",
        "ConnectionTimeout": "transport.connect",
        "TemporaryUnavailable": "http.425",
        "RateLimited": "http.429",
        "ServiceUnavailable": "http.503",
        "InternalServerError": "http.500",
        "BadGateway": "http.502",
        "Unauthorized": "http.401",
        "Forbidden": "http.403",
        "TokenExpired": "auth.expired",
        "QuotaExceeded": "resource.quota",
        "InsufficientResources": "resource.memory",
        "InvalidConfiguration": "config.invalid",
        "ResourceNotFound": "http.404",
        "PermissionDenied": "http.403",
    }
)
"""Other names that scripts and packs may use (spec 8, Codes), and those of seed 004."""


def facts(code: str) -> CodeFacts | None:
    """The facts of a code or alias; statuses without a row follow their hundred.

    >>> facts("rate_limited").code, facts("http.507").error_class.value
    ('http.429', 'backend_failure')
    """
    code = ALIASES.get(code, code)
    found = TAXONOMY.get(code)
    if found is None and code.startswith("http.") and code[5:].isdecimal() and len(code) == 8:
        family = {"4": TAXONOMY["http.400"], "5": TAXONOMY["http.500"]}.get(code[5])
        if family is not None:
            return CodeFacts(
                code,
                family.error_class,
                family.retryable,
                family.effects,
                family.domain,
                f"status {code[5:]}",
                family.fallback,
            )
    return found
