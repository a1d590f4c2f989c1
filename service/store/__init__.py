"""The database: models, one query module per noun, migrations; nothing here commits."""
