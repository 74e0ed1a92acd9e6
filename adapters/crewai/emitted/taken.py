"""Names that a step's method or task must not have in generated code."""

from __future__ import annotations

from typing import Final

OF_FLOWS: Final = frozenset({
    "akickoff", "answer_from_history_turn", "append_agent_result", "append_assistant_message",
    "append_message", "ask", "astream", "build_agent_context", "build_router_context",
    "builtin_route_descriptions", "builtin_routes", "can_answer_from_history", "chat",
    "checkpoint", "checkpoint_completed_methods", "checkpoint_method_counts",
    "checkpoint_method_outputs", "checkpoint_state", "classify_intent", "construct",
    "conversation_messages", "conversation_start", "conversational", "conversational_config",
    "converse_turn", "copy", "defer_trace_finalization", "dict", "end_conversation",
    "entity_type", "execution_context", "extract_memories", "finalize_session_traces",
    "flow_definition", "flow_id", "fork", "from_checkpoint", "from_declaration", "from_orm",
    "from_pending", "handle_turn", "human_feedback_history", "initial_state", "input_provider",
    "internal_routes", "is_crewai_internal", "json", "kickoff", "kickoff_async",
    "last_human_feedback", "max_method_calls", "memory", "method_outputs",
    "model_computed_fields", "model_config", "model_construct", "model_copy", "model_dump",
    "model_dump_json", "model_extra", "model_fields", "model_fields_set", "model_json_schema",
    "model_parametrized_name", "model_post_init", "model_rebuild", "model_validate",
    "model_validate_json", "model_validate_strings", "name", "parse_file", "parse_obj",
    "parse_raw", "pending_feedback", "persistence", "plot", "recall", "receive_user_message",
    "reload", "remember", "resume", "resume_async", "route_conversation", "route_turn", "schema",
    "schema_json", "state", "stream", "stream_events", "stream_turn", "suppress_flow_events",
    "tracing", "update_forward_refs", "usage_metrics", "validate",
})  # fmt: skip
"""What every ``crewai.flow.flow.Flow`` has; a test compares it with the class."""

OF_CREWS: Final = frozenset({
    "agents", "agents_config", "base_directory", "close_mcp_server", "crew", "get_mcp_tools",
    "is_crew_class", "load_configurations", "load_yaml", "map_all_agent_variables",
    "map_all_task_variables", "mcp_connect_timeout", "mcp_server_params",
    "original_agents_config_path", "original_tasks_config_path", "tasks", "tasks_config",
})  # fmt: skip
"""What ``crewai.project.CrewBase`` gives to a class; likewise."""

IN_YAML: Final = frozenset({"false", "n", "no", "null", "off", "on", "true", "y", "yes"})
"""What YAML takes for something else than a text."""

IN_FLOW_FILE: Final = frozenset({
    "Any", "FLOWS", "Flow", "Inside", "PrivateAttr", "and_", "annotations", "begin", "decide",
    "finish", "flow", "flow_steps", "join", "listen", "or_", "perform", "router", "self", "start",
})  # fmt: skip
"""What ``flow.py`` uses itself."""

IN_CREW_FILE: Final = frozenset({
    "Any", "Crew", "CrewBase", "Process", "StepAgent", "StepCrew", "Task", "agent", "annotations",
    "begin", "crew", "finish", "performs", "self", "task",
})  # fmt: skip
"""What ``crew.py`` uses itself."""
