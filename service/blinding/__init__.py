"""The audited room: who stands left, what a rater receives, how texts are made fair.

The promise (SECURITY.md says it in full): what a rater's browser receives for a dealt
assignment is a function of the prompt, the two cleaned texts and the rater's own progress.
Only `sides` knows what the sides of an assignment mean: it builds every one that there is (for
dealing, and for votes cast elsewhere) and reads them for `payload` and for
`usecases.sighted.results.fold`, which unblinds; the rest of the service carries them as they
are. The import contracts in setup.cfg fail the build when another room asks. Whoever widens
those lists widens the audit surface: think of a way to do without first.
"""
