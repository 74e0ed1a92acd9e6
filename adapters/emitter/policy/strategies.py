"""Which strategies a Melody uses: generated code holds these and no others.

The templates ask ``{% if uses.NAME %}``. A switch speaks of the Melody and all of its
sub-melodies, since they share one ``policy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True)
class Strategies:
    """The switches of ``policy`` and ``running``."""

    # --- who is asked --------------------------------------------------------------------------
    plays: bool = False
    """A player performs some step."""
    timed: bool = False
    """A wait for a condition or a window is timed."""
    fallback: bool = False
    """Another player takes over, in a written order."""
    reroute: bool = False
    """Another player with the same capability takes over."""
    routes: bool = False
    """A step names a capability instead of a player, and may be rerouted."""
    busy: bool = False
    """A route asks whoever has the least to do."""
    manager: bool = False
    """A player decides who performs."""
    credentials: bool = False
    """Players that may take over for one another share a credential."""
    refresh: bool = False
    """A player renews the credential of another one."""
    arguments: bool = False
    """``run:`` steps hand values to their command."""
    keys: bool = False
    """Idempotency keys are written."""
    changes: bool = False
    """A player sends requests that may change something."""
    remote: bool = False
    """A player may reach something by HTTP."""
    schema: bool = False
    """Players are told what their output must be."""
    prompts: bool = False
    """Players may be asked in words."""
    provides: bool = False
    """Who may be rerouted to whom is a matter of what players provide."""

    # --- trying again --------------------------------------------------------------------------
    retry: bool = False
    rules: bool = False
    """Several retry rules at one step."""
    on: bool = False
    """A retry rule names the errors that it is for."""
    attempts: bool = False
    """Some step has another number of attempts than three."""
    patience: bool = False
    """An allowance is given by importance, is more than three, and there is a next rung."""
    exponential: bool = False
    linear: bool = False
    constant: bool = False
    delays: bool = False
    """A backoff is a list of delays."""
    initial: bool = False
    """A first delay is not one second."""
    multiplier: bool = False
    """A backoff does not double."""
    steep: bool = False
    """A backoff grows beyond all numbers."""
    max_delay: bool = False
    """A delay may be longer or must be shorter than a minute."""
    jitter: bool = False
    """Delays are drawn, unless a run is told not to."""
    jitter_written: bool = False
    """Some rule says itself whether they are."""
    vary: bool = False
    """Later attempts have other parameters."""
    hedge: bool = False

    # --- time ----------------------------------------------------------------------------------
    timeout: bool = False
    """An attempt has a limit that a step has written."""
    claims: bool = False
    """A player claims a limit of its own."""
    total_timeout: bool = False
    wall: bool = False
    """The policy wall is not five minutes everywhere."""
    scope_timeout: bool = False
    """A step that holds others, or waits, has a limit."""

    # --- ladders -------------------------------------------------------------------------------
    on_failure: bool = False
    on_gate: bool = False
    recovery: bool = False
    """A policy has ladders by class or code of the error."""
    skip: bool = False
    """A gap may be left."""
    gaps: bool = False
    """A gap may be left unwritten, where all readers accept it."""
    strict: bool = False
    """Of these, some step leaves none as long as a player failed (``error_tolerance``)."""
    reconstruct: bool = False
    escalate: bool = False
    people: bool = False
    """Somebody is asked: approvals, events, escalations."""
    skip_unanswered: bool = False
    """A gap is left where nobody has said what to do in time."""
    compensate: bool = False

    # --- bounds --------------------------------------------------------------------------------
    costs: bool = False
    """Players declare prices."""
    budget: bool = False
    """Money, tokens or attempts are bounded."""
    budget_usd: bool = False
    budget_tokens: bool = False
    budget_attempts: bool = False
    budget_wall: bool = False
    """The time of the run, or of a step, is bounded."""
    step_budget: bool = False
    """A step that a player performs has a budget of its own."""
    on_exceeded_skip: bool = False
    cheaper: bool = False
    """A used-up budget makes a cheaper player take over."""
    prices_count: bool = False
    """Several players may take over, at different prices."""
    paused_time: bool = False
    """Time in which somebody is only waited for is given back to the budgets."""
    once: bool = False
    """A player may act at most once."""
    grants: bool = False
    """A player may make attempts by itself."""
    degrade: bool = False
    """A degraded answer may be refused."""
    degraded: bool = False
    """An answer may say that it is degraded: then it may be refused, or a function of the user's
    own speaks of ``Success``."""
    bounds_told: bool = False
    """A function of the user's own is told its ``Grant``."""
    requests: bool = False
    """Likewise, its ``PlayRequest``."""
    breaker: bool = False
    throttle: bool = False
    concurrency: bool = False
    """Places of a player are limited."""
    per_minute: bool = False
    """The attempts of a player within a minute are limited."""

    @property
    def limits(self) -> bool:
        """Players are waited for."""
        return self.concurrency or self.per_minute

    @property
    def retry_fields(self) -> bool:
        """Retry rules differ from one another, or from the usual one."""
        return (
            self.on
            or self.attempts
            or self.patience
            or self.shapes > 1
            or self.delays
            or self.initial
            or self.multiplier
            or self.max_delay
            or self.jitter_written
            or self.vary
        )

    @property
    def shapes(self) -> int:
        """Kinds of backoff that are computed."""
        return self.exponential + self.linear + self.constant

    @property
    def others(self) -> bool:
        """Another player may take over."""
        return self.fallback or self.reroute

    @property
    def choosy(self) -> bool:
        """Not whoever is next takes over."""
        reasons = (self.reroute, self.credentials, self.breaker, self.pays, self.prices_count)
        return self.others and (any(reasons) or self.cheaper)

    @property
    def aside(self) -> bool:
        """Another player is asked in the course of a step."""
        return self.refresh or self.reconstruct or self.manager

    @property
    def struck(self) -> bool:
        """A rung that was taken may lead nowhere."""
        return self.refresh or self.reconstruct or self.escalate

    @property
    def settles(self) -> bool:
        """A step that asks no player may do something else than fail."""
        return self.skip or self.reconstruct or self.escalate

    @property
    def rungs(self) -> bool:
        """A step may do something else than fail."""
        return self.retry or self.others or self.settles

    @property
    def written(self) -> bool:
        """Some step has a ladder of its own."""
        return self.on_failure or self.on_gate

    @property
    def refused(self) -> bool:
        """An attempt may be refused before its player is reached."""
        return self.budgets or self.breaker

    @property
    def keeps_first(self) -> bool:
        """Another player than the first may make the first attempt."""
        return self.refused and self.others

    @property
    def now(self) -> bool:
        """Something is timed."""
        return self.plays or self.budget_wall or self.timed

    @property
    def budgets(self) -> bool:
        """Anything at all is bounded by a budget."""
        return self.budget or self.budget_wall

    @property
    def pays(self) -> bool:
        """There are prices, and bounds of what may be spent."""
        return self.costs and (self.budget_usd or self.budget_tokens)

    @property
    def reserves(self) -> bool:
        """Something is counted before an attempt."""
        return self.pays or self.budget_attempts

    @property
    def left(self) -> bool:
        """It matters whether a further attempt can be paid."""
        return self.pays and (self.retry or self.others)

    @property
    def left_told(self) -> bool:
        """It is told to a function of the user's own what may still be spent."""
        return self.bounds_told and (self.budget_usd or self.budget_tokens)

    @property
    def fresh(self) -> bool:
        """The time of a player may begin at another moment than that of the step."""
        own = self.wall or self.total_timeout or self.budget_wall
        return own or self.choosy or self.aside or self.escalate

    @property
    def personal(self) -> bool:
        """The ladder depends on how far a step has come, or on whether a player was asked."""
        return self.recovery or self.patience or self.on or self.refresh

    @property
    def rule_shapes(self) -> bool:
        """Delays depend on a rule."""
        return (
            self.shapes > 1
            or self.delays
            or self.initial
            or self.multiplier
            or self.max_delay
            or (self.jitter_written and self.jitter)
        )

    @property
    def counts_failures(self) -> bool:
        """Delays depend on how many failures there were."""
        return self.exponential or self.linear or self.delays

    @property
    def hints(self) -> bool:
        """What a provider says of trying again is listened to."""
        return self.retry or self.hedge

    @property
    def faults(self) -> bool:
        """It matters whose fault a failure is."""
        return self.breaker or self.throttle or self.on

    @property
    def shares(self) -> bool:
        """Runs have something in common."""
        return self.breaker or self.throttle or self.limits

    @classmethod
    def of(cls, ir: WorkflowIR) -> Strategies:
        """Those that a Melody and its sub-melodies use."""
        from adapters.emitter.policy.used_strategies import used_strategies  # it makes them

        return used_strategies(ir)

    def consistent(self) -> Strategies:
        """The same, without switches that mean nothing where another one is off."""
        off: set[str] = set()
        for needed, switches in _NEEDS.items():
            if not any(getattr(self, name) for name in needed.split("|")):
                off |= set(switches.split())
        made = replace(self, **dict.fromkeys(off, False))
        made = replace(
            made,
            exponential=made.exponential or (made.retry and not made.shapes and not made.delays),
            provides=made.provides or (made.reroute and not made.routes),
            skip=made.skip or made.escalate,  # a person may say so
            prompts=made.prompts or made.schema or made.manager,
            degraded=made.degraded or made.degrade,
        )
        return made if made == self else made.consistent()


_NEEDS: Mapping[str, str] = {
    "plays": (
        "remote schema reconstruct fallback reroute routes busy manager credentials refresh "
        "arguments keys changes prompts retry hedge timeout claims total_timeout wall recovery "
        "costs budget step_budget cheaper prices_count once degrade degraded bounds_told requests "
        "breaker throttle concurrency per_minute strict vary"
    ),
    "retry": (
        "grants attempts patience exponential linear constant delays initial multiplier steep "
        "max_delay jitter jitter_written throttle refresh rules on"
    ),
    "retry|escalate": "vary",
    "exponential|linear|constant": "initial",
    "exponential": "multiplier steep",
    "multiplier": "steep",
    "on": "rules",
    "fallback|reroute": "credentials prices_count",
    "fallback": "cheaper patience",
    "reroute": "routes provides",
    "costs": "prices_count cheaper",
    "budget_usd|budget_tokens|budget_attempts": "budget",
    "budget": "budget_usd budget_tokens budget_attempts cheaper",
    "budget|budget_wall": "step_budget on_exceeded_skip",
    "skip": "gaps strict on_exceeded_skip skip_unanswered",
    "gaps": "strict on_exceeded_skip",
    "escalate": "skip_unanswered",
    "people": "escalate paused_time",
    "budget_wall": "paused_time",
}
"""Each switch with those that say nothing without it (or, of several, without any of them)."""
