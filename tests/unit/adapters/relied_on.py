"""Names of the frameworks that nobody has promised, and the test that says each still holds.

A private name, or a module that is no front door of its framework, may not be used without a row.
``test_relied_on.py`` looks, in our own files and in the code that is generated for the samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CREWAI = "tests/unit/adapters/crewai"
_LANGGRAPH = "tests/unit/adapters/langgraph"
_PLAYERS = "tests/unit/conductor_core/players/framework"


@dataclass(frozen=True)
class Room:
    """Where a framework is used."""

    places: tuple[Path, ...]
    doors: frozenset[str]
    """Modules that the framework documents for its users."""
    names: Mapping[str, str]
    """By name: the file of the test and the test."""
    generated: str | None = None
    """Pattern of the folders with code that an adapter has generated."""
    readme: Path | None = None
    """Lists the same names, under a heading with "Private names"."""


def _in(folder: str, files: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {
        name: f"{folder}/test_{file}.py::test_{test}"
        for file, names in files.items()
        for name, test in names.items()
    }


_TELLS = "a_model_tells_its_calls_by_three_methods"
_SETS_UP = "a_provider_that_sets_up_the_messages_keeps_crewais_own_words_out"
_READ_BACK = "a_builder_tells_its_edges_barriers_and_decisions"
_ASKED = "a_model_and_its_tools_are_asked_by_their_asynchronous_methods"
_NAMED = "a_model_has_to_name_its_type"
_QUIET = "panels_and_hints_are_turned_off_in_one_context_only"
_VARIABLE = "the_configuration_of_a_node_is_inherited_by_a_context_variable"

CREWAI: Final = Room(
    places=(Path("adapters/crewai"),),
    doors=frozenset(
        {
            "crewai",
            "crewai.crew",
            "crewai.crews.crew_output",
            "crewai.events",
            "crewai.events.types.agent_events",
            "crewai.events.types.flow_events",
            "crewai.events.types.llm_events",
            "crewai.flow.flow",
            "crewai.llms.base_llm",
            "crewai.process",
            "crewai.project",
            "crewai.task",
            "crewai.tasks.output_format",
            "crewai.tasks.task_output",
            "crewai.tools.base_tool",
        }
    ),
    names=_in(
        _CREWAI,
        {
            "contracts": {
                "_skip_auto_memory": "a_flow_that_skips_its_memory_has_none",
                "_definition": "a_flow_keeps_its_definition_with_methods_that_can_be_told",
                "_execute_method": "every_method_is_called_through_one_coroutine",
                "_flow_listener_logged": "a_failure_that_is_marked_as_logged_is_not_logged_again",
                "FlowDefinition": "an_unchanged_definition_comes_back_from_its_own_form",
                "build_flow_structure": "a_declared_flow_is_drawn_from_its_definition",
                "render_interactive": "a_declared_flow_is_drawn_from_its_definition",
            },
            "bus_contracts": {
                "reset_runtime_state": (
                    "a_reset_in_a_copy_keeps_the_registry_of_the_caller_out_and_whole"
                ),
            },
            "crew_contracts": {
                "_task_output_handler": (
                    "the_store_of_task_outputs_is_a_private_attribute_made_for_each_crew"
                ),
                "_prepare_tools": (
                    "tools_are_prepared_by_a_private_method_that_looks_for_files_in_a_thread"
                ),
                "BaseAgent": ("an_agent_is_asked_by_nothing_but_its_two_ways_to_execute_a_task"),
                "EventListener": "building_a_crew_sets_how_much_the_one_listener_prints",
            },
            "agent_contracts": {
                "_crewai_rate_limit_wrapped": (
                    "a_call_that_is_marked_as_wrapped_is_not_wrapped_in_retries"
                ),
                "_emit_call_started_event": _TELLS,
                "_emit_call_completed_event": _TELLS,
                "_emit_call_failed_event": _TELLS,
                "_track_token_usage_internal": "a_model_adds_tokens_up_by_a_private_method",
                "_format_messages": "a_text_is_one_message_of_the_user_and_messages_stay",
                "_validate_structured_output": (
                    "an_answer_is_read_as_the_response_model_or_refused"
                ),
                "_handle_tool_execution": "a_tool_is_carried_out_by_a_private_method",
                "_tool_call_counts": "a_tool_that_is_used_alike_a_few_times_stops_the_agent",
                "_run": "a_tool_that_is_used_alike_a_few_times_stops_the_agent",
                "AgentExecutor": _SETS_UP,
                "ExecutorContext": _SETS_UP,
                "SyncHumanInputProvider": _SETS_UP,
                "set_provider": _SETS_UP,
                "begin_execution": "an_execution_that_is_begun_without_tracing_asks_no_settings",
                "sanitize_tool_name": "names_of_tools_become_identifiers",
                "set_suppress_console_output": _QUIET,
                "set_suppress_tracing_messages": _QUIET,
            },
            "model_contracts": {
                "_async_client": (
                    "a_model_leaves_the_client_it_has_asked_by_open_under_a_private_name"
                ),
                "_client": "a_model_has_a_client_of_either_kind_that_can_be_closed",
            },
        },
    ),
    generated="samples/*/expected/*.crewai",
    readme=Path("adapters/crewai/README.md"),
)

LANGGRAPH: Final = Room(
    places=(Path("adapters/langgraph"),),
    doors=frozenset(
        {
            "langchain.agents",
            "langchain.agents.middleware",
            "langchain.chat_models",
            "langchain_core.callbacks",
            "langchain_core.language_models",
            "langchain_core.messages",
            "langchain_core.messages.utils",
            "langchain_core.output_parsers",
            "langchain_core.outputs",
            "langchain_core.runnables",
            "langchain_core.tools",
            "langchain_core.utils.function_calling",
            "langgraph.func",
            "langgraph.graph",
            "langgraph.graph.state",
            "langgraph.runtime",
            "langgraph.types",
            "langsmith",
        }
    ),
    names=_in(
        _LANGGRAPH,
        {
            "contracts": {
                "var_child_runnable_config": _VARIABLE,
                "subgraphs": "subgraphs_of_a_node_can_be_told_after_it_was_compiled",
                "edges": _READ_BACK,
                "waiting_edges": _READ_BACK,
                "branches": _READ_BACK,
                "ends": _READ_BACK,
            },
            "agent_contracts": {
                "_llm_type": _NAMED,
                "_generate": _NAMED,
                "_agenerate": _ASKED,
                "_arun": _ASKED,
                "_run": _ASKED,
            },
        },
    ),
    generated="samples/*/expected/*.langgraph",
    readme=Path("adapters/langgraph/README.md"),
)

PLAYERS: Final = Room(
    places=(
        Path("adapters/desk.py"),
        Path("adapters/model_call.py"),
        Path("conductor_core/models/langchain.py"),
        Path("conductor_core/players/framework"),
    ),
    doors=frozenset({"langchain_core.callbacks", "langchain_core.language_models"})
    | {"langchain_core.messages"},
    names={
        **_in(
            _PLAYERS,
            {
                "contracts": {
                    "_definition": (
                        "a_flow_says_which_of_its_methods_ask_a_person_and_whether_somebody_is_named"
                    ),
                    "flow_config": (
                        "a_flow_says_which_of_its_methods_ask_a_person_and_whether_somebody_is_named"
                    ),
                    "is_crew_class": "a_class_of_a_crew_is_marked",
                    "input_schema": (
                        "a_graph_tells_the_fields_of_its_input_and_the_class_of_its_state"
                    ),
                    "checkpointer": "a_graph_tells_its_store_and_its_own_configuration",
                    "usage_metadata": "tokens_are_counted_by_model_with_a_total",
                }
            },
        ),
        **_in(_CREWAI, {"agent_contracts": {"set_suppress_console_output": _QUIET}}),
    },
)

ROOMS: Final = {"crewai": CREWAI, "langgraph": LANGGRAPH, "players": PLAYERS}
