"""SQLAlchemy tables, repositories, unit of work and migrations."""
