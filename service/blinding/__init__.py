"""The audited room: who stands left, what a rater receives, how texts are made fair.

The promise (SECURITY.md says it in full): what a rater's browser receives for a dealt
assignment is a function of the prompt, the two cleaned texts and the rater's own progress.
Only `usecases.blind.assignments` draws sides and only `usecases.sighted.results.fold` unblinds
them; the import contracts in setup.cfg fail the build when another room asks. Whoever widens
those lists widens the audit surface: think of a way to do without first.
"""
