"""Compile again only what changed: units of work whose inputs are declared, and whose values are remembered.

A unit is a prompt, a message template, the cases of one message type, and so on. Its key is the SHA-256 of everything
it may look at; what it gave under that key is kept in `.orchestra/cache`, where a file that is missing or damaged only
costs time. `units` asks for values and `store` keeps them. What each unit looks at is written in `token_counts`, `prompts`,
`messages` and `routing_cases`, and nothing else reaches it. What costs less than remembering it is no unit.
"""
