"""From text to WorkflowIR: parse, check, lower."""
