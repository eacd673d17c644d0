"""The measure of the generators: fixed prompts and edits, judged by who made nothing."""
