"""The nouns of Melody: WorkflowIR, its steps, types, expressions, policy, outcomes, diagnostics.

Everything else imports this package; it imports nothing of ours.
"""
