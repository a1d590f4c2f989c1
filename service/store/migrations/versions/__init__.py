"""The migrations, numbered; Alembic loads them by path."""
