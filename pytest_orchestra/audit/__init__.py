"""The audit trail as people and scripts read it: a line per message, conversations, and judging again."""
