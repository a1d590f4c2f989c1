"""The sighted JSON API under /api/v1: for programs of researchers and viewers, never for raters.

A route is a function under `@chapter.get(…)` that says who may call it, what it takes and what it
gives; `calls` does the rest for all of them, and `document` describes them.
"""
